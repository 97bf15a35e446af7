import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { folderOfTests, typing } from "../testing/typed-command.js";

const CASE = fileURLToPath(new URL("../../../../examples/on-call-shift/regression-INC-001.json", import.meta.url));
const folder = folderOfTests("regress");
const typed = typing("regress");

function write(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const title = "payments: payments-availability burns its error budget";
const original = readFileSync(CASE, "utf8");
const changed = original.replace('"openingSeverity": "SEV1"', '"openingSeverity": "SEV3"');
const difference = "expected.openingSeverity: expected SEV3, found SEV1";

describe("plimsoll regress", () => {
  it("says that a case is the same, to the millisecond", async () => {
    expect(await typed(CASE, "--tolerance", "0")).toEqual({
      exitCode: 0,
      out: `same       regression-INC-001: ${title}\n1 replayed, 0 different.\n`,
      err: "",
    });
    const { out } = await typed(CASE, "--output", "json");
    expect(JSON.parse(out)).toEqual({
      same: true,
      cases: [{ file: CASE, name: "regression-INC-001", title, same: true, differences: [] }],
      unreadable: [],
    });
  });

  it("fails on a difference and names it, in every form, after all others were replayed", async () => {
    const directory = mkdtempSync(join(folder, "different-"));
    write(directory, "a.json", changed);
    write(directory, "b.json", original);
    write(directory, "notes.txt", "no case");
    expect(await typed(directory)).toMatchObject({
      exitCode: 1,
      out: `DIFFERENT  regression-INC-001: ${title}\n           ${difference}\nsame       regression-INC-001: ${title}\n2 replayed, 1 different.\n`,
    });
    expect((await typed(join(directory, "a.json"), "--output", "markdown")).out).toBe(
      `- **different**: regression-INC-001\n  - ${difference}\n\n1 replayed, 1 different.\n`,
    );
    const json = JSON.parse((await typed(join(directory, "a.json"), "--output", "json")).out) as { same: boolean };
    expect(json).toMatchObject({ same: false, cases: [{ differences: [{ path: "expected.openingSeverity" }] }] });
  });

  it("finds that somebody else is on call, or that they are called later", async () => {
    const swapped = write(folder, "swapped.json", original.replace('["ann", "bob"]', '["bob", "ann"]'));
    const later = write(folder, "later.json", original.replace('"delayMs": 300000', '"delayMs": 360000'));
    const { exitCode, out } = await typed(swapped, later);
    expect(exitCode).toBe(1);
    const [call, then] = ["step 1 of pass 1 to ann by phone after 0 s", "step 2 of pass 1 to bob by phone after 5 min"];
    expect(out).toContain(`expected.pages[0]: expected ${call}, found step 1 of pass 1 to bob by phone after 0 s`);
    expect(out).toContain(
      `expected.pages[1]: expected ${then}, found step 2 of pass 1 to bob by phone after 6 min (1 min off)`,
    );
  });

  it("says of what can not be read why, and replays the rest", async () => {
    const directory = mkdtempSync(join(folder, "unreadable-"));
    const broken = write(directory, "broken.json", "{");
    const none = write(directory, "none.json", "{}");
    const newer = write(directory, "newer.json", original.replace('"formatVersion": 2', '"formatVersion": 3'));
    const outcome = await typed(broken, none, newer, CASE);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.err).toContain(`plimsoll: ${broken}: it is no JSON: `);
    expect(outcome.err).toContain(`plimsoll: ${none}: This is no case of a resolved incident: at format, `);
    expect(outcome.err).toContain(`plimsoll: ${newer}: This case is of format version 3; `);
    expect(outcome.out).toContain("1 replayed, 0 different, 3 unreadable.");
    expect((await typed(none, "-o", "markdown")).out).toContain(`- **unreadable**: ${none}: `);
  });

  it("says what is wrong with what was typed", async () => {
    expect(await typed(join(folder, "nowhere"))).toMatchObject({
      exitCode: 2,
      err: `plimsoll: ${join(folder, "nowhere")}: it is not there; name a case or a folder of cases.\n`,
    });
    const empty = mkdtempSync(join(folder, "empty-"));
    expect(await typed(empty)).toMatchObject({
      exitCode: 2,
      out: "0 replayed, 0 different, 1 unreadable.\n",
      err: `plimsoll: ${empty}: there is no case (*.json) in it.\n`,
    });
    const rest = await typed(join(folder, "nope.json"), CASE, empty);
    expect([rest.exitCode, rest.out]).toEqual([
      2,
      `same       regression-INC-001: ${title}\n1 replayed, 0 different, 2 unreadable.\n`,
    ]);
    expect(await typed(CASE, "--tolerance", "soon")).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("--tolerance soon: ") as unknown,
    });
    expect((await typed("--help")).out).toContain("plimsoll regress [path...]");
  });
});
