import type { Notification } from "../ports/notifier.js";
import type { WaitingDelivery } from "./delivery-owed.js";

/** Lower goes first. */
export const URGENCY_RANK: Readonly<Record<Notification["urgency"], number>> = { page: 0, ticket: 1, info: 2 };

type Thread = {
  readonly deliveries: readonly WaitingDelivery[];
  readonly rank: number;
  readonly service: string | undefined;
  readonly order: number;
};

/**
 * Puts what is owed to one contact in the order in which it is told: threads with a page first; then the first thread of
 * every service before the second of any; then the service that was told of longest ago; then by age. Within a thread
 * by age, so that nobody reads of an end before its beginning.
 */
export function deliveryOrder(
  deliveries: readonly WaitingDelivery[],
  serviceToldMs: (service: string) => number | undefined,
): readonly WaitingDelivery[] {
  const threads = threadsOf(deliveries);
  const turns = turnsOf(threads);
  const toldMs = ({ service }: Thread): number =>
    (service === undefined ? undefined : serviceToldMs(service)) ?? Number.NEGATIVE_INFINITY;
  const keyed = threads.map((thread) => ({
    thread,
    key: [thread.rank, turns.get(thread) ?? 0, toldMs(thread), thread.order],
  }));
  keyed.sort((left, right) => compare(left.key, right.key));
  return keyed.flatMap(({ thread }) => thread.deliveries);
}

function threadsOf(deliveries: readonly WaitingDelivery[]): readonly Thread[] {
  const byKey = new Map<string, WaitingDelivery[]>();
  for (const delivery of deliveries.toSorted((left, right) => left.order - right.order)) {
    const { threadKey } = delivery.notification;
    byKey.set(threadKey, [...(byKey.get(threadKey) ?? []), delivery]);
  }
  return [...byKey.values()].map((group) => ({
    deliveries: group,
    rank: Math.min(...group.map(({ notification }) => URGENCY_RANK[notification.urgency])),
    service: group.find(({ notification }) => notification.service !== undefined)?.notification.service,
    order: Math.min(...group.map(({ order }) => order)),
  }));
}

/** Which thread of its service and urgency each is; what has no service is the first of its own. */
function turnsOf(threads: readonly Thread[]): ReadonlyMap<Thread, number> {
  const counts = new Map<string, number>();
  const turns = new Map<Thread, number>();
  for (const thread of threads) {
    if (thread.service === undefined) continue;
    const key = `${thread.rank}/${thread.service}`;
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    turns.set(thread, turn);
  }
  return turns;
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? value;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
