import { describe, expect, it } from "vitest";
import { MINUTE_MS, TWO_STEPS } from "./escalation.fixture.js";
import type { EscalationPolicy, StepCondition } from "./escalation-policy.js";
import { validateEscalationPolicy } from "./validate-escalation-policy.js";

const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const [STEP] = TWO_STEPS.steps;
if (STEP === undefined) throw new Error("a step");
const boss = [{ kind: "person", personId: "boss" }] as const;
const problems = (change: Partial<EscalationPolicy>) => validateEscalationPolicy({ ...TWO_STEPS, ...change });
const withCondition = (condition: StepCondition) => problems({ steps: [{ ...STEP, conditions: [condition] }] });

describe("a policy", () => {
  it("that can page and comes to an end has no problems", () => {
    expect(validateEscalationPolicy(TWO_STEPS)).toEqual([]);
    expect(
      problems({
        repeat: 99,
        steps: [
          {
            targets: boss,
            delayMs: WEEK_MS,
            conditions: [
              { kind: "severity", anyOf: ["SEV1"] },
              { kind: "time", within: { zone: "Europe/Berlin", weekdays: [1] } },
              { kind: "pass", from: 1 },
              { kind: "pass", from: 100, to: 100 },
            ],
          },
        ],
        stakeholders: [
          { targets: boss, afterMs: 0, severities: ["SEV1"] },
          { targets: boss, afterMs: MINUTE_MS },
          { targets: boss, afterMs: MINUTE_MS },
        ],
        acknowledgement: { remindAfterMs: MINUTE_MS, answerWithinMs: WEEK_MS },
      }),
    ).toEqual([]);
  });

  it("needs steps, a fallback, and somebody in each step", () => {
    expect(problems({ steps: [], fallback: [] })).toEqual([
      { path: "steps", message: "there are none; name at least one step" },
      { path: "fallback", message: "nobody is named; name who is paged when a pass reaches nobody" },
    ]);
    expect(problems({ steps: [STEP, { ...STEP, targets: [] }] })).toEqual([
      { path: "steps[1].targets", message: "nobody is named; name at least one target" },
    ]);
  });

  it.each([-1, 100, 0.5, Number.NaN])("does not repeat %d times", (repeat) => {
    expect(problems({ repeat })).toEqual([
      { path: "repeat", message: `found ${repeat}; give a whole number from 0 to 99` },
    ]);
  });

  it.each([0, MINUTE_MS - 1, WEEK_MS + 1, Number.NaN])(
    "waits between a minute and a week after a step, not %d ms",
    (delayMs) => {
      expect(problems({ steps: [{ ...STEP, delayMs }] })).toEqual([
        { path: "steps[0].delayMs", message: `found ${delayMs} ms; give 60000 to 604800000 ms` },
      ]);
    },
  );

  it("waits a minute at least", () => {
    expect(problems({ steps: [{ ...STEP, delayMs: MINUTE_MS }] })).toEqual([]);
  });

  it("has no condition that never holds", () => {
    expect(withCondition({ kind: "severity", anyOf: [] })).toEqual([
      { path: "steps[0].conditions[0]", message: "no severity is named; name at least one" },
    ]);
    // Gone through twice.
    for (const [from, to] of [
      [0, 1],
      [3, 3],
      [2, 1],
      [1.5, 2],
    ] as const) {
      expect(withCondition({ kind: "pass", from, to })).toEqual([
        { path: "steps[0].conditions[0]", message: `passes ${from} to ${to} never come; there are 2` },
      ]);
    }
    expect(withCondition({ kind: "pass", from: 3 })[0]?.message).toBe("passes 3 to 2 never come; there are 2");
    expect(withCondition({ kind: "pass", from: 3, to: 9 })).toHaveLength(1);
    expect(withCondition({ kind: "pass", from: 2, to: 9 })).toEqual([]);
  });

  it("has local times that can be read", () => {
    expect(withCondition({ kind: "time", within: { zone: "Mars/Olympus" } })).toEqual([
      {
        path: "steps[0].conditions[0]",
        message: 'there is no time zone "Mars/Olympus"; use an IANA name, such as Europe/Berlin',
      },
    ]);
  });

  it("tells stakeholders in the order of time, within a week, and somebody", () => {
    const problem = (...stakeholders: NonNullable<EscalationPolicy["stakeholders"]>) => problems({ stakeholders });
    expect(problem({ targets: [], afterMs: -1, severities: [] })).toEqual([
      { path: "stakeholders[0].targets", message: "nobody is named; name at least one target" },
      { path: "stakeholders[0].afterMs", message: "found -1 ms; give 0 to 604800000 ms" },
      { path: "stakeholders[0].severities", message: "the list is empty; leave it out for any severity" },
    ]);
    expect(
      problem({ targets: boss, afterMs: 2 }, { targets: boss, afterMs: 1 }, { targets: boss, afterMs: 1 }),
    ).toEqual([
      { path: "stakeholders[1].afterMs", message: "found 1 ms; give 2 to 604800000 ms" },
      { path: "stakeholders[2].afterMs", message: "found 1 ms; give 2 to 604800000 ms" },
    ]);
    expect(problem({ targets: boss, afterMs: WEEK_MS + 1 })).toHaveLength(1);
    expect(problem({ targets: boss, afterMs: WEEK_MS })).toEqual([]);
  });

  it("gives whoever acknowledged between a minute and a week", () => {
    expect(problems({ acknowledgement: { remindAfterMs: MINUTE_MS - 1, answerWithinMs: WEEK_MS + 1 } })).toEqual([
      { path: "acknowledgement.remindAfterMs", message: `found ${MINUTE_MS - 1} ms; give 60000 to 604800000 ms` },
      { path: "acknowledgement.answerWithinMs", message: `found ${WEEK_MS + 1} ms; give 60000 to 604800000 ms` },
    ]);
  });
});
