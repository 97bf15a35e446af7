import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findOrInstall, type ExecutableSource } from "./executables.ts";

const source: ExecutableSource = {
  component: "Harbour",
  binaries: ["plimsoll-harbour", "plimsoll-port"],
  variable: "TEST_HARBOUR_BINARY",
  debianPackage: "plimsoll-harbour-of-debian",
  docker: { image: "harbour:1", entrypoint: "/bin/harbour" },
};

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-path-"));
  vi.stubEnv("PATH", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("what the environment names comes first", async () => {
  vi.stubEnv("TEST_HARBOUR_BINARY", "/opt/harbour");
  program("plimsoll-harbour", "");
  expect(await findOrInstall(source)).toMatchObject({ command: "/opt/harbour", origin: "environment" });
});

test("then a program on PATH, under any of its names", async () => {
  program("plimsoll-port", "");
  expect(await findOrInstall(source)).toMatchObject({ command: join(folder, "plimsoll-port"), origin: "path" });
});

test("then Docker, where an engine answers; the test's folder and network are shared with it", async () => {
  program("docker", '[ "$1" = version ] && echo 27.0');
  const found = await findOrInstall(source, "/shared");
  expect(found).toMatchObject({ kind: "executable", command: join(folder, "docker"), origin: "docker" });
  const words = found.kind === "executable" ? found.leadingArguments.join(" ") : "";
  expect(words).toMatch(
    /^run --rm --init --network host .*--volume \/shared:\/shared --entrypoint \/bin\/harbour harbour:1$/,
  );
});

test("a docker client without an engine is passed over, and then the distribution's package is installed", async () => {
  program("docker", "exit 1");
  const found = await findOrInstall(source, undefined, async ([debianPackage]) => {
    if (debianPackage === source.debianPackage) program("plimsoll-harbour", "");
    return { kind: "installed" };
  });
  expect(found).toMatchObject({ command: join(folder, "plimsoll-harbour"), origin: "apt" });
});

test("what cannot be had says all that was tried, in apt's own words", async () => {
  const refuse = async () => ({ kind: "not-installed", reason: "Unable to locate package" }) as const;
  expect(await findOrInstall(source, undefined, refuse)).toEqual({
    kind: "unavailable",
    reason:
      "Harbour is not available: plimsoll-harbour is not on PATH, no Docker engine can run it, and Unable to locate package",
  });
});

function program(name: string, body: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
