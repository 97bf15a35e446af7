import { parseCase } from "@plimsoll/core";
import { regress, regressionWords } from "@plimsoll/simulation";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tell } from "./tell.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const told = await tell(read("regression-INC-001.json"));

describe("the shift", () => {
  it("is told the same twice, as it stands in the file", async () => {
    expect(told.output).toBe(read("expected-output.txt"));
    expect((await tell(read("regression-INC-001.json"))).output).toBe(told.output);
  });

  it("gives the case that is replayed", () => {
    expect(JSON.parse(JSON.stringify(told.recorded))).toEqual(JSON.parse(read("regression-INC-001.json")));
    expect(told.same).toBe(true);
  });

  it("notices when the engine makes something else of the case", async () => {
    const changed = parseCase({ ...told.recorded, expected: { ...told.recorded.expected, openingSeverity: "SEV2" } });
    if (!changed.ok) throw new Error(changed.error.message);
    const outcome = await regress(changed.value, { toleranceMs: 0 });
    expect(regressionWords(outcome)).toContain("expected.openingSeverity: expected SEV2, found SEV1");
    expect(outcome.same).toBe(false);
  });
});
