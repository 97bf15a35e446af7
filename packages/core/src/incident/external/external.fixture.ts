import type { ExternalAlert } from "../../alert/external-alert.js";
import { MINUTE_MS, START_MS } from "../alert.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import { externalFacts, type ExternalFacts } from "./external-facts.js";

/** An alert of a Prometheus as its source sends it. */
export function externalAlertOf(changes: Partial<ExternalAlert> = {}): ExternalAlert {
  return {
    key: "prometheus/abc",
    source: "prometheus",
    fingerprint: "abc",
    labels: { alertname: "CardsFail", severity: "critical", service: "payments" },
    annotations: { summary: "Cards are refused", description: "Half of all cards are refused." },
    startsAtMs: START_MS - MINUTE_MS,
    timesOut: false,
    status: "firing",
    ...changes,
  };
}

/** The same, as an incident keeps it. */
export function externalAt(atMs: number, changes: Partial<ExternalAlert> = {}): ExternalFacts {
  return externalFacts(externalAlertOf(changes), { atMs });
}

/** Declares INC-001 from that alert. */
export function declareFromExternal(changes: Partial<ExternalAlert> = {}): IncidentCommand {
  return {
    type: "declare",
    atMs: START_MS,
    actor: "engine",
    causeId: "external-1",
    incidentId: "INC-001",
    origin: { kind: "external", external: externalAt(START_MS, changes) },
  };
}
