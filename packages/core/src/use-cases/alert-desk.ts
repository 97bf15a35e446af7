import type { AlertEvent, AlertFacts, AlertKind } from "../alert/alert.js";
import { alertKey, decideAlerts, type SloAlerts } from "../alert/decide-alert.js";
import { evolveAlerts } from "../alert/evolve-alert.js";
import { isPaging, suppressorOf } from "../alert/suppression.js";
import { toJson } from "../errors/json.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { alertFacts } from "../incident/declare-incident.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Slo } from "../slo/slo.js";
import { ALERT_PREFIX, type AlertBook } from "./alert-book.js";
import type { Journal, StreamEntries } from "./journal.js";
import { parseAlertEvent } from "./parse-alert-event.js";

/** One SLO and what was just found out about it. */
export type Judged = { readonly slo: Slo; readonly evaluation: SloEvaluation };

/** Turns evaluations into what happens to alerts, all of a round in one transaction. */
export type AlertDesk = {
  /** `judged` in suppression order: what suppresses before what is suppressed. */
  round(judged: readonly Judged[]): Promise<readonly StoredEvent[]>;
  /** Ends the alerts of SLOs that are no longer defined: nobody will ever judge them again. */
  retire(defined: ReadonlySet<string>, nowMs: number): Promise<void>;
};

export function createAlertDesk(options: {
  readonly journal: Journal;
  readonly book: AlertBook;
  readonly events: Pick<EventStore, "read">;
}): AlertDesk {
  const { book, events, journal } = options;

  const lastFacts = async (sloId: string, kind: AlertKind): Promise<readonly AlertFacts[]> => {
    const last = (await events.read(`${ALERT_PREFIX}${alertKey(sloId, kind)}`)).at(-1);
    const parsed = last === undefined ? undefined : parseAlertEvent(last);
    return parsed?.ok === true ? [alertFacts(parsed.value)] : [];
  };

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
        return [...streams].map(([stream, happened]): StreamEntries => ({ stream, entries: happened.map(toEntry) }));
      }),
    async retire(defined, nowMs) {
      for (const sloId of book.active().filter((id) => !defined.has(id))) {
        const facts = [...(await lastFacts(sloId, "burn")), ...(await lastFacts(sloId, "data-loss"))];
        await journal.commit(() =>
          facts.flatMap((last): StreamEntries[] => {
            const standing = last.kind === "burn" ? book.of(sloId).burn : book.of(sloId).dataLoss;
            if (standing.status === "quiet") return [];
            const data = { ...last, atMs: nowMs, explanation: `${sloId} is no longer defined` };
            const type = standing.status === "firing" ? "alert.resolved" : "alert.unsuppressed";
            return [{ stream: `${ALERT_PREFIX}${last.key}`, entries: [toEntry({ type, data })] }];
          }),
        );
      }
    },
  };
}

function toEntry({ type, data }: AlertEvent) {
  return { type, atMs: data.atMs, actor: "engine", data: toJson(data) };
}
