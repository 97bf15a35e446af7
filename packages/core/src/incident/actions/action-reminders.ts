import type { IncidentState } from "../incident.js";
import type { ActionItem, ActionPriority } from "./action-item.js";

const DAY_MS = 86_400_000;

/** How long before it is due an owner is reminded. */
const NOTICE_MS = DAY_MS;

/** How often an owner is reminded of what is overdue. */
const REPEAT_MS: Readonly<Record<ActionPriority, number>> = {
  P0: DAY_MS,
  P1: 7 * DAY_MS,
  P2: 7 * DAY_MS,
  P3: 7 * DAY_MS,
};

/** One reminder to an owner. */
export type ActionReminder = {
  /** The same for the same reminder, whenever it is asked for: what it is sent once by. */
  readonly id: string;
  readonly incidentId: string;
  readonly item: ActionItem;
  readonly kind: "due-soon" | "overdue";
  /** When it came to be owed. */
  readonly atMs: number;
};

/**
 * Finds the newest reminder that each open action item owes at an instant: a day before it is due, when it is due, and
 * from then on daily for a P0 and weekly for the rest. An item that was added or moved later owes none from before.
 */
export function remindersDue(state: IncidentState, nowMs: number): readonly ActionReminder[] {
  return state.actions.flatMap((item) => {
    if (item.status !== "open") return [];
    const owed = newestReminder(item, nowMs);
    if (owed === undefined || owed.atMs < item.addedAtMs) return [];
    const id = `${state.id}/${item.id}/${owed.kind}@${new Date(owed.atMs).toISOString()}`;
    return [{ id, incidentId: state.id, item, ...owed }];
  });
}

function newestReminder(
  { dueAtMs, priority }: ActionItem,
  nowMs: number,
): Pick<ActionReminder, "kind" | "atMs"> | undefined {
  if (nowMs >= dueAtMs) {
    const repeats = Math.floor((nowMs - dueAtMs) / REPEAT_MS[priority]);
    return { kind: "overdue", atMs: dueAtMs + repeats * REPEAT_MS[priority] };
  }
  return nowMs >= dueAtMs - NOTICE_MS ? { kind: "due-soon", atMs: dueAtMs - NOTICE_MS } : undefined;
}

/** An action item that should have been done. */
export type OverdueAction = {
  readonly incidentId: string;
  readonly service: string;
  readonly item: ActionItem;
  readonly overdueMs: number;
};

/** Finds the open action items that are overdue at an instant, the longest overdue first. */
export function overdueActions(states: readonly IncidentState[], nowMs: number): readonly OverdueAction[] {
  return states
    .flatMap(({ actions, id: incidentId, service }) =>
      actions
        .filter(({ dueAtMs, status }) => status === "open" && nowMs > dueAtMs)
        .map((item) => ({ incidentId, service, item, overdueMs: nowMs - item.dueAtMs })),
    )
    .toSorted((one, other) => other.overdueMs - one.overdueMs);
}

/** Finds what blocks a service's readiness: its overdue action items of priority P0. Without a service: every one's. */
export function readinessBlockers(
  states: readonly IncidentState[],
  nowMs: number,
  service?: string,
): readonly OverdueAction[] {
  const concerned = service === undefined ? states : states.filter((state) => state.service === service);
  return overdueActions(concerned, nowMs).filter(({ item }) => item.priority === "P0");
}
