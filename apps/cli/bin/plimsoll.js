#!/usr/bin/env node
// Asked before anything is loaded: an old Node fails on the first module that needs a newer one, with words that help nobody.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `plimsoll: this is Node ${process.versions.node}, and 22.19 or newer is needed: see https://nodejs.org`,
  );
  process.exit(2);
}
const { main } = await import("../dist/main.js");

await main();
