import type { Labels } from "../../alert/labels.js";
import { incidentSignals } from "../incident-signal.js";
import type { IncidentState } from "../incident.js";

/** How much each likeness counts; together 1. What alerted is the strongest sign that it is the same again. */
export const SIMILARITY_WEIGHTS = { key: 0.5, service: 0.25, labels: 0.25 } as const;

/** An incident that is like another, and why. */
export type SimilarIncident = {
  readonly incidentId: string;
  /** 0..1. */
  readonly score: number;
  readonly because: readonly string[];
};

/** Finds the incidents most like one, the likest first and of equals the newest; never itself. */
export function similarIncidents(
  state: IncidentState,
  others: readonly IncidentState[],
  options: { readonly limit?: number; readonly minScore?: number } = {},
): readonly SimilarIncident[] {
  const { limit = 5, minScore = SIMILARITY_WEIGHTS.service } = options;
  return others
    .filter(({ id }) => id !== state.id)
    .map((other) => ({ other, ...incidentSimilarity(state, other) }))
    .filter(({ score }) => score >= minScore)
    .toSorted((a, b) => b.score - a.score || b.other.declaredAtMs - a.other.declaredAtMs)
    .slice(0, limit)
    .map(({ because, other, score }) => ({ incidentId: other.id, score, because }));
}

/**
 * Measures how alike two incidents are: the same alert, the same service, and the labels that they share (Jaccard's
 * index over names with their values; without labels on both sides they share none).
 */
export function incidentSimilarity(
  one: IncidentState,
  other: IncidentState,
): { readonly score: number; readonly because: readonly string[] } {
  const keys = new Set(incidentSignals(other).map(({ key }) => key));
  const shared = incidentSignals(one).find(({ key }) => keys.has(key))?.key;
  const sameService = one.service === other.service;
  const labels = sharedLabels(labelPairs(one), labelPairs(other));
  const score =
    (shared === undefined ? 0 : SIMILARITY_WEIGHTS.key) +
    (sameService ? SIMILARITY_WEIGHTS.service : 0) +
    labels.ratio * SIMILARITY_WEIGHTS.labels;
  return {
    score,
    because: [
      ...(shared === undefined ? [] : [`the same alert ${shared}`]),
      ...(sameService ? [`the same service ${one.service}`] : []),
      ...(labels.pairs.length === 0 ? [] : [`the same ${labels.pairs.join(", ")}`]),
    ],
  };
}

function sharedLabels(
  one: readonly string[],
  other: readonly string[],
): { readonly ratio: number; readonly pairs: readonly string[] } {
  const known = new Set(other);
  const pairs = one.filter((pair) => known.has(pair));
  const all = new Set([...one, ...other]).size;
  return { ratio: all === 0 ? 0 : pairs.length / all, pairs };
}

/** What an alert says of itself apart from its service and how bad it is, which are compared elsewhere or change. */
function labelPairs({ alert, external }: IncidentState): readonly string[] {
  const labels: Labels = {
    ...external?.labels,
    ...(alert === undefined ? {} : { slo: alert.sloId, kind: alert.kind }),
  };
  return Object.entries(labels)
    .filter(([name]) => name !== "service" && name !== "severity")
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
}
