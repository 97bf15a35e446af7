import type { EvidenceDetail, IncidentExplanationBody } from "./answers.js";
import type { Resource } from "./resources.js";
import { instant, list, optional, record, text } from "./shape.js";

const INCIDENTS = "/api/v1/incidents";

/** What was seen, by its hash: it never changes, so that nothing makes it old. */
export function evidenceResource(incidentId: string, hash: string): Resource<EvidenceDetail> {
  const path = `${INCIDENTS}/${encodeURIComponent(incidentId)}/evidence/${encodeURIComponent(hash)}`;
  return { path, check: record({ hash: text }), topics: [] };
}

/** Every rule that an incident's alerts met. */
export function explanationResource(incidentId: string): Resource<IncidentExplanationBody> {
  return {
    path: `${INCIDENTS}/${encodeURIComponent(incidentId)}/explain`,
    check: record({
      traces: list(
        record({
          key: text,
          at: instant,
          change: text,
          explanation: text,
          steps: list(record({ kind: text, rule: text, outcome: text, because: text })),
        }),
      ),
      routing: list(record({ key: text, at: instant, lines: list(text) })),
      cameFrom: optional(list(record({ incidentId: text, at: instant, keys: list(text) }))),
      automaticRuns: optional(list(record({ at: instant, words: text }))),
    }),
    topics: ["incident"],
  };
}
