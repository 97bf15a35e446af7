import { describe, expect, it } from "vitest";
import { alertAt, DAY_MS, declareFromAlert, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import { AUTO_CLOSE_TTL_MS, closableAt } from "./auto-close.js";
import type { IncidentCommand } from "./incident-command.js";
import { notClosable } from "./incident-rejection.js";

const asked = { actor: "ada" } as const;
const acknowledge: IncidentCommand = { type: "acknowledge", ...asked, causeId: "ack", atMs: START_MS + MINUTE_MS };
const resolve: IncidentCommand = {
  type: "resolve",
  ...asked,
  causeId: "fix",
  atMs: START_MS + HOUR_MS,
  reason: "fixed",
};
const follow = (type: Parameters<typeof alertAt>[0], atMs: number): IncidentCommand => ({
  type: "update-alert",
  ...asked,
  causeId: `${type}@${atMs}`,
  atMs,
  alert: alertAt(type, atMs),
});
const alertId = "payments-availability/burn@1";

describe("an incident closes by itself", () => {
  it("a day after its alert resolved it, not a millisecond sooner", () => {
    const { state } = incidentAfter(declareFromAlert(), follow("alert.resolved", START_MS + HOUR_MS));
    const dueMs = START_MS + HOUR_MS + DAY_MS;
    expect(AUTO_CLOSE_TTL_MS).toBe(DAY_MS);
    expect(closableAt(state, dueMs)).toEqual({ closable: true });
    expect(closableAt(state, dueMs - 1)).toEqual({ closable: false, reason: { kind: "too-early", atMs: dueMs } });
    expect(closableAt(state, START_MS + HOUR_MS + 10, 10)).toEqual({ closable: true });
  });

  it("counted from the later of the person's word and the alert's", () => {
    const { state } = incidentAfter(
      declareFromAlert(),
      acknowledge,
      resolve,
      follow("alert.resolved", START_MS + 5 * HOUR_MS),
    );
    expect(closableAt(state, START_MS + 5 * HOUR_MS)).toEqual({
      closable: false,
      reason: { kind: "too-early", atMs: START_MS + 5 * HOUR_MS + DAY_MS },
    });
  });

  it("without an alert, from the person's word alone", () => {
    const { state } = incidentAfter(
      {
        type: "declare",
        ...asked,
        atMs: START_MS,
        causeId: "declare",
        incidentId: "INC-001",
        origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
      },
      acknowledge,
      resolve,
    );
    expect(closableAt(state, START_MS + HOUR_MS + DAY_MS)).toEqual({ closable: true });
    expect(closableAt(state, START_MS + HOUR_MS + DAY_MS - 1).closable).toBe(false);
  });

  it("from its last event, should a foreign stream have no round that ended", () => {
    const { state } = incidentAfter(declareFromAlert(), follow("alert.resolved", START_MS + HOUR_MS));
    const odd = { ...state, rounds: [{ openedAtMs: START_MS }] as const };
    expect(closableAt(odd, START_MS + HOUR_MS, DAY_MS)).toMatchObject({
      reason: { atMs: START_MS + HOUR_MS + DAY_MS },
    });
  });
});

describe("an incident never closes by itself", () => {
  const never = Number.MAX_SAFE_INTEGER;

  it("while it is open", () => {
    expect(closableAt(incidentAfter(declareFromAlert()).state, never)).toEqual({
      closable: false,
      reason: { kind: "open", status: "declared" },
    });
    expect(closableAt(incidentAfter(declareFromAlert(), acknowledge).state, never)).toEqual({
      closable: false,
      reason: { kind: "open", status: "acknowledged" },
    });
  });

  it.each(["alert.escalated", "alert.suppressed", "alert.thawed"] as const)(
    "while its alert burns, also after %s and a person's word",
    (type) => {
      const { state } = incidentAfter(declareFromAlert(), acknowledge, resolve, follow(type, START_MS + 2 * HOUR_MS));
      expect(closableAt(state, never)).toEqual({ closable: false, reason: { kind: "burning", alertId } });
    },
  );

  it("while its alert's data are missing", () => {
    const { state } = incidentAfter(
      declareFromAlert(),
      acknowledge,
      resolve,
      follow("alert.frozen", START_MS + HOUR_MS),
    );
    expect(closableAt(state, never)).toEqual({ closable: false, reason: { kind: "frozen", alertId } });
  });

  it("twice", () => {
    const closed = incidentAfter(declareFromAlert(), follow("alert.resolved", START_MS), {
      type: "close",
      ...asked,
      causeId: "close",
      atMs: START_MS,
      how: "person",
    });
    const answer = closableAt(closed.state, never);
    expect(answer).toEqual({ closable: false, reason: { kind: "closed" } });
    if (!answer.closable) {
      expect(notClosable("INC-001", answer.reason).message).toBe(
        "INC-001 does not close by itself: it is closed already.",
      );
    }
  });
});
