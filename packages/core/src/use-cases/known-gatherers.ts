import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { IncidentState } from "../incident/incident.js";
import { mergeChanges, shippedChanges } from "../on-call/hand-over/shipped-changes.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import type { Service, Slo } from "../slo/slo.js";
import type { EvidenceGatherer, EvidenceQuery, Finding } from "./incident-evidence.js";

/** What an engine knows without asking anybody. */
export type KnownWorld = {
  readonly incidents: () => readonly IncidentState[];
  readonly runs: () => readonly RunbookRun[];
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly evaluation: (sloId: string) => SloEvaluation | undefined;
};

/**
 * Makes the gatherers of what the engine knows itself: the changes that incidents are tied to or runs of runbooks made, and
 * the service's dependencies with the verdicts of their SLOs. Neither finds anything where there is nothing to tell.
 */
export function knownGatherers(known: KnownWorld): readonly EvidenceGatherer[] {
  return [
    { name: "known-changes", gather: async (query) => changesAround(known, query) },
    { name: "known-topology", gather: async (query) => topologyAround(known, query) },
  ];
}

function changesAround(known: KnownWorld, { causeId, fromMs, toMs }: EvidenceQuery): readonly Finding[] {
  const shipped = shippedChanges({ incidents: known.incidents(), runs: known.runs() });
  const changes = mergeChanges(shipped)
    .filter(({ shippedAtMs }) => shippedAtMs >= fromMs && shippedAtMs <= toMs)
    .toSorted((a, b) => a.shippedAtMs - b.shippedAtMs);
  if (changes.length === 0) return [];
  const names = changes.map(({ id }) => id).join(", ");
  const summary = `${changes.length === 1 ? "one change" : `${changes.length} changes`} in the time before: ${names}`;
  return [{ id: `${causeId}/changes`, kind: "changes", source: "engine", fromMs, toMs, summary, data: { changes } }];
}

function topologyAround(known: KnownWorld, { causeId, service, toMs }: EvidenceQuery): readonly Finding[] {
  const { services, slos } = known;
  const centre = services.find(({ id }) => id === service);
  if (centre === undefined || centre.dependsOn.length === 0) return [];
  const dependencies = centre.dependsOn.map((id) => ({
    service: id,
    slos: slos
      .filter((slo) => slo.service === id)
      .map((slo) => ({ slo: slo.id, verdict: known.evaluation(slo.id)?.verdict.kind ?? "not-evaluated" })),
  }));
  const ailing = dependencies.filter((one) => one.slos.some(({ verdict }) => verdict === "firing"));
  const words = ailing.length === 0 ? "none of them fires" : `${ailing.map((one) => one.service).join(", ")} fires`;
  const summary = `${service} depends on ${centre.dependsOn.join(", ")}: ${words}`;
  const id = `${causeId}/topology`;
  return [{ id, kind: "topology", source: "engine", fromMs: toMs, toMs, summary, data: { service, dependencies } }];
}
