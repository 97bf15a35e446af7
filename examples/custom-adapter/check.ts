import { runContract, sliSourceContract } from "@plimsoll/testkit";
import { createLogWorld } from "./log-world.ts";

// The same contract as in the test, without a test framework.
const outcomes = await runContract(sliSourceContract, createLogWorld);
for (const outcome of outcomes) {
  const words =
    outcome.kind === "skipped"
      ? `skipped: ${outcome.reason}`
      : outcome.kind === "broken"
        ? `broken: ${String(outcome.error)}`
        : "kept";
  console.log(`${outcome.name}: ${words}`);
}
const kept = outcomes.filter(({ kind }) => kind === "kept").length;
process.exitCode = outcomes.some(({ kind }) => kind === "broken") || kept === 0 ? 1 : 0;
