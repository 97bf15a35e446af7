import { describe, expect, it } from "vitest";
import { rehearseRunbook, type Rehearsal } from "./rehearse-runbook.js";
import { HEALTH, runbook, sloCheck, step, withoutHealth, withoutUndo } from "./runbook.fixture.js";
import type { Runbook } from "./runbook.js";

function rehearse(book: Runbook, change: Partial<Rehearsal> = {}, others: readonly Runbook[] = []) {
  const library = new Map([book, ...others].map((one) => [one.id, one]));
  const rehearsal = {
    name: "one",
    parameters: {},
    health: [],
    steps: {},
    expect: { path: [], ends: "succeeded" as const },
    ...change,
  };
  const outcome = rehearseRunbook(book, rehearsal, library);
  if (!outcome.ok) throw new Error(outcome.error.map(({ message }) => message).join("\n"));
  return outcome.value;
}

const checked = runbook([
  step("a", { precondition: sloCheck("x"), verify: HEALTH, approval: true }),
  step("b", { retry: { attempts: 2, delayMs: 60_000 } }),
]);

describe("a rehearsal", () => {
  it("passes when the path is as expected", () => {
    expect(
      rehearse(checked, {
        health: ["fails", "fails", "fails", "holds"],
        expect: { path: ["held: approval", "a: succeeded", "a: verified"], ends: "succeeded" },
      }),
    ).toEqual({
      name: "one",
      passed: true,
      path: ["held: approval", "a: succeeded", "a: verified"],
      ends: "succeeded",
      words: "healthy: mocked",
      differences: [],
    });
  });

  it("shows each place where it is not", () => {
    const outcome = rehearse(withoutHealth(checked), {
      expect: { path: ["held: approval", "b: succeeded"], ends: "failed" },
    });
    expect(outcome).toMatchObject({
      passed: false,
      differences: [
        "ends: expected failed, found succeeded",
        "2: expected b: succeeded, found a: succeeded",
        "3: expected the end, found a: verified",
        "4: expected the end, found b: succeeded",
      ],
    });
    expect(rehearse(withoutHealth(runbook([])), { expect: { path: ["x"], ends: "succeeded" } }).differences).toEqual([
      "1: expected x, found the end",
    ]);
    expect(rehearse(withoutHealth(runbook([]))).passed).toBe(true);
  });

  const paths: readonly (readonly [string, Runbook, Partial<Rehearsal>, readonly string[], string, string])[] = [
    [
      "stops where an approval is refused",
      checked,
      { steps: { a: { approval: "refused" } } },
      ["held: approval"],
      "paused",
      "waits for a person: approval",
    ],
    [
      "stops where guardrails deny",
      checked,
      { steps: { a: { guardrail: "denied" } } },
      ["held: guardrail"],
      "paused",
      "waits for a person: guardrail",
    ],
    [
      "skips what is not needed",
      withoutHealth(checked),
      { steps: { a: { precondition: ["fails"] } } },
      ["a: skipped", "b: succeeded"],
      "succeeded",
      "all steps are done",
    ],
    [
      "stops where it is not known whether a step is needed",
      checked,
      { steps: { a: { precondition: ["unknown"] } } },
      ["held: unknown-precondition"],
      "paused",
      "waits for a person: unknown-precondition",
    ],
    [
      "tries again, fails, and takes back what was done",
      checked,
      { steps: { b: { outcomes: ["retry", "lost"] } } },
      [
        "held: approval",
        "a: succeeded",
        "a: verified",
        "b: tried again",
        "b: failed",
        "undo b: succeeded",
        "undo a: succeeded",
      ],
      "compensated",
      "b failed: mocked: lost",
    ],
    [
      "waits for a verification as long as it may, and takes the step back where it does not come true",
      checked,
      { steps: { a: { verify: ["fails", "unknown", "fails"] } } },
      ["held: approval", "a: succeeded", "a: not verified", "undo a: succeeded"],
      "compensated",
      "a failed: mocked",
    ],
    [
      "waits for a verification that comes true in time",
      withoutHealth(checked),
      { steps: { a: { verify: ["fails", "unknown", "holds"] } } },
      ["held: approval", "a: succeeded", "a: verified", "b: succeeded"],
      "succeeded",
      "all steps are done",
    ],
    [
      "stops where a verification cannot be told",
      checked,
      { steps: { a: { verify: ["unknown"] } } },
      ["held: approval", "a: succeeded", "held: inconclusive"],
      "paused",
      "waits for a person: inconclusive",
    ],
    [
      "ends failed where something cannot be taken back",
      checked,
      { steps: { b: { outcomes: ["failed"] }, a: { undo: ["retry", "failed"] } } },
      ["held: approval", "a: succeeded", "a: verified", "b: failed", "undo a: failed"],
      "failed",
      "b failed: mocked: failed; a could not be taken back: mocked: retry; still as changed by: a",
    ],
    [
      "tries an undo again",
      withoutHealth(runbook([step("b", { retry: { attempts: 2, delayMs: 1 } }), step("c")])),
      { steps: { c: { outcomes: ["failed"] }, b: { undo: ["retry", "succeeded"] } } },
      ["b: succeeded", "c: failed", "undo b: tried again", "undo b: succeeded"],
      "compensated",
      "c failed: mocked: failed",
    ],
    [
      "takes everything back where the service is not healthy after all",
      runbook([step("a")]),
      { health: ["fails"] },
      ["a: succeeded", "undo a: succeeded"],
      "compensated",
      "all steps are done, and it is not healthy: mocked",
    ],
    [
      "stops where the service's health cannot be told",
      runbook([step("a")]),
      { health: ["unknown"] },
      ["a: succeeded", "held: inconclusive"],
      "paused",
      "waits for a person: inconclusive",
    ],
  ];

  it.each(paths)("%s", (...[, book, change, path, ends, words]) => {
    const outcome = rehearse(book, change);
    expect({ path: outcome.path, ends: outcome.ends, words: outcome.words }).toEqual({ path, ends, words });
  });

  it("has people do what is to be done by hand", () => {
    const manual = withoutHealth(
      runbook([
        step("m", {
          action: { kind: "manual", instruction: "Pull." },
          compensation: { kind: "manual", instruction: "Push." },
        }),
        step("z"),
      ]),
    );
    expect(rehearse(manual).path).toEqual(["held: manual", "m: succeeded", "z: succeeded"]);
    expect(rehearse(manual, { steps: { m: { outcomes: ["failed"] } } }).path).toEqual([
      "held: manual",
      "m: failed",
      "undo m: succeeded",
    ]);
    expect(rehearse(manual, { steps: { z: { outcomes: ["failed"] }, m: { undo: ["failed"] } } })).toMatchObject({
      path: ["held: manual", "m: succeeded", "z: failed", "undo m: failed"],
      ends: "failed",
    });
  });

  it("goes through sub-runbooks, skips the rest of one that has done its work, and asks for each approval", () => {
    const inner = runbook([step("x", { approval: true }), step("y")], { id: "inner" });
    const outer = withoutHealth(
      runbook([
        step("s", { action: { kind: "runbook", runbook: "inner", parameters: {} }, approval: true }),
        step("z"),
      ]),
    );
    const outcome = rehearse(outer, { steps: { "s/y": { skipWhen: ["holds"] } } }, [inner]);
    expect(outcome.path).toEqual(["held: approval", "s/x: succeeded", "s/y: skipped", "z: succeeded"]);
  });

  it("is not one of another runbook", () => {
    const book = runbook([step("a")]);
    const library = new Map([[book.id, book]]);
    const rehearsal = {
      name: "one",
      parameters: {},
      health: [],
      steps: { b: {}, c: {} },
      expect: { path: [], ends: "succeeded" },
    } as const;
    expect(rehearseRunbook(book, rehearsal, library)).toEqual({
      ok: false,
      error: [
        {
          code: "unknown-step",
          runbookId: "bad-deploy",
          message: "The rehearsal one tells of b, c; bad-deploy has the steps a.",
        },
      ],
    });
    const parameters = { zone: "x" };
    expect(rehearseRunbook(book, { ...rehearsal, steps: {}, parameters }, library)).toMatchObject({
      ok: false,
      error: [{ code: "unknown-parameter" }],
    });
  });

  it("stops while a step is verified, once the service is healthy", () => {
    const book = runbook([step("a", { verify: HEALTH }), step("b")]);
    const outcome = rehearse(book, { health: ["fails", "fails", "holds"], steps: { a: { verify: ["fails"] } } });
    expect(outcome).toMatchObject({ path: ["a: succeeded"], ends: "succeeded" });
  });

  it("of a step that cannot be taken back waits for approval", () => {
    const book = withoutHealth(runbook([withoutUndo(step("a"))]));
    expect(rehearse(book).path).toEqual(["held: approval", "a: succeeded"]);
  });
});
