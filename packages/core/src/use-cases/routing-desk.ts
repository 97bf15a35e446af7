import type { ExternalAlert } from "../alert/external-alert.js";
import type { Clock } from "../ports/clock.js";
import type { EventStore } from "../ports/event-store.js";
import type { Timer } from "../ports/timer.js";
import type { AlertGroup } from "../routing/alert-groups.js";
import type { GroupDecision } from "../routing/group-decision.js";
import { explainRoutes, type RouteVisit } from "../routing/match-routes.js";
import type { Route } from "../routing/route.js";
import { holdsBack, type RoutingRules } from "../routing/route-alert.js";
import { explainTrace, type TracedRule, type TraceExplanation } from "../routing/routing-trace.js";
import { readAlertCourse } from "./alert-course.js";
import type { Journal, StreamEntries } from "./journal.js";
import { heldWords, type RoutingBook } from "./routing-book.js";
import { ALERT_GROUP_PREFIX, type RoutingEvent } from "./routing-event.js";

/** The one timer of routing: every group and every end that is due next is behind it. */
export const ROUTING_TIMER = "routing/next";

/** Lets groups of alerts tell their receivers when they are due, and wakes itself for the next. */
export type RoutingDesk = {
  /**
   * To be called after a start, when everything stored was read: what would have ended while nobody could hear of it
   * gets `graceMs` more to be sent again, no group waits for what a clock that was ahead had set, and the timer is set.
   */
  open(graceMs: number): Promise<void>;
  /** Lets every group that is due decide, and sets the timer for the next; answers how many receivers are told. */
  settle(): Promise<number>;
  /** Answers why an alert told somebody, or why not; undefined when it neither fires nor did within the hour. */
  explain(alertKey: string): AlertExplanation | undefined;
  /** The same from what is stored, so that it can be told long after: the rules of its last firings, see `readAlertCourse`. */
  course(alertKey: string): Promise<AlertExplanation | undefined>;
};

/** What an alert met. Of several firings, `told` says who was told of the last one. */
export type AlertExplanation = TraceExplanation & {
  readonly alert: ExternalAlert;
  readonly trace: readonly TracedRule[];
  /** Every route that was asked, as the routes are now. */
  readonly routes: readonly RouteVisit[];
};

const MOST_AT_ONCE = 256;

export function createRoutingDesk(options: {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly book: RoutingBook;
  readonly events: Pick<EventStore, "read">;
  readonly rules: RoutingRules;
  readonly timer: Pick<Timer, "cancel" | "schedule">;
}): RoutingDesk {
  const { book, clock, journal, rules } = options;
  const { groups } = book;
  const nowMs = (): number => clock.now().toMillis();
  const arm = waker(options, nowMs);

  /** One transaction for the groups that are due; answers how many were, and how many of them tell. */
  const settleSome = async (): Promise<{ readonly due: number; readonly told: number }> => {
    let due: readonly string[] = [];
    let told = 0;
    let atMs = nowMs();
    const written = await journal.commit(() => {
      atMs = nowMs();
      due = groups.due(atMs).slice(0, MOST_AT_ONCE);
      const events = due.flatMap((groupId) => groupEvent(options, groupId, atMs) ?? []);
      told = events.filter(({ type }) => type === "alert-group.notified").length;
      return events.map((event): StreamEntries => {
        const entry = { type: event.type, atMs, actor: "engine", data: event.data };
        return { stream: `${ALERT_GROUP_PREFIX}${event.data.groupId}`, entries: [entry] };
      });
    });
    const stored = new Set(written.map(({ stream }) => stream));
    for (const groupId of due) {
      if (!stored.has(`${ALERT_GROUP_PREFIX}${groupId}`)) groups.passed(groupId, atMs);
    }
    return { due: due.length, told };
  };

  return {
    async open(graceMs) {
      // A process whose clock was ahead may have left an entry that no fence of this one's clock comes up to.
      await options.timer.cancel(ROUTING_TIMER, Number.MAX_SAFE_INTEGER);
      const openedMs = nowMs();
      const until = openedMs + graceMs;
      for (const key of book.ended(until)) {
        book.refresh({ ...(book.get(key) as ExternalAlert), endsAtMs: until, status: "firing" }, openedMs);
      }
      groups.resume(openedMs);
      await arm();
    },
    async settle() {
      let told = 0;
      for (let due = MOST_AT_ONCE; due === MOST_AT_ONCE;) {
        const settled = await settleSome();
        due = settled.due;
        told += settled.told;
      }
      await arm();
      return told;
    },
    ...explanations({ book, events: options.events, root: rules.root }),
  };
}

function explanations(from: {
  readonly book: RoutingBook;
  readonly events: Pick<EventStore, "read">;
  readonly root: Route;
}): Pick<RoutingDesk, "course" | "explain"> {
  const { book, root } = from;
  return {
    async course(alertKey) {
      const course = await readAlertCourse(from, alertKey);
      return course && { ...course, routes: explainRoutes(root, course.alert.labels) };
    },
    explain(alertKey) {
      const alert = book.get(alertKey);
      if (alert === undefined) return undefined;
      const trace = book.trace(alertKey);
      return { alert, trace, routes: explainRoutes(root, alert.labels), ...explainTrace(trace) };
    },
  };
}

/** Keeps the timer set for what is due next. */
function waker(
  { book, timer }: { readonly book: RoutingBook; readonly timer: Pick<Timer, "schedule"> },
  nowMs: () => number,
): () => Promise<void> {
  let armedMs: number | undefined;
  let fence = 0;
  return async () => {
    const next = book.nextDueMs();
    const now = nowMs();
    // An entry that comes too early finds nothing to do and sets the next: cheaper than one for every change.
    if (next === undefined || (armedMs !== undefined && armedMs > now && armedMs <= next)) return;
    const atMs = Math.max(next, now);
    fence = Math.max(fence + 1, now);
    await timer.schedule({ key: ROUTING_TIMER, atMs, fence });
    armedMs = atMs;
  };
}

type GroupEvent = Extract<RoutingEvent, { data: { groupId: string } }>;

/** What a due group says, as an event; undefined when it says nothing new. */
function groupEvent(
  { book, rules }: { readonly book: RoutingBook; readonly rules: RoutingRules },
  groupId: string,
  atMs: number,
): GroupEvent | undefined {
  // It is due, so it is there.
  const { labels, route } = book.groups.get(groupId) as AlertGroup;
  const decision = book.groups.decide(groupId, atMs, (alert) => holdsBack(rules, alert.labels, atMs)) as GroupDecision;
  const { id: routeId, incident, receiver } = route;
  if (decision.kind === "hold") {
    return isNews(book.lastHeld(groupId), decision)
      ? { type: "alert-group.held", data: { groupId, receiver, held: decision.held } }
      : undefined;
  }
  const { firing, held, resolved, why } = decision;
  const told = { groupId, routeId, receiver, labels, incident, why, firing, resolved, held };
  return { type: "alert-group.notified", data: told };
}

// That nothing is new is no news: it is said each interval of every group, and follows from the last notice.
function isNews(last: string | undefined, { held }: Extract<GroupDecision, { kind: "hold" }>): boolean {
  if (held.every(({ rules }) => rules.every(({ rule }) => rule === "nothing-new"))) return false;
  return heldWords(held) !== last;
}
