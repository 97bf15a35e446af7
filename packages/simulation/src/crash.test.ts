import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTIFIERS, people, runCourse, slice, slices, type Step } from "./course.js";
import type { FaultPoint } from "./faults.js";
import { RUNS } from "./runs.js";

/** A breach that begins as a ticket and becomes a page, with a dependant, people at work, a resolution and a close. */
const course = (): readonly Step[] => [
  ...slices(3, 0, 0),
  people.checkpoint,
  ...slices(3, 5, 0),
  ...slices(3, 50, 20),
  people.acknowledge,
  people.correct,
  ...slices(1, undefined, undefined),
  people.override,
  people.checkpoint,
  ...slices(13, 0, 0),
];

const undisturbed = await runCourse(course(), { kind: "crash", points: [] });

/** They change nothing, so that after one of them is as before it, or as before what comes next. */
const READS = new Set(["audit.read", "checkpoints.load", "digest", "events.read", "events.readAll", "outbox.pending"]);

async function everyPoint(kind: "crash" | "failure", when: FaultPoint["when"]): Promise<void> {
  for (let call = 0; call < undisturbed.calls.length; call += 1) {
    if (when === "after" && READS.has(undisturbed.calls[call] ?? "")) continue;
    const run = await runCourse(course(), { kind, points: [{ call, when }] });
    const place = `${kind} ${when} call ${call}, ${undisturbed.calls[call] ?? ""}`;
    expect(run.struck, place).toBe(1);
    expect(run.outcome, place).toEqual(undisturbed.outcome);
    // Only messages whose receipts were lost go out again, under their own keys.
    expect(run.sentAgain, place).toBeLessThanOrEqual(NOTIFIERS.length);
  }
}

describe("a process that dies", () => {
  it("has a course to die over: an escalation, a resolution, a close, messages, decisions", () => {
    expect(undisturbed).toMatchObject({ struck: 0, sentAgain: 0, outcome: { waiting: 0, poisoned: 0 } });
    expect(undisturbed.outcome.eventTypes).toMatchObject({
      "alert/payments-availability/burn": ["alert.fired", "alert.escalated", "alert.frozen", "alert.resolved"],
      "decisions/corrections": ["correction.added"],
    });
    expect(Object.keys(undisturbed.outcome.told).filter((key) => key.endsWith("/pager"))).not.toEqual([]);
    expect(undisturbed.outcome.audited).toEqual([
      "ann correction.added (id)",
      "ann incident.acknowledged (payments-availability/burn)",
      "ann override.added (id)",
    ]);
    expect(undisturbed.outcome.incidents).toMatchObject([
      { status: "closed" },
      { status: "closed" },
      { status: "closed" },
      { status: "closed" },
    ]);
  });
  it("before any call of a port loses nothing and doubles nothing", () => everyPoint("crash", "before"), 600_000);
  it(
    "after any call of a port that had an effect loses nothing and doubles nothing",
    () => everyPoint("crash", "after"),
    600_000,
  );
});

/** A dependant that is held back, and fires in the slice in which what held it back is over. */
const suppression = (): readonly Step[] => [slice(50, 0), slice(0, 50), ...slices(6, 0, 0)];

describe("a process that dies while a suppression ends", () => {
  it("does not let the late copy of that end take the incident from its firing", async () => {
    const calm = await runCourse(suppression(), { kind: "crash", points: [] });
    expect(calm.outcome.eventTypes["alert/checkout-availability/burn"]).toEqual([
      "alert.suppressed",
      "alert.unsuppressed",
      "alert.fired",
      "alert.eased",
      "alert.resolved",
    ]);
    for (let call = 0; call < calm.calls.length; call += 1) {
      const run = await runCourse(suppression(), { kind: "crash", points: [{ call, when: "before" }] });
      expect(run.outcome, `crash before call ${call}, ${calm.calls[call] ?? ""}`).toEqual(calm.outcome);
    }
  }, 300_000);
});

describe("a port that fails once", () => {
  it("before it had an effect costs nothing but time", () => everyPoint("failure", "before"), 600_000);
  it("after it had its effect costs nothing but time", () => everyPoint("failure", "after"), 600_000);
});

/** How much fails in a slice: nothing, a ticket's worth, a page's worth, or nobody knows. */
const misery = fc.constantFrom(0, 0, 5, 50, undefined);
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ payments: misery, checkout: misery })
      .map(({ payments, checkout }) => ({ name: `${payments}/${checkout}`, make: () => slice(payments, checkout) })),
  },
  ...Object.entries(people).map(([name, step]) => ({
    weight: 1,
    arbitrary: fc.constant({ name, make: (): Step => step }),
  })),
);

describe("over random courses", () => {
  const property = (kind: "crash" | "failure") =>
    fc.asyncProperty(
      fc.array(happening, { minLength: 5, maxLength: 25 }),
      fc.array(fc.record({ call: fc.nat(350), when: fc.constantFrom("before" as const, "after" as const) }), {
        minLength: 1,
        maxLength: 6,
      }),
      async (happenings, points) => {
        // Steps remember that they were taken, so each run has its own.
        const steps = () => [...happenings.map(({ make }) => make()), ...slices(2, 0, 0)];
        const calm = await runCourse(steps(), { kind, points: [] });
        const disturbed = await runCourse(steps(), { kind, points });
        expect(disturbed.outcome).toEqual(calm.outcome);
        expect(disturbed.sentAgain).toBeLessThanOrEqual(NOTIFIERS.length * disturbed.struck);
      },
    );

  it(
    "a process that dies several times loses nothing and doubles nothing",
    () => fc.assert(property("crash"), { numRuns: RUNS }),
    300_000,
  );
  it(
    "ports that fail several times cost nothing but time",
    () => fc.assert(property("failure"), { numRuns: RUNS }),
    300_000,
  );
});
