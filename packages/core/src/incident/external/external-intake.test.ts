import { describe, expect, it } from "vitest";
import { MINUTE_MS, START_MS } from "../alert.fixture.js";
import type { KeyRegister } from "../key-register.js";
import { endOf, externalChange } from "./external-change.js";
import { decideExternalIntake, decideGroupIntake, externalIntakeCommand, letGoAt } from "./external-intake.js";
import { externalAt } from "./external.fixture.js";

const firing = externalAt(START_MS);
const over = externalAt(START_MS, { status: "resolved", endsAtMs: START_MS });
const later = (startsAtMs: number, severity = "critical") =>
  externalAt(START_MS + 5 * MINUTE_MS, { startsAtMs, labels: { severity } });

describe("what word of an alert adds", () => {
  it("to one that fires is another severity, or its end", () => {
    expect(externalChange(firing, later(START_MS - MINUTE_MS))).toBeUndefined();
    expect(externalChange(firing, later(START_MS - MINUTE_MS, "warning"))).toBe("changed");
    expect(externalChange(firing, over)).toBe("resolved");
  });

  it("to one that fires is also a later firing, where the end of the one before was not heard of", () => {
    expect(externalChange(firing, later(START_MS - MINUTE_MS + 1))).toBe("fired");
    expect(externalChange(firing, later(START_MS - MINUTE_MS + 1, "warning"))).toBe("fired");
    expect(externalChange(firing, later(START_MS - MINUTE_MS - 1))).toBeUndefined();
  });

  it("is not the end of an earlier firing", () => {
    const earlier = (endsAtMs: number, startsAtMs = START_MS - 2 * MINUTE_MS) =>
      externalAt(START_MS, { status: "resolved", startsAtMs, endsAtMs });
    expect(externalChange(firing, earlier(firing.startsAtMs))).toBeUndefined();
    expect(externalChange(firing, earlier(firing.startsAtMs + 1))).toBe("resolved");
    expect(externalChange(firing, earlier(firing.startsAtMs, firing.startsAtMs))).toBe("resolved");
  });

  it("to one that is over is only a firing that began after its end", () => {
    expect(externalChange(over, later(START_MS - 1))).toBeUndefined();
    expect(externalChange(over, later(START_MS))).toBe("fired");
    expect(externalChange(over, over)).toBeUndefined();
  });

  it("to one that only its source's silence ended is that it goes on, whenever it began", () => {
    const silent = { ...over, silentMs: 5 * MINUTE_MS };
    expect(externalChange(silent, later(START_MS - MINUTE_MS))).toBe("fired");
    expect(externalChange(silent, later(START_MS))).toBe("fired");
    expect(externalChange(silent, over)).toBeUndefined();
  });

  it("knows the end from when it was learnt, where the source does not say", () => {
    expect(endOf(over)).toBe(START_MS);
    expect(endOf(externalAt(7, { status: "resolved" }))).toBe(7);
  });
});

describe("the intake of alerts from elsewhere", () => {
  const owner = { key: firing.key, incidentId: "INC-007", alertId: firing.alertId, alertAtMs: START_MS };
  const open: KeyRegister = { ...owner, status: "open" };
  const released: KeyRegister = { ...owner, status: "released", releasedAtMs: START_MS };
  const closed: KeyRegister = { ...owner, status: "closed", releasedAtMs: START_MS };
  const settings = { cooldownMs: 30 * MINUTE_MS };
  const at = (minutes: number, startsAtMs = START_MS - MINUTE_MS) =>
    externalAt(START_MS + minutes * MINUTE_MS, { startsAtMs });

  it("opens what nobody has, and gives everything to the open incident", () => {
    expect(decideExternalIntake(undefined, firing, undefined)).toEqual({ kind: "open-new" });
    expect(decideExternalIntake(open, firing, firing)).toEqual({ kind: "update", incidentId: "INC-007" });
    expect(decideExternalIntake(open, over, firing)).toEqual({ kind: "update", incidentId: "INC-007" });
  });

  it("opens a new one where the incident that had the key does not know the alert", () => {
    expect(decideExternalIntake(released, firing, undefined)).toEqual({ kind: "open-new" });
  });

  it("tells an incident that was resolved by hand of the end, and nobody else", () => {
    expect(decideExternalIntake(released, over, firing)).toEqual({ kind: "update", incidentId: "INC-007" });
    const ignored = { kind: "ignore", reason: "no incident is open for external/prometheus/abc" };
    expect(decideExternalIntake(undefined, over, undefined)).toEqual(ignored);
    expect(decideExternalIntake(closed, over, firing)).toEqual(ignored);
  });

  it("lets repeats pass for the cooldown where people resolved it while it fires, and no longer", () => {
    const pass = { kind: "ignore", reason: "INC-007 was resolved by hand; repeats are let pass for 30 min" };
    expect(decideExternalIntake(released, at(29), firing, settings)).toEqual(pass);
    expect(decideExternalIntake(closed, at(29), firing, settings)).toEqual(pass);
    expect(decideExternalIntake(released, at(30), firing, settings)).toEqual({
      kind: "reopen",
      incidentId: "INC-007",
      reason: "external/prometheus/abc goes on after the incident was resolved",
    });
    expect(decideExternalIntake(closed, at(30), firing)).toEqual({ kind: "open-new" });
  });

  it("takes a firing that began later for none of the repeats, though the incident never heard the end before it", () => {
    const begins = firing.startsAtMs;
    expect(decideExternalIntake(closed, at(5, begins + 1), firing, settings)).toEqual({ kind: "open-new" });
    expect(decideExternalIntake(closed, at(30, begins + 1), firing, settings)).toEqual({ kind: "open-new" });
    expect(decideExternalIntake(released, at(29, begins + 1), firing, settings)).toEqual({
      kind: "reopen",
      incidentId: "INC-007",
      reason: "external/prometheus/abc fired again within its cooldown of 30 min",
    });
    expect(decideExternalIntake(released, at(30, begins + 1), firing, settings)).toMatchObject({ kind: "reopen" });
    // The start of one firing may turn out to have been earlier.
    expect(decideExternalIntake(closed, at(5, begins - 1), firing, settings)).toMatchObject({ kind: "ignore" });
    expect(decideExternalIntake(released, at(5, begins - 1), firing, settings)).toMatchObject({ kind: "ignore" });
  });

  it("reopens within the cooldown what fires again, opens after it, and lets late copies pass", () => {
    expect(decideExternalIntake(released, at(5), over, settings)).toEqual({
      kind: "ignore",
      reason: "INC-007 has handled this firing of external/prometheus/abc, which is over",
    });
    expect(decideExternalIntake(released, at(29, START_MS), over, settings)).toEqual({
      kind: "reopen",
      incidentId: "INC-007",
      reason: "external/prometheus/abc fired again within its cooldown of 30 min",
    });
    expect(decideExternalIntake(released, at(30, START_MS), over, settings)).toEqual({ kind: "open-new" });
    expect(decideExternalIntake(closed, at(5, START_MS), over, settings)).toEqual({ kind: "open-new" });
  });

  it("has let an alert go since people resolved its incident, once the cooldown has passed", () => {
    const minutes = (count: number) => START_MS + count * MINUTE_MS;
    expect(letGoAt(released, firing, minutes(30) - 1, settings)).toBeUndefined();
    expect(letGoAt(released, firing, minutes(30), settings)).toBe(START_MS);
    expect(letGoAt(released, firing, minutes(29))).toBeUndefined();
    expect(letGoAt(closed, firing, minutes(30))).toBe(START_MS);
    expect(letGoAt(open, firing, minutes(60))).toBeUndefined();
    expect(letGoAt(undefined, firing, minutes(60))).toBeUndefined();
    expect(letGoAt(released, over, minutes(60))).toBeUndefined();
    expect(letGoAt(released, undefined, minutes(60))).toBeUndefined();
  });

  it("opens for a group what nobody in it has, and gives what is new in it to the group's incident", () => {
    const group = { id: "g1", labels: { job: "web" } };
    const isNew = { kind: "open-new" } as const;
    const atMinute = (minutes: number) => ({ atMs: START_MS + minutes * MINUTE_MS });
    const inGroup = (entry: KeyRegister | undefined, minutes = 0, burns = false) =>
      decideGroupIntake(isNew, { group, entry, burns }, atMinute(minutes), settings);
    expect(inGroup(undefined)).toEqual(isNew);
    expect(inGroup(open, 99, true)).toEqual({ kind: "update", incidentId: "INC-007" });
    const again = {
      kind: "reopen",
      incidentId: "INC-007",
      reason: 'the group {job="web"} has another alert within its cooldown of 30 min',
    };
    expect(inGroup(released, 29)).toEqual(again);
    expect(inGroup(released, 30)).toEqual(isNew);
    expect(decideGroupIntake(isNew, { group, entry: released, burns: false }, atMinute(29))).toEqual(again);
    // People resolved it while others of it go on: another incident beside it would leave it open for good.
    expect(inGroup(released, 30, true)).toEqual({
      kind: "reopen",
      incidentId: "INC-007",
      reason: 'the group {job="web"} has another alert, and its others go on',
    });
    expect(inGroup(closed, 5, true)).toEqual(isNew);
  });

  it("asks the group only where the alert's own key would open an incident", () => {
    const group = { id: "g1", labels: {} };
    for (const own of [
      { kind: "update", incidentId: "INC-001" },
      { kind: "ignore", reason: "late" },
    ] as const) {
      expect(decideGroupIntake(own, { group, entry: open, burns: false }, firing)).toBe(own);
    }
  });

  it("reopens what the alert's own key does, unless another incident is open for its group", () => {
    const group = { id: "g1", labels: {} };
    const own = { kind: "reopen", incidentId: "INC-001", reason: "it flaps" } as const;
    const of = (entry: KeyRegister | undefined, burns: boolean) =>
      decideGroupIntake(own, { group, entry, burns }, firing, settings);
    expect(of(open, false)).toEqual({ kind: "update", incidentId: "INC-007" });
    for (const entry of [undefined, released, closed]) {
      expect(of(entry, true)).toBe(own);
      expect(of(entry, false)).toBe(own);
    }
  });

  it("becomes a command in the engine's name", () => {
    const context = { newIncidentId: "INC-008", atMs: START_MS, causeId: "c" };
    const asked = { actor: "engine", atMs: START_MS, causeId: "c" };
    const group = { id: "g1", labels: {} };
    const command = (decision: Parameters<typeof externalIntakeCommand>[0], more = {}) =>
      externalIntakeCommand(decision, firing, { ...context, ...more });
    expect(command({ kind: "open-new" })).toEqual({
      ...asked,
      type: "declare",
      incidentId: "INC-008",
      origin: { kind: "external", external: firing },
    });
    expect(command({ kind: "open-new" }, { serviceTier: 2 })).toMatchObject({ origin: { serviceTier: 2 } });
    expect(command({ kind: "open-new" }, { group, title: "Down (2 alerts)" })).toEqual({
      ...asked,
      type: "declare",
      incidentId: "INC-008",
      origin: { kind: "external", external: firing, group, title: "Down (2 alerts)" },
    });
    expect(command({ kind: "update", incidentId: "INC-007" }, { group })).toMatchObject({ group });
    expect(command({ kind: "reopen", incidentId: "INC-007", reason: "x" }, { group })).toMatchObject({ group });
    expect(command({ kind: "update", incidentId: "INC-007" })).toEqual({
      ...asked,
      type: "update-external",
      external: firing,
    });
    expect(command({ kind: "reopen", incidentId: "INC-007", reason: "again" })).toEqual({
      ...asked,
      type: "reopen",
      reason: "again",
      external: firing,
    });
    expect(command({ kind: "ignore", reason: "late" })).toBeUndefined();
  });
});
