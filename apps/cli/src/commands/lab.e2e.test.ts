import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@plimsoll/tools/components";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProgram, type BuiltProgram } from "../testing/build-program.js";

// A real lab by its real commands: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 120_000 };
let program: BuiltProgram;
let folder: string;

beforeAll(async () => {
  program = await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "plimsoll-lab-commands-"));
  const up = await lab("up", "--port-base", String(await freePorts(50)), "--rate", "0");
  expect(up.code, up.err).toBe(0);
}, PATIENCE.timeout);

afterAll(async () => {
  await lab("down");
  program.remove();
  rmSync(folder, { recursive: true, force: true });
}, PATIENCE.timeout);

it("breaks a bank, routes payments to the other, shows both, and heals", PATIENCE, async () => {
  expect(await lab("break", "bank", "--errors", "100%")).toEqual({
    code: 0,
    out: "",
    err: "bank (v1): 1 of 1 instances up, 1 broken on purpose\nHeal it with: plimsoll lab heal\n",
  });
  expect(await lab("route", "85%")).toEqual({
    code: 0,
    out: "",
    err: "payments sends 85% of its charges to bank-fallback\n",
  });
  const broken = (await lab("status")).out;
  expect(broken).toContain("\nCharges: payments sends 85 % to bank-fallback\n");
  expect(broken).toMatch(/^bank +running .* errors 100 %$/m);
  expect(broken).toMatch(/^bank-fallback +running .* -$/m);

  expect((await lab("heal", "bank")).err).toBe("bank (v1): 1 of 1 instances up, none broken\n");
  expect((await lab("route", "0%")).code).toBe(0);
  expect((await lab("status")).out).toContain("\nCharges: payments sends 0 % to bank-fallback\n");
});

it("neither deploys nor scales a bank: it is somebody else's", PATIENCE, async () => {
  for (const words of [
    ["deploy", "bank", "v2"],
    ["scale", "bank-fallback", "2"],
    ["route", "101%"],
  ]) {
    expect(await lab(...words)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/^plimsoll: [^\n]+\n$/) });
  }
});

function lab(...words: readonly string[]) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const command = [program.path, "lab", ...words];
    const child = execFile(process.execPath, command, { cwd: folder }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
