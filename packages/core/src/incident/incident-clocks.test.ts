import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import {
  breachedTargets,
  incidentClocks,
  incidentTimes,
  responseClocks,
  type ResponseClock,
} from "./incident-clocks.js";
import type { IncidentCommand } from "./incident-command.js";
import type { ClockKind } from "./people/target-breach.js";
import type { Severity } from "./severity.js";

const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
const asked = (minutes: number, type: string) => ({ atMs: at(minutes), actor: "ada", causeId: `${type}@${minutes}` });
const acknowledge = (minutes: number): IncidentCommand => ({ type: "acknowledge", ...asked(minutes, "ack") });
const severity = (minutes: number, to: Severity): IncidentCommand => ({
  type: "change-severity",
  ...asked(minutes, to),
  severity: to,
  reason: "seen",
});
const recover = (minutes: number): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes, "recover"),
  alert: alertAt("alert.resolved", at(minutes)),
});
const reopen = (minutes: number): IncidentCommand => ({ type: "reopen", ...asked(minutes, "reopen"), reason: "again" });
const close = (minutes: number): IncidentCommand => ({ type: "close", ...asked(minutes, "close"), how: "person" });

describe("an incident's times", () => {
  it("are only what has happened", () => {
    expect(incidentTimes(incidentAfter(declareFromAlert()).state)).toEqual({
      detectedAtMs: START_MS,
      declaredAtMs: START_MS,
      openMs: 0,
    });
  });

  it("come from the events, and durations from detection", () => {
    const declare: IncidentCommand = {
      type: "declare",
      ...asked(3, "declare"),
      incidentId: "INC-001",
      startedAtMs: at(-4),
      origin: { kind: "alert", alert: alertAt("alert.fired", START_MS) },
    };
    const { state } = incidentAfter(declare, acknowledge(5), recover(20), close(60));
    expect(incidentTimes(state)).toEqual({
      startedAtMs: at(-4),
      timeToDetectMs: 4 * MINUTE_MS,
      detectedAtMs: START_MS,
      declaredAtMs: at(3),
      acknowledgedAtMs: at(5),
      timeToAcknowledgeMs: 5 * MINUTE_MS,
      resolvedAtMs: at(20),
      timeToResolveMs: 20 * MINUTE_MS,
      closedAtMs: at(60),
      openMs: 17 * MINUTE_MS,
    });
  });

  it("of a reopened one: the first acknowledgement, the last resolution, and the time that it was open", () => {
    const life = [declareFromAlert(), acknowledge(2), recover(10), reopen(30), acknowledge(31)];
    const open = incidentAfter(...life).state;
    expect(incidentTimes(open)).toMatchObject({ acknowledgedAtMs: at(2), openMs: 10 * MINUTE_MS });
    expect(incidentTimes(open)).not.toHaveProperty("resolvedAtMs");
    expect(incidentTimes(open)).not.toHaveProperty("timeToResolveMs");
    const over = incidentAfter(...life, {
      type: "resolve",
      ...asked(40, "resolve"),
      reason: "fixed",
    }).state;
    expect(incidentTimes(over)).toMatchObject({ timeToResolveMs: 40 * MINUTE_MS, openMs: 20 * MINUTE_MS });
  });

  it("finds an acknowledgement of a later round when the first had none", () => {
    const { state } = incidentAfter(declareFromAlert(), recover(10), reopen(30), acknowledge(33));
    expect(incidentTimes(state).timeToAcknowledgeMs).toBe(33 * MINUTE_MS);
  });
});

/** `round severity started>due outcome late`, in minutes. */
function told(clocks: readonly ResponseClock[]): readonly string[] {
  const minutes = (ms: number) => (ms - START_MS) / MINUTE_MS;
  return clocks.map(
    (clock) =>
      `${clock.kind} ${clock.round} ${clock.severity} ${minutes(clock.startedAtMs)}>${minutes(clock.dueAtMs)} ${clock.outcome} ${clock.lateMs / MINUTE_MS}`,
  );
}

function clocksAfter(nowMinutes: number, ...commands: readonly IncidentCommand[]): readonly string[] {
  return told(responseClocks(incidentAfter(declareFromAlert(), ...commands).state, at(nowMinutes)));
}

describe("the response clock", () => {
  it("of SEV2 runs for 15 minutes", () => {
    expect(clocksAfter(14)).toEqual(["acknowledge 0 SEV2 0>15 running 0"]);
    expect(clocksAfter(15)).toEqual(["acknowledge 0 SEV2 0>15 running 0"]);
    expect(clocksAfter(16)).toEqual(["acknowledge 0 SEV2 0>15 breached 1"]);
  });

  it("stops with the acknowledgement, in time or late", () => {
    expect(clocksAfter(99, acknowledge(15))).toEqual(["acknowledge 0 SEV2 0>15 met 0"]);
    expect(clocksAfter(99, acknowledge(18))).toEqual(["acknowledge 0 SEV2 0>15 breached 3"]);
    expect(clocksAfter(99, acknowledge(0))).toEqual(["acknowledge 0 SEV2 0>15 met 0"]);
  });

  it("is moot when the incident resolves by itself before it is due", () => {
    expect(clocksAfter(99, recover(9))).toEqual(["acknowledge 0 SEV2 0>15 moot 0"]);
    expect(clocksAfter(99, recover(19))).toEqual(["acknowledge 0 SEV2 0>15 breached 4"]);
  });

  it("starts anew when it gets worse", () => {
    expect(clocksAfter(11, severity(10, "SEV1"))).toEqual([
      "acknowledge 0 SEV2 0>15 moot 0",
      "acknowledge 0 SEV1 10>15 running 0",
    ]);
    expect(clocksAfter(20, severity(18, "SEV1"), acknowledge(20))).toEqual([
      "acknowledge 0 SEV2 0>15 breached 3",
      "acknowledge 0 SEV1 18>23 met 0",
    ]);
  });

  it("keeps counting from when it was this bad or worse when it gets better: a breach is not undone", () => {
    expect(clocksAfter(70, severity(1, "SEV1"), severity(8, "SEV3"))).toEqual([
      "acknowledge 0 SEV2 0>15 moot 0",
      "acknowledge 0 SEV1 1>6 breached 2",
      "acknowledge 0 SEV3 0>60 breached 10",
    ]);
    expect(clocksAfter(12, severity(2, "SEV3"), severity(4, "SEV1"), severity(6, "SEV2"))).toEqual([
      "acknowledge 0 SEV2 0>15 moot 0",
      "acknowledge 0 SEV3 0>60 moot 0",
      "acknowledge 0 SEV1 4>9 moot 0",
      "acknowledge 0 SEV2 4>19 running 0",
    ]);
  });

  it("does not run for SEV4", () => {
    expect(clocksAfter(999, severity(3, "SEV4"))).toEqual(["acknowledge 0 SEV2 0>15 moot 0"]);
  });

  it("takes no notice of a severity that held for no time, or came after the answer", () => {
    expect(clocksAfter(5, severity(0, "SEV1"), severity(0, "SEV3"))).toEqual(["acknowledge 0 SEV3 0>60 running 0"]);
    expect(clocksAfter(99, acknowledge(5), severity(6, "SEV1"))).toEqual(["acknowledge 0 SEV2 0>15 met 0"]);
    expect(clocksAfter(99, acknowledge(5), severity(5, "SEV1"))).toEqual(["acknowledge 0 SEV2 0>15 met 0"]);
    expect(clocksAfter(99, acknowledge(0), severity(5, "SEV1"))).toEqual(["acknowledge 0 SEV2 0>15 met 0"]);
    expect(clocksAfter(99, severity(0, "SEV1"), acknowledge(0))).toEqual(["acknowledge 0 SEV1 0>5 met 0"]);
  });

  it("runs for each round, with the severity that holds then", () => {
    expect(clocksAfter(HOUR_MS, acknowledge(5), severity(6, "SEV1"), recover(10), reopen(30), acknowledge(32))).toEqual(
      ["acknowledge 0 SEV2 0>15 met 0", "acknowledge 1 SEV1 30>35 met 0"],
    );
  });
});

describe("every clock of an incident", () => {
  const update = (
    minutes: number,
    audience: "stakeholders" | "public" | "responders" = "stakeholders",
  ): IncidentCommand => ({
    type: "update-status",
    ...asked(minutes, "update"),
    audience,
    text: "we are at it",
  });
  const call = (minutes: number): IncidentCommand => ({
    type: "escalate",
    ...asked(minutes, "call"),
    step: 1,
    to: ["grace"],
    channel: "phone",
    reason: "a page",
  });
  const back = (minutes: number): IncidentCommand => ({
    type: "unacknowledge",
    ...asked(minutes, "back"),
    reason: "gone",
  });
  const shown = (kind: ClockKind, nowMinutes: number, ...commands: readonly IncidentCommand[]) =>
    incidentClocks(incidentAfter(declareFromAlert(), ...commands).state, at(nowMinutes))
      .filter((clock) => clock.kind === kind)
      .map(
        ({ dueAtMs, lateMs, outcome, round, severity: of, startedAtMs }) =>
          `${round} ${of} ${(startedAtMs - START_MS) / MINUTE_MS}-${(dueAtMs - START_MS) / MINUTE_MS} ${outcome} ${lateMs / MINUTE_MS}`,
      );

  it("for an answer starts again when the answer is taken back", () => {
    expect(shown("acknowledge", 30, acknowledge(5), back(10))).toEqual([
      "0 SEV2 0-15 met 0",
      "0 SEV2 10-25 breached 5",
    ]);
    expect(shown("acknowledge", 30, acknowledge(5), back(10), acknowledge(20))).toEqual([
      "0 SEV2 0-15 met 0",
      "0 SEV2 10-25 met 0",
    ]);
    expect(shown("acknowledge", 60, acknowledge(5), back(10), recover(20))).toEqual([
      "0 SEV2 0-15 met 0",
      "0 SEV2 10-25 moot 0",
    ]);
    expect(responseClocks(incidentAfter(declareFromAlert(), acknowledge(5), back(10)).state, at(30))).toHaveLength(2);
  });

  it("for an answer does not take the next round's answer for its own", () => {
    expect(shown("acknowledge", 60, recover(10), reopen(10), acknowledge(10))).toEqual([
      "0 SEV2 0-15 moot 0",
      "1 SEV2 10-25 met 0",
    ]);
  });

  it("for stakeholders starts again with every word to them, until the end", () => {
    expect(shown("stakeholders", 20)).toEqual(["0 SEV2 0-30 running 0"]);
    expect(shown("stakeholders", 31)).toEqual(["0 SEV2 0-30 breached 1"]);
    expect(shown("stakeholders", 99, update(10), update(20, "responders"), update(45, "public"), recover(60))).toEqual([
      "0 SEV2 0-30 met 0",
      "0 SEV2 10-40 breached 5",
      "0 SEV2 45-75 moot 0",
    ]);
    expect(shown("stakeholders", 99, recover(10), update(12))).toEqual(["0 SEV2 0-30 moot 0"]);
    expect(shown("stakeholders", 99, recover(10), reopen(20), update(25))).toEqual([
      "0 SEV2 0-30 moot 0",
      "1 SEV2 20-50 met 0",
      "1 SEV2 25-55 breached 44",
    ]);
    expect(shown("stakeholders", 20, severity(0, "SEV1"), update(4))).toEqual([
      "0 SEV1 0-15 met 0",
      "0 SEV1 4-19 breached 1",
    ]);
  });

  const notice = (minutes: number): IncidentCommand => ({
    type: "record-notice",
    ...asked(minutes, "notice"),
    actor: "engine",
    person: "boss",
    channel: "mail",
  });

  it("for stakeholders is met by a notice that has reached one, in time or late, as by what a person writes", () => {
    expect(shown("stakeholders", 99, notice(30))).toEqual(["0 SEV2 0-30 met 0", "0 SEV2 30-60 breached 39"]);
    expect(shown("stakeholders", 40, notice(31))).toEqual(["0 SEV2 0-30 breached 1", "0 SEV2 31-61 running 0"]);
    expect(shown("stakeholders", 10, notice(0))).toEqual(["0 SEV2 0-30 met 0", "0 SEV2 0-30 running 0"]);
    // Before its word of the next round, and after the end of the first.
    expect(shown("stakeholders", 30, recover(10), notice(12), reopen(20), notice(25))).toEqual([
      "0 SEV2 0-30 moot 0",
      "1 SEV2 20-50 met 0",
      "1 SEV2 25-55 running 0",
    ]);
  });

  it("for stakeholders takes both kinds of words in the order in which they came, and two at once for one", () => {
    expect(shown("stakeholders", 70, notice(15), update(20), notice(60))).toEqual([
      "0 SEV2 0-30 met 0",
      "0 SEV2 15-45 met 0",
      "0 SEV2 20-50 breached 10",
      "0 SEV2 60-90 running 0",
    ]);
    expect(shown("stakeholders", 40, update(15), notice(15))).toEqual(["0 SEV2 0-30 met 0", "0 SEV2 15-45 running 0"]);
    expect(shown("stakeholders", 40, update(15, "responders"))).toEqual(["0 SEV2 0-30 breached 10"]);
  });

  it("for stakeholders keeps its breach, once recorded, when the notice comes after it", () => {
    const [breach] = breachedTargets(incidentAfter(declareFromAlert(), acknowledge(1)).state, at(31));
    expect(breach?.kind).toBe("stakeholders");
    if (breach === undefined) return;
    const recorded: IncidentCommand = { type: "record-breach", ...asked(31, "breach"), breach };
    const { state } = incidentAfter(declareFromAlert(), acknowledge(1), recorded, notice(33));
    expect(state.breaches).toEqual([breach]);
    expect(breachedTargets(state, at(40))).toEqual([breach]);
  });

  it("for a call ends with the first call or the first answer of its round", () => {
    expect(shown("escalate", 10, severity(0, "SEV1"))).toEqual(["0 SEV1 0-1 breached 9"]);
    expect(shown("escalate", 10, severity(0, "SEV1"), call(1), call(4))).toEqual(["0 SEV1 0-1 met 0"]);
    expect(shown("escalate", 10, severity(0, "SEV1"), acknowledge(1), call(4))).toEqual(["0 SEV1 0-1 met 0"]);
    expect(shown("escalate", 60, call(14), recover(20), reopen(30))).toEqual([
      "0 SEV2 0-15 met 0",
      "1 SEV2 30-45 breached 15",
    ]);
    expect(shown("escalate", 60, severity(0, "SEV3"))).toEqual([]);
    expect(shown("stakeholders", 60, severity(0, "SEV4"))).toEqual([]);
  });

  it("ends with a merge", () => {
    const merge: IncidentCommand = { type: "merge", ...asked(10, "merge"), into: "INC-002", reason: "the same" };
    expect(shown("acknowledge", 99, merge)).toEqual(["0 SEV2 0-15 moot 0"]);
    const late: IncidentCommand = { ...merge, atMs: at(20) };
    expect(shown("acknowledge", 99, late)).toEqual(["0 SEV2 0-15 breached 5"]);
  });

  it("that was missed can be recorded", () => {
    const { state } = incidentAfter(declareFromAlert(), update(10));
    expect(breachedTargets(state, at(41))).toEqual([
      { kind: "acknowledge", round: 0, severity: "SEV2", startedAtMs: START_MS, dueAtMs: at(15) },
      { kind: "escalate", round: 0, severity: "SEV2", startedAtMs: START_MS, dueAtMs: at(15) },
      { kind: "stakeholders", round: 0, severity: "SEV2", startedAtMs: at(10), dueAtMs: at(40) },
    ]);
    expect(breachedTargets(state, at(15))).toEqual([]);
  });

  it("and the time to mitigation comes from the first end of the impact", () => {
    const { state } = incidentAfter(
      declareFromAlert(),
      acknowledge(2),
      { type: "start-mitigation", ...asked(3, "start"), text: "x" },
      { type: "confirm-mitigation", ...asked(9, "done"), text: "y" },
    );
    expect(incidentTimes(state)).toMatchObject({ mitigatedAtMs: at(9), timeToMitigateMs: 9 * MINUTE_MS });
    expect(incidentTimes(incidentAfter(declareFromAlert()).state)).not.toHaveProperty("timeToMitigateMs");
  });
});
