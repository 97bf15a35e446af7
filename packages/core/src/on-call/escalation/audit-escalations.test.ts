import { describe, expect, it } from "vitest";
import { auditEscalations } from "./audit-escalations.js";
import { lead, MINUTE_MS, START_MS } from "./escalation.fixture.js";

const within = (minutes: number, ms = 0) => ({ nowMs: START_MS + minutes * MINUTE_MS + ms, toleranceMs: 30_000 });
const stateOf = (one: ReturnType<typeof lead>) => (one.state === undefined ? [] : [one.state]);

describe("the audit of escalations", () => {
  it("finds nothing where every open one has a next step that is not overdue", () => {
    const one = lead();
    one.start();
    one.wake(0);
    expect(auditEscalations([], [], within(0))).toEqual([]);
    expect(auditEscalations(stateOf(one), [], within(5, 30_000))).toEqual([]);
  });

  it("finds what is overdue by more than the tolerance, step and notice", () => {
    const one = lead();
    one.start({ stakeholders: [{ targets: [], afterMs: 5 * MINUTE_MS }] });
    one.wake(0);
    expect(auditEscalations(stateOf(one), [], within(5, 30_001))).toEqual([
      {
        kind: "overdue",
        incidentId: "INC-001",
        dueAtMs: START_MS + 5 * MINUTE_MS,
        lateMs: 30_001,
        message: "The escalation of INC-001 should have gone on (step) 30001 ms ago.",
      },
      {
        kind: "overdue",
        incidentId: "INC-001",
        dueAtMs: START_MS + 5 * MINUTE_MS,
        lateMs: 30_001,
        message: "The escalation of INC-001 should have gone on (stakeholders) 30001 ms ago.",
      },
    ]);
  });

  it("finds one that is over though nobody has acknowledged, and none that somebody is on", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.wake(5);
    one.wake(15);
    expect(auditEscalations(stateOf(one), [], within(15))).toEqual([
      {
        kind: "no-next-step",
        incidentId: "INC-001",
        message: "The escalation of INC-001 is over, and nobody has acknowledged.",
      },
    ]);
    one.ask(16, { type: "acknowledge" });
    expect(auditEscalations(stateOf(one), [], within(999))).toEqual([]);
  });

  it("finds an open incident whose escalation has not started in time", () => {
    const one = lead();
    one.start();
    one.wake(0);
    const expected = ["INC-001", "INC-002"].map((incidentId) => ({ incidentId, sinceMs: START_MS }));
    expect(auditEscalations(stateOf(one), expected, within(0, 30_000))).toEqual([]);
    expect(auditEscalations(stateOf(one), expected, within(0, 30_001))).toEqual([
      { kind: "not-started", incidentId: "INC-002", message: "INC-002 is open, and its escalation has not started." },
    ]);
  });
});
