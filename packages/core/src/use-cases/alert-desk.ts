import type { AlertEvent } from "../alert/alert.js";
import { decideAlerts, type SloAlerts } from "../alert/decide-alert.js";
import { evolveAlerts } from "../alert/evolve-alert.js";
import { isPaging, suppressorOf } from "../alert/suppression.js";
import type { Json } from "../errors/json.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Slo } from "../slo/slo.js";
import { ALERT_PREFIX, type AlertBook } from "./alert-book.js";
import type { Journal, StreamEntries } from "./journal.js";

/** One SLO and what was just found out about it. */
export type Judged = { readonly slo: Slo; readonly evaluation: SloEvaluation };

/** Turns evaluations into what happens to alerts, all of a round in one transaction. */
export type AlertDesk = {
  /** `judged` in suppression order: what suppresses before what is suppressed. */
  round(judged: readonly Judged[]): Promise<readonly StoredEvent[]>;
};

export function createAlertDesk(journal: Journal, book: AlertBook): AlertDesk {
  return {
    round: (judged) =>
      journal.commit(() => {
        const now = new Map<string, SloAlerts>();
        const standing = (sloId: string): SloAlerts => now.get(sloId) ?? book.of(sloId);
        const streams = new Map<string, AlertEvent[]>();
        for (const { slo, evaluation } of judged) {
          const suppressor = suppressorOf(slo, (sloId) => isPaging(standing(sloId).burn));
          const context = { slo, ...(suppressor === undefined ? {} : { suppressor }) };
          const events = decideAlerts(standing(slo.id), evaluation, context);
          if (events.length > 0) now.set(slo.id, events.reduce(evolveAlerts, standing(slo.id)));
          for (const event of events) {
            const stream = `${ALERT_PREFIX}${event.data.key}`;
            streams.set(stream, [...(streams.get(stream) ?? []), event]);
          }
        }
        return [...streams].map(([stream, events]): StreamEntries => ({ stream, entries: events.map(toEntry) }));
      }),
  };
}

function toEntry({ type, data }: AlertEvent) {
  return { type, atMs: data.atMs, actor: "engine", data: JSON.parse(JSON.stringify(data)) as Json };
}
