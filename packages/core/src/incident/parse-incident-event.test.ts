import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { declareFromAlert, evaluationAt, evidenceNamed, factsAt, incidentAfter, START_MS } from "./alert.fixture.js";
import type { IncidentEvent } from "./incident-event.js";
import {
  parseIncidentEvent,
  parseKeyRegisterEvent,
  replayIncident,
  type RecordedEvent,
} from "./parse-incident-event.js";

function stored(
  event: { readonly type: string; readonly atMs: number; readonly actor: string; readonly data: unknown },
  version = 1,
  stream = "incident/INC-001",
): RecordedEvent {
  return { stream, version, ...event, data: JSON.parse(JSON.stringify(event.data)) as Json };
}

const happened = { atMs: START_MS, actor: "ada" };
const c = { causeId: "c" };
const alert = factsAt(START_MS);
const { ruleId: _ruleId, ...unruled } = alert;
const everyEvent: readonly IncidentEvent[] = [
  {
    type: "incident.declared",
    ...happened,
    data: {
      ...c,
      incidentId: "INC-001",
      title: "t",
      severity: "SEV4",
      severityReason: "r",
      service: "s",
      detectedAtMs: 1,
    },
  },
  {
    type: "incident.declared",
    ...happened,
    data: {
      ...c,
      incidentId: "INC-001",
      title: "t",
      severity: "SEV1",
      severityReason: "r",
      service: "s",
      serviceTier: 4,
      startedAtMs: 1,
      detectedAtMs: 2,
      alert,
    },
  },
  { type: "incident.acknowledged", ...happened, data: c },
  { type: "incident.severity-changed", ...happened, data: { ...c, from: "SEV2", to: "SEV3", reason: "r" } },
  { type: "incident.noted", ...happened, data: { ...c, text: "x" } },
  { type: "incident.evidence-attached", ...happened, data: { ...c, evidence: evidenceNamed("e") } },
  {
    type: "incident.alert-updated",
    ...happened,
    data: { ...c, change: "frozen", alert: { ...unruled, kind: "data-loss", tier: "ticket" } },
  },
  { type: "incident.alert-updated", ...happened, data: { ...c, change: "suppressed", alert, suppressedBy: "x" } },
  { type: "incident.resolved", ...happened, data: { ...c, how: "person", reason: "r", evaluation: evaluationAt(1) } },
  { type: "incident.resolved", ...happened, data: { ...c, how: "alert", reason: "r" } },
  { type: "incident.reopened", ...happened, data: { ...c, reason: "r" } },
  { type: "incident.closed", ...happened, data: { ...c, how: "auto", reason: "" } },
  { type: "incident.stakeholders-told", ...happened, data: { ...c, person: "boss", channel: "mail" } },
];

const evaluation = evaluationAt(START_MS, { shortTotal: 0, shortBad: 0 });
const [rule] = evaluation.rules;
if (rule === undefined) throw new Error("the fixture has a rule");
const reasons = [
  { kind: "coverage", windowMs: 1, coverageRatio: 0.5, neededRatio: 0.9 },
  { kind: "watermark", watermarkMs: undefined, behindMs: 3, allowedMs: 2 },
  { kind: "watermark", watermarkMs: 5, behindMs: 3, allowedMs: 2 },
  { kind: "source", source: "prometheus", code: "timeout", message: "late" },
] as const;
const evaluations: readonly SloEvaluation[] = [
  {
    ...evaluation,
    sliRatio: undefined,
    watermarkMs: undefined,
    exhaustion: { kind: "spent" },
    verdict: { kind: "healthy" },
  },
  { ...evaluation, exhaustion: { kind: "never" }, verdict: { kind: "frozen", reasons }, mode: "shadow" },
  { ...evaluation, verdict: { kind: "no-data", reasons }, rules: [{ ...rule, outcome: { kind: "frozen", reasons } }] },
  { ...evaluation, rules: [{ ...rule, outcome: { kind: "quiet" } }] },
  { ...evaluation, rules: [{ ...rule, outcome: { kind: "firing", tier: "ticket", demotedBecause: "few events" } }] },
];

describe("an incident's event, read back from the store", () => {
  it.each(everyEvent)("is what was written: $type", (event) => {
    expect(parseIncidentEvent(stored(event))).toEqual({ ok: true, value: event });
  });

  it.each(evaluations)("keeps the evaluation, and what was undefined in it", (kept) => {
    const event: IncidentEvent = {
      type: "incident.resolved",
      ...happened,
      data: { ...c, how: "alert", reason: "r", evaluation: kept },
    };
    const parsed = parseIncidentEvent(stored(event));
    expect(parsed).toStrictEqual({ ok: true, value: event });
  });

  it.each([
    ["another type", { type: "incident.exploded", ...happened, data: c }, "type"],
    ["no cause", { type: "incident.acknowledged", ...happened, data: {} }, "data.causeId"],
    ["a severity that is none", { ...everyEvent[3], data: { ...everyEvent[3]?.data, to: "SEV9" } }, "data.to"],
    [
      "an alert of no tier",
      { ...everyEvent[7], data: { ...c, change: "fired", alert: { ...alert, tier: "scream" } } },
      "data.alert.tier",
    ],
    ["texts that are none", { type: "incident.noted", ...happened, data: { causeId: 5, text: "x" } }, "data.causeId"],
    ["data that are none", { type: "incident.noted", ...happened, data: null }, "data"],
  ] as const)("with %s is an error that names its place", (_what, event, path) => {
    const parsed = parseIncidentEvent(stored(event as IncidentEvent, 7));
    expect(parsed).toMatchObject({
      ok: false,
      error: { code: "unreadable-event", stream: "incident/INC-001", version: 7, paths: [path] },
    });
    if (parsed.ok) return;
    expect(parsed.error.message).toContain(
      `Event 7 of the stream incident/INC-001 cannot be read: at ${path}, Invalid`,
    );
    expect(parsed.error.message).toContain(
      `; expected what an event of type ${stored(event as IncidentEvent).type} holds there. Nothing of the stream was used. Read it with the version that wrote it, or repair the event.`,
    );
  });
});

describe("a key register's event, read back from the store", () => {
  it.each(["opened", "reopened", "released", "closed"] as const)("is what was written: %s", (type) => {
    const event = {
      type: `incident-key.${type}` as const,
      ...happened,
      data: { key: "k", incidentId: "INC-001", alertId: "k@1", alertAtMs: 5, causeId: "c" },
    };
    expect(parseKeyRegisterEvent(stored(event))).toEqual({ ok: true, value: event });
  });

  it("is an error when it is something else", () => {
    expect(
      parseKeyRegisterEvent(stored({ type: "incident-key.opened", ...happened, data: { key: "k" } }, 3)),
    ).toMatchObject({
      ok: false,
      error: { version: 3, paths: ["data.incidentId", "data.alertId", "data.alertAtMs", "data.causeId"] },
    });
  });
});

describe("replaying an incident's stream", () => {
  const { state, events } = incidentAfter({ ...declareFromAlert(), evidence: [evidenceNamed("e")] });
  const stream = events.map((event, index) => stored(event, index + 1));

  it("gives the incident and its events", () => {
    expect(replayIncident(stream)).toEqual({ ok: true, value: { state, events } });
  });

  it("gives undefined for an empty one", () => {
    expect(replayIncident([])).toEqual({ ok: true, value: undefined });
  });

  it("gives the error of an event that cannot be read, and no half incident", () => {
    expect(replayIncident([...stream, stored({ type: "x", ...happened, data: {} }, 3)])).toMatchObject({
      ok: false,
      error: { version: 3, paths: ["type"] },
    });
  });

  it("refuses a stream that does not begin with a declaration, or has two", () => {
    expect(replayIncident(stream.slice(1))).toMatchObject({
      ok: false,
      error: {
        version: 2,
        paths: ["type"],
        message:
          "Event 2 of the stream incident/INC-001 cannot be read: at type, found incident.evidence-attached; expected one declaration, first in the stream. " +
          "Nothing of the stream was used. Read it with the version that wrote it, or repair the event.",
      },
    });
    expect(replayIncident([...stream, ...stream])).toMatchObject({ ok: false, error: { version: 1, paths: ["type"] } });
  });

  it("refuses another incident's declaration", () => {
    expect(replayIncident(events.map((event, index) => stored(event, index + 1, "incident/INC-002")))).toMatchObject({
      ok: false,
      error: {
        stream: "incident/INC-002",
        paths: ["data.incidentId"],
        message: expect.stringContaining(
          "at data.incidentId, found the declaration of INC-001; expected the incident that the stream is named after.",
        ),
      },
    });
  });
});
