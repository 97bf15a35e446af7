import { describe, expect, it } from "vitest";
import { alertAt, DAY_MS, declareFromAlert, evaluationAt, evidenceNamed, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "./alert-fixture.js";
import type { IncidentCommand } from "./incident-command.js";
import { renderPostmortem } from "./postmortem.js";

const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
const asked = (minutes: number, causeId: string) => ({ atMs: at(minutes), actor: "Ada Lovelace", causeId });
const month = { fromMs: START_MS - 20 * DAY_MS, toMs: START_MS + 10 * DAY_MS, lengthMs: 30 * DAY_MS };

const declare: IncidentCommand = {
  type: "declare",
  atMs: START_MS,
  actor: "engine",
  causeId: "alert-event-1",
  incidentId: "INC-001",
  startedAtMs: at(-1),
  origin: {
    kind: "alert",
    serviceTier: 1,
    alert: alertAt("alert.fired", START_MS, { evaluation: evaluationAt(START_MS, { period: month }) }),
  },
};
const recover = (minutes: number, bad: number): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes, `over-${minutes}`),
  actor: "engine",
  evidence: [evidenceNamed("logs-1")],
  alert: alertAt("alert.resolved", at(minutes), {
    explanation: "Back to 0.2x.",
    evaluation: evaluationAt(at(minutes), { bad, period: month }),
  }),
});

function rendered(atMinutes: number, ...commands: readonly IncidentCommand[]): string {
  const { state, events } = incidentAfter(...commands);
  return renderPostmortem(state, events, { atMs: at(atMinutes) });
}

it("prints", () => {
  console.log(rendered(60, declare, { type: "acknowledge", ...asked(4, "ack") }, { type: "note", ...asked(6, "note"), text: "Rolled v2 back" }, recover(42, 550)));
  console.log(rendered(60, { ...declare, evidence: [] }));
});
