import { describe, expect, it } from "vitest";
import { alertAt, evidenceNamed, factsAt, MINUTE_MS, START_MS } from "./alert.fixture.js";
import { decideIntake, DEFAULT_INTAKE, intakeCommand } from "./intake.js";
import type { KeyRegister } from "./key-register.js";

const { key, alertId } = factsAt(START_MS);
const owner = { key, incidentId: "INC-001", alertId, alertAtMs: START_MS };
const open: KeyRegister = { ...owner, status: "open" };
const released: KeyRegister = { ...owner, status: "released", releasedAtMs: START_MS + MINUTE_MS };
const closed: KeyRegister = { ...owner, status: "closed", releasedAtMs: START_MS + MINUTE_MS };

const LATER_MS = START_MS + 2 * MINUTE_MS;
const next = { alertId: "the-next" };
const types = [
  "alert.fired",
  "alert.escalated",
  "alert.eased",
  "alert.resolved",
  "alert.frozen",
  "alert.thawed",
  "alert.suppressed",
  "alert.unsuppressed",
] as const;
const burning = ["alert.fired", "alert.escalated"] as const;
const others = types.filter((type) => !(burning as readonly string[]).includes(type));

describe("an alert event whose key has no incident", () => {
  it.each(burning)("opens one when it burns: %s", (type) => {
    expect(decideIntake(undefined, alertAt(type, LATER_MS))).toEqual({ kind: "open-new" });
  });

  it.each(others.filter((type) => type !== "alert.suppressed"))("is ignored otherwise: %s", (type) => {
    expect(decideIntake(undefined, alertAt(type, LATER_MS))).toEqual({
      kind: "ignore",
      reason: "no incident is open for this firing of payments-availability/burn",
    });
  });

  it("opens nothing when what held it back is gone and nothing burns any more", () => {
    expect(decideIntake(undefined, alertAt("alert.unsuppressed", LATER_MS))).toMatchObject({ kind: "ignore" });
  });

  it("is ignored while it is held back, and says by what", () => {
    expect(decideIntake(undefined, alertAt("alert.suppressed", LATER_MS))).toEqual({
      kind: "ignore",
      reason: "payments-availability/burn is held back while database-availability pages",
    });
  });
});

describe("an alert event whose key has an open incident", () => {
  it.each(types)("goes to it: %s", (type) => {
    expect(decideIntake(open, alertAt(type, LATER_MS))).toEqual({ kind: "update", incidentId: "INC-001" });
    expect(decideIntake(open, alertAt(type, START_MS - 1, next))).toEqual({ kind: "update", incidentId: "INC-001" });
  });
});

describe("an alert event whose key's incident was resolved", () => {
  it("reopens it when another firing comes inside the cooldown", () => {
    const last = START_MS + MINUTE_MS + 30 * MINUTE_MS - 1;
    expect(decideIntake(released, alertAt("alert.fired", last, next))).toEqual({
      kind: "reopen",
      incidentId: "INC-001",
      reason: "payments-availability/burn fired again within its cooldown of 30 min",
    });
    expect(decideIntake(released, alertAt("alert.fired", last + 1, next))).toEqual({ kind: "open-new" });
  });

  it("goes by the cooldown that is set", () => {
    expect(DEFAULT_INTAKE).toEqual({ cooldownMs: 30 * MINUTE_MS });
    expect(decideIntake(released, alertAt("alert.fired", LATER_MS, next), { cooldownMs: 0 })).toEqual({
      kind: "open-new",
    });
    expect(decideIntake(released, alertAt("alert.fired", LATER_MS, next), { cooldownMs: 2 * MINUTE_MS })).toMatchObject(
      {
        kind: "reopen",
        reason: "payments-availability/burn fired again within its cooldown of 2 min",
      },
    );
  });

  it.each(burning)("reopens it, whatever the cooldown, when the same firing burns on: %s", (type) => {
    expect(decideIntake(released, alertAt(type, START_MS + 999 * MINUTE_MS))).toEqual({
      kind: "reopen",
      incidentId: "INC-001",
      reason: "payments-availability/burn burns on after the incident was resolved",
    });
  });

  it.each(others)("still tells it how the same firing goes on: %s", (type) => {
    expect(decideIntake(released, alertAt(type, LATER_MS))).toEqual({ kind: "update", incidentId: "INC-001" });
    expect(decideIntake(released, alertAt(type, LATER_MS, next)).kind).toBe("ignore");
  });
});

describe("an alert event whose key's incident is closed", () => {
  it.each(burning)("opens another, also within the cooldown, for closed is final: %s", (type) => {
    expect(decideIntake(closed, alertAt(type, LATER_MS, next))).toEqual({ kind: "open-new" });
    expect(decideIntake(closed, alertAt(type, LATER_MS))).toEqual({ kind: "open-new" });
  });

  it.each(others)("is ignored otherwise: %s", (type) => {
    expect(decideIntake(closed, alertAt(type, LATER_MS)).kind).toBe("ignore");
  });
});

describe("a late copy of an alert event", () => {
  it("opens and reopens nothing when its time is past", () => {
    const late = {
      kind: "ignore",
      reason: "INC-001 has handled this event of payments-availability/burn, or a later one",
    };
    for (const entry of [released, closed]) {
      expect(decideIntake(entry, alertAt("alert.fired", START_MS - 1, next))).toEqual(late);
      expect(decideIntake(entry, alertAt("alert.escalated", START_MS - 1))).toEqual(late);
    }
    expect(decideIntake(closed, alertAt("alert.fired", START_MS))).toEqual(late);
  });

  it("is told from another firing in the same instant, and from one that the incident can still tell itself", () => {
    expect(decideIntake(closed, alertAt("alert.fired", START_MS, next))).toEqual({ kind: "open-new" });
    expect(decideIntake(released, alertAt("alert.fired", START_MS)).kind).toBe("reopen");
  });
});

describe("the command for an intake decision", () => {
  const alert = alertAt("alert.fired", LATER_MS);
  const context = { newIncidentId: "INC-007", atMs: LATER_MS, causeId: "event-7" };
  const asked = { actor: "engine", atMs: LATER_MS, causeId: "event-7" };

  it("declares a new incident", () => {
    expect(intakeCommand({ kind: "open-new" }, alert, { ...context, serviceTier: 2 })).toEqual({
      type: "declare",
      ...asked,
      incidentId: "INC-007",
      origin: { kind: "alert", alert, serviceTier: 2 },
    });
    expect(intakeCommand({ kind: "open-new" }, alert, context)).toMatchObject({ origin: { kind: "alert", alert } });
  });

  it("says when it began to the incident that it opens, and to no other", () => {
    const began = { ...context, startedAtMs: START_MS };
    expect(intakeCommand({ kind: "open-new" }, alert, began)).toMatchObject({ type: "declare", startedAtMs: START_MS });
    expect(intakeCommand({ kind: "open-new" }, alert, context)).not.toHaveProperty("startedAtMs");
    const update = { kind: "update", incidentId: "INC-001" } as const;
    expect(intakeCommand(update, alert, began)).toEqual(intakeCommand(update, alert, context));
    const reopen = { kind: "reopen", incidentId: "INC-001", reason: "again" } as const;
    expect(intakeCommand(reopen, alert, began)).toEqual(intakeCommand(reopen, alert, context));
  });

  it("updates the open one, with the evidence", () => {
    const evidence = [evidenceNamed("a")];
    expect(intakeCommand({ kind: "update", incidentId: "INC-001" }, alert, { ...context, evidence })).toEqual({
      type: "update-alert",
      ...asked,
      evidence,
      alert,
    });
  });

  it("reopens the resolved one, with the reason", () => {
    expect(intakeCommand({ kind: "reopen", incidentId: "INC-001", reason: "again" }, alert, context)).toEqual({
      type: "reopen",
      ...asked,
      reason: "again",
      alert,
    });
  });

  it("is none when the event is ignored", () => {
    expect(intakeCommand({ kind: "ignore", reason: "late" }, alert, context)).toBeUndefined();
  });
});
