import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import {
  alertAt,
  declareFromAlert,
  evidenceNamed,
  incidentAfter,
  MINUTE_MS,
  shareOf,
  START_MS,
} from "./alert.fixture.js";
import { externalSignal } from "./incident-signal.js";
import { externalAt } from "./external/external.fixture.js";
import type { IncidentCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import { incidentStream } from "./incident.js";
import { parseIncidentEvent, parseKeyRegisterEvent, replayIncident } from "./parse-incident-event.js";

let minute = 0;
const asked = () => ({ atMs: START_MS + (minute += 1) * MINUTE_MS, actor: "ada", causeId: `c-${minute}` });
const external = externalAt(START_MS, { generatorUrl: "https://prometheus/graph" });
const came = { ...externalSignal(external), from: "INC-002" };
const breach = { kind: "stakeholders", round: 0, severity: "SEV2", startedAtMs: 1, dueAtMs: 2 } as const;
const action = { title: "T", owner: "o", priority: "P1", dueAtMs: START_MS } as const;

/** A life in which everything happens once at least. */
const life: readonly IncidentCommand[] = [
  { ...declareFromAlert(), evidence: [evidenceNamed("a")] },
  { type: "acknowledge", ...asked() },
  { type: "unacknowledge", ...asked(), reason: "gone" },
  { type: "acknowledge", ...asked() },
  { type: "start-mitigation", ...asked(), text: "rolling back" },
  { type: "confirm-mitigation", ...asked(), text: "v1 serves" },
  { type: "change-severity", ...asked(), severity: "SEV1", reason: "all" },
  { type: "note", ...asked(), text: "x" },
  { type: "escalate", ...asked(), step: 1, to: ["bob"], channel: "phone", reason: "a page" },
  { type: "assign-role", ...asked(), role: "commander", person: "ada" },
  { type: "hand-over", ...asked(), role: "commander", to: "bob", handedOver: "all of it" },
  { type: "release-role", ...asked(), role: "commander", person: "bob", reason: "off" },
  { type: "update-status", ...asked(), audience: "public", text: "we know" },
  { type: "record-breach", ...asked(), breach },
  { type: "link", ...asked(), link: { kind: "change", id: "d", relation: "before it" } },
  { type: "unlink", ...asked(), kind: "change", id: "d" },
  { type: "absorb", ...asked(), from: "INC-002", reason: "same", alerts: [came] },
  {
    type: "update-external",
    ...asked(),
    external: externalAt(START_MS + 9, { status: "resolved", endsAtMs: START_MS }),
  },
  { type: "split", ...asked(), into: "INC-003", reason: "not the same", keys: [came.key] },
  { type: "trace-alert", ...asked(), key: "k", trace: { routes: ["a", null, 1] } },
  { type: "update-alert", ...asked(), alert: alertAt("alert.resolved", START_MS + 60 * MINUTE_MS) },
  { type: "reopen", ...asked(), reason: "again" },
  { type: "merge", ...asked(), into: "INC-004", reason: "same" },
  { type: "add-action", ...asked(), ...action },
  { type: "change-action", ...asked(), actionId: "A1", owner: "p", reason: "moved" },
  { type: "complete-action", ...asked(), actionId: "A1", outcome: "done" },
  { type: "add-action", ...asked(), ...action },
  { type: "drop-action", ...asked(), actionId: "A2", reason: "obsolete" },
  { type: "edit-postmortem", ...asked(), section: "why", text: "because" },
  { type: "restore-postmortem", ...asked(), section: "why" },
  { type: "review-postmortem", ...asked(), status: "in-review" },
  { type: "record-cost", ...asked(), round: 0, share: shareOf(12) },
];

function recorded({ actor, atMs, data, type }: IncidentEvent, index: number, id = "INC-001") {
  const stored = JSON.parse(JSON.stringify(data)) as Json;
  return { stream: incidentStream(id), version: index + 1, type, atMs, actor, data: stored };
}

describe("every event of an incident", () => {
  it("is read back from JSON as it was", () => {
    const { events, state } = incidentAfter(...life);
    expect(new Set(events.map(({ type }) => type)).size).toBe(32);
    const stored = events.map((event, index) => recorded(event, index));
    expect(replayIncident(stored)).toEqual({ ok: true, value: { state, events } });
  });

  it("of an alert from elsewhere and of a split too", () => {
    for (const origin of [
      { kind: "external", external } as const,
      { kind: "person", title: "T", severity: "SEV3", service: "s", splitFrom: "INC-009" } as const,
    ]) {
      const { events, state } = incidentAfter({ type: "declare", ...asked(), incidentId: "INC-001", origin });
      expect(replayIncident(events.map((event, index) => recorded(event, index)))).toMatchObject({ value: { state } });
    }
  });

  it("that does not hold what its type promises is refused", () => {
    const { events } = incidentAfter(...life);
    for (const [index, event] of events.entries()) {
      const broken = { ...recorded(event, index), data: { causeId: 1 } };
      expect(parseIncidentEvent(broken)).toMatchObject({
        ok: false,
        error: { code: "unreadable-event", version: index + 1 },
      });
    }
  });
});

describe("the event that moves a key", () => {
  it("is read back", () => {
    const data = { key: "k", incidentId: "INC-001", alertId: "a", alertAtMs: 1, causeId: "c" };
    const stored = { stream: "incident-key/k", version: 1, type: "incident-key.moved", atMs: 1, actor: "ada", data };
    expect(parseKeyRegisterEvent(stored)).toMatchObject({ ok: true, value: { type: "incident-key.moved", data } });
  });
});
