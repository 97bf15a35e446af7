import { describe, expect, it } from "vitest";
import { alertAt, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import type { IncidentCommand } from "./incident-command.js";
import { summariseIncidents } from "./incident-summary.js";
import type { IncidentState } from "./incident.js";

/** An incident declared at an hour, acknowledged and resolved so many minutes later, where it was. */
function incident(
  id: string,
  hour: number,
  minutes: { readonly acknowledged?: number; readonly resolved?: number } = {},
  tier: "page" | "ticket" = "page",
): IncidentState {
  const { acknowledged, resolved } = minutes;
  const from = START_MS + hour * HOUR_MS;
  const asked = (later: number, causeId: string) => ({ atMs: from + later * MINUTE_MS, actor: "ada", causeId });
  const commands: IncidentCommand[] = [
    {
      type: "declare",
      ...asked(0, "declare"),
      incidentId: id,
      origin: { kind: "alert", alert: alertAt("alert.fired", from, { tier }) },
    },
  ];
  if (acknowledged !== undefined) commands.push({ type: "acknowledge", ...asked(acknowledged, "ack") });
  if (resolved !== undefined) {
    const alert = alertAt("alert.resolved", from + resolved * MINUTE_MS);
    commands.push({ type: "update-alert", ...asked(resolved, "over"), alert });
  }
  return incidentAfter(...commands).state;
}

describe("a period's incidents", () => {
  it("are counted by severity, timed, and what is open is named", () => {
    const states = [
      incident("INC-004", 3),
      incident("INC-001", -1),
      incident("INC-002", 0, { acknowledged: 4, resolved: 20 }),
      incident("INC-003", 1, { acknowledged: 8, resolved: 60 }, "ticket"),
      incident("INC-005", 3.5, { resolved: 10 }),
      incident("INC-006", 4),
    ];
    expect(summariseIncidents(states, START_MS, START_MS + 4 * HOUR_MS)).toEqual({
      fromMs: START_MS,
      toMs: START_MS + 4 * HOUR_MS,
      count: 4,
      bySeverity: { SEV1: 0, SEV2: 3, SEV3: 1, SEV4: 0 },
      meanTimeToAcknowledgeMs: 6 * MINUTE_MS,
      meanTimeToResolveMs: 30 * MINUTE_MS,
      open: ["INC-001", "INC-004"],
    });
  });

  it("have no mean where there is none to take", () => {
    expect(summariseIncidents([], 0, 1)).toEqual({
      fromMs: 0,
      toMs: 1,
      count: 0,
      bySeverity: { SEV1: 0, SEV2: 0, SEV3: 0, SEV4: 0 },
      meanTimeToAcknowledgeMs: undefined,
      meanTimeToResolveMs: undefined,
      open: [],
    });
  });
});
