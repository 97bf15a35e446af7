import { decidePolicyNotices, ENDS_BELOW, notifyingRules, type PolicyNotice } from "../budget/policy-notice.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Notification } from "../ports/notifier.js";
import type { Slo } from "../slo/slo.js";
import type { DeliveryDesk } from "./delivery-desk.js";
import type { FleetWatch } from "./fleet-watch.js";
import type { Journal } from "./journal.js";
import { parsePolicyNotice, POLICY_PREFIX, type PolicyBook } from "./policy-book.js";

/** Tells people when a rule of a budget policy begins to hold, and when it ends; each once. */
export type PolicyDesk = {
  /** Writes down what began and what ended since the round before, except for SLOs whose data are still awaited. */
  round(isAwaited: (sloId: string) => boolean): Promise<void>;
  /** Owes the messages of one such event; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
};

export function createPolicyDesk(options: {
  readonly slos: readonly Slo[];
  readonly fleet: Pick<FleetWatch, "judged" | "remainingRatio">;
  readonly journal: Journal;
  readonly book: PolicyBook;
  readonly deliveries: Pick<DeliveryDesk, "request">;
  /** Names of the notifiers that hear of it: those of tickets. */
  readonly notifiers: readonly string[];
}): PolicyDesk {
  const { book, deliveries, fleet, journal } = options;
  const watched = options.slos.map((slo) => ({ slo, rules: notifyingRules(slo) }));

  /** By arithmetic alone, as nearly always nothing changed; what it suspects is then decided on the whole evaluation. */
  const mayHaveChanged = ({ rules, slo }: (typeof watched)[number]): boolean => {
    const held = book.held(slo.id);
    if (held.size > rules.size) return true;
    const consumedRatio = 1 - fleet.remainingRatio(slo.id);
    for (const [name, { atConsumedRatio }] of rules) {
      if (held.has(name) ? consumedRatio < atConsumedRatio * ENDS_BELOW : consumedRatio > atConsumedRatio - NOISE)
        return true;
    }
    return [...held].some((name) => !rules.has(name));
  };

  return {
    async round(isAwaited) {
      const suspects = watched.filter((one) => mayHaveChanged(one) && !isAwaited(one.slo.id));
      if (suspects.length === 0) return;
      const ids = new Set(suspects.map(({ slo }) => slo.id));
      await journal.commit(() =>
        fleet.judged(ids).map(({ evaluation, slo }) => ({
          stream: `${POLICY_PREFIX}${slo.id}`,
          entries: decidePolicyNotices(slo, evaluation, book.held(slo.id)).map(({ data, type }) => ({
            type,
            atMs: data.atMs,
            actor: "engine",
            data: { ...data },
          })),
        })),
      );
    },
    async react(event) {
      const read = parsePolicyNotice(event);
      if (!read.ok) throw new PlimsollError({ code: "unreadable-event", message: read.error, retryable: false });
      const { data } = read.value;
      for (const notifier of options.notifiers) {
        const id = `${event.id}/${notifier}`;
        await deliveries.request(id, notifier, messageOf(read.value, id, `${event.stream}/${data.rule}`), event.atMs);
      }
    },
  };
}

// A budget this close to a threshold may be on it: the decision knows more exactly.
const NOISE = 1e-9;

/** The end of a rule is news and no work; its beginning is work that waits for working hours. */
function messageOf({ data, type }: PolicyNotice, idempotencyKey: string, threadKey: string): Notification {
  const began = type === "budget-rule.began";
  const { atMs, explanation, rule, service, sloId } = data;
  return {
    idempotencyKey,
    threadKey,
    urgency: began ? "ticket" : "info",
    title: `${sloId}: ${rule}`,
    text: explanation,
    fields: [{ name: "Service", value: service }],
    status: began ? "firing" : "resolved",
    service,
    atMs,
  };
}
