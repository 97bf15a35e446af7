import { firesAt, mergeExternalAlert, type ExternalAlert } from "../alert/external-alert.js";
import type { Labels } from "../alert/labels.js";
import type { Clock } from "../ports/clock.js";
import { routeAlert, type RoutingRules } from "../routing/route-alert.js";
import type { TracedRule } from "../routing/routing-trace.js";
import { handInEntries, type AlertHandIn, type CountedHandIn } from "./alert-hand-in.js";
import { gathering } from "./gathering.js";
import type { Entry, Journal, StreamEntries } from "./journal.js";
import type { RoutingBook } from "./routing-book.js";
import type { RoutingDesk } from "./routing-desk.js";
import { EXTERNAL_ALERT_PREFIX, type RoutingEvent } from "./routing-event.js";

/** What became of one alert that was taken in. */
export type AlertReceipt = {
  readonly key: string;
  /** `deduplicated` went on as it was known; `ignored` is the end of something that is not known to fire. */
  readonly outcome: "fired" | "extended" | "resolved" | "deduplicated" | "ignored";
  /** The rules that it met while it was taken in. */
  readonly trace: readonly TracedRule[];
};

/** Takes alerts from elsewhere in: each is stored, or known to be stored already, when its receipt is given. */
export type AlertIntake = {
  /**
   * One receipt for each alert, in their order. What waits at the same time is stored in one transaction, and with it who
   * handed it in, where that is said.
   */
  take(batch: readonly ExternalAlert[], handIn?: AlertHandIn): Promise<readonly AlertReceipt[]>;
  /** Ends what was not sent again in time; answers the keys. */
  endDue(): Promise<readonly string[]>;
};

/** The most alerts that one transaction stores, so that none takes long. */
const MOST_AT_ONCE = 512;

export function createAlertIntake(options: {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly book: RoutingBook;
  readonly rules: RoutingRules;
  readonly desk: Pick<RoutingDesk, "settle">;
}): AlertIntake {
  const { book, clock, desk, journal, rules } = options;

  const storeAll = async (batches: readonly Batch[]): Promise<readonly AlertReceipt[]> => {
    const received = batches.flatMap(({ alerts }) => alerts);
    let taken: Taken[] = [];
    let nowMs = clock.now().toMillis();
    await journal.commit(() => {
      nowMs = clock.now().toMillis();
      const known = new Map<string, ExternalAlert>();
      taken = received.map((alert) => {
        const before = known.get(alert.key) ?? book.get(alert.key);
        const one = takeOne({ received: alert, known: before, nowMs, book, rules });
        if (one.alert !== undefined) known.set(alert.key, one.alert);
        return one;
      });
      return [...byStream(taken, nowMs), ...handInEntries(counted(batches, taken), nowMs)];
    });
    // Only where it is the newest word of its alert: what was stored after it is known already.
    const newest = new Map(taken.map((one) => [one.receipt.key, one]));
    for (const { alert, event } of newest.values()) {
      if (event === undefined && alert !== undefined) book.refresh(alert, nowMs);
    }
    return taken.map(({ receipt }) => receipt);
  };

  const takeTogether = async (batches: readonly Batch[]) => {
    const receipts = await storeAll(batches);
    await desk.settle();
    let from = 0;
    return batches.map(({ alerts }) => receipts.slice(from, (from += alerts.length)));
  };
  const take = gathering(takeTogether, { most: MOST_AT_ONCE, weight: ({ alerts }) => alerts.length });

  return {
    take: (alerts, handIn) => take({ alerts, handIn }),
    async endDue() {
      let ended: readonly string[] = [];
      await journal.commit(() => {
        const nowMs = clock.now().toMillis();
        ended = book.ended(nowMs).slice(0, MOST_AT_ONCE);
        return ended.map((key): StreamEntries => {
          const alert = book.get(key) as ExternalAlert;
          const how = alert.timesOut ? "timeout" : "source";
          // An end that a source gave ahead, as Prometheus does, says no more than until when it means to send again.
          const silentMs = (alert.endsAtMs as number) - (book.heardAtMs(key) as number);
          const data = { alert: { ...alert, status: "resolved" }, how, silentMs } as const;
          const entry = toEntry({ type: "external-alert.resolved", data }, nowMs);
          return { stream: `${EXTERNAL_ALERT_PREFIX}${key}`, entries: [entry] };
        });
      });
      return ended;
    },
  };
}

type Batch = { readonly alerts: readonly ExternalAlert[]; readonly handIn: AlertHandIn | undefined };

function counted(batches: readonly Batch[], taken: readonly Taken[]): readonly CountedHandIn[] {
  let from = 0;
  return batches.flatMap(({ alerts: { length: alerts }, handIn }) => {
    const own = taken.slice(from, (from += alerts));
    const stored = own.filter(({ event }) => event !== undefined).length;
    return handIn === undefined ? [] : [{ handIn, alerts, stored }];
  });
}

type Task = {
  readonly received: ExternalAlert;
  readonly known: ExternalAlert | undefined;
  readonly nowMs: number;
  readonly book: RoutingBook;
  readonly rules: RoutingRules;
};

type Taken = {
  readonly receipt: AlertReceipt;
  /** As it is known from now on; undefined when nothing changed. */
  readonly alert?: ExternalAlert;
  readonly event?: RoutingEvent;
};

function takeOne(task: Task): Taken {
  const { known, nowMs, received } = task;
  const { key } = received;
  // What is recorded as over is over, also for a clock that was put back to before its end.
  const standing = known?.status === "firing" && firesAt(known, nowMs) ? known : undefined;
  if (standing === undefined) {
    if (!firesAt(received, nowMs)) return { receipt: { key, outcome: "ignored", trace: [] } };
    const { trace } = routeAlert(task.rules, received.labels, nowMs);
    return {
      receipt: { key, outcome: "fired", trace },
      alert: received,
      event: { type: "external-alert.fired", data: { alert: received, trace } },
    };
  }
  const alert = mergeExternalAlert(standing, received, nowMs);
  if (!firesAt(alert, nowMs)) {
    const event: RoutingEvent = { type: "external-alert.resolved", data: { alert, how: "source" } };
    return { receipt: { key, outcome: "resolved", trace: [] }, alert, event };
  }
  if (isWorthStoring(task, standing, alert)) {
    const event: RoutingEvent = { type: "external-alert.extended", data: { alert } };
    return { receipt: { key, outcome: "extended", trace: [] }, alert, event };
  }
  const rule: TracedRule = { atMs: nowMs, rule: "deduplicated", sinceMs: standing.startsAtMs };
  return { receipt: { key, outcome: "deduplicated", trace: [rule] }, alert };
}

/**
 * A source repeats what fires every minute or so, only to move its end. The move is stored once the stored end has come
 * within half of the time that the new one gives, so that a crash at any instant leaves time for the next repeat.
 */
function isWorthStoring({ book, nowMs }: Task, standing: ExternalAlert, alert: ExternalAlert): boolean {
  if (!sameLabels(standing.labels, alert.labels)) return true;
  const stored = book.storedEndMs(alert.key);
  if (alert.endsAtMs === stored) return false;
  if (alert.endsAtMs === undefined || stored === undefined || alert.endsAtMs < stored) return true;
  return stored - nowMs < (alert.endsAtMs - nowMs) / 2;
}

function sameLabels(a: Labels, b: Labels): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

function byStream(taken: readonly Taken[], nowMs: number): readonly StreamEntries[] {
  const streams = new Map<string, Entry[]>();
  for (const { event, receipt } of taken) {
    if (event === undefined) continue;
    const stream = `${EXTERNAL_ALERT_PREFIX}${receipt.key}`;
    const entries = streams.get(stream) ?? [];
    entries.push(toEntry(event, nowMs));
    streams.set(stream, entries);
  }
  return [...streams].map(([stream, entries]) => ({ stream, entries }));
}

function toEntry({ data, type }: RoutingEvent, atMs: number): Entry {
  // Made by these functions from what passed the edge: plain data, without a key that is undefined.
  return { type, atMs, actor: "engine", data };
}
