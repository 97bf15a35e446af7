import { describe, expect, it } from "vitest";
import { changesOf, emptyEdit, isWhole, storeOf, type Edit } from "./schedule-edit.js";

const edit: Edit = {
  ...emptyEdit(),
  person: "ada",
  with: "ben",
  from: "2026-12-24T08:00",
  to: "2026-12-25T08:00",
  withFrom: "2026-12-31T08:00",
  withTo: "2027-01-01T08:00:30",
};
const span = { from: "2026-12-24T08:00:00Z", to: "2026-12-25T08:00:00Z" };
const other = { from: "2026-12-31T08:00:00Z", to: "2027-01-01T08:00:30Z" };

describe("what is filled in", () => {
  it.each([
    ["replace", ["person", "from", "to", "with"]],
    ["add", ["person", "from", "to"]],
    ["remove", ["person", "from", "to"]],
    ["swap", ["person", "from", "to", "with", "withFrom", "withTo"]],
  ])("is whole for %s with %j", (kind, needed) => {
    expect(isWhole({ ...edit, kind })).toBe(true);
    for (const name of ["person", "from", "to", "with", "withFrom", "withTo"]) {
      expect([name, isWhole({ ...edit, kind, [name]: "" })]).toEqual([name, !needed.includes(name)]);
    }
  });

  it("is previewed and stored as the same change", () => {
    const change = { kind: "replace", person: "ada", with: "ben", ...span };
    expect(changesOf(edit)).toEqual({ changes: [change], at: span.from });
    expect(storeOf(edit)).toEqual({ verb: "overrides", body: change });
    expect(storeOf({ ...edit, kind: "add", reason: "More hands" }).body).toEqual({
      kind: "add",
      person: "ada",
      ...span,
      reason: "More hands",
    });
  });

  it("is a pair of replacements when two swap", () => {
    expect(changesOf({ ...edit, kind: "swap" })).toEqual({
      changes: [
        { kind: "replace", person: "ada", with: "ben", ...span },
        { kind: "replace", person: "ben", with: "ada", ...other },
      ],
      at: span.from,
    });
    expect(storeOf({ ...edit, kind: "swap" })).toEqual({
      verb: "swaps",
      body: { first: { person: "ada", ...span }, second: { person: "ben", ...other } },
    });
  });
});
