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
  const turn = (thread: Thread): number => turns.get(thread) ?? 0;
  // A difference of two that were never told is not a number, and decides nothing.
  const ordered = threads.toSorted(
    (left, right) =>
      left.rank - right.rank || turn(left) - turn(right) || toldMs(left) - toldMs(right) || left.order - right.order,
  );
  return ordered.flatMap(({ deliveries: one }) => one);
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
