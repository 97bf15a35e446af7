import type { ExternalAlert } from "../alert/external-alert.js";
import type { EventStore } from "../ports/event-store.js";
import { groupIdsFor } from "../routing/alert-groups.js";
import type { HeldAlert } from "../routing/group-decision.js";
import type { Route } from "../routing/route.js";
import { explainTrace, type TracedRule, type TraceExplanation } from "../routing/routing-trace.js";
import type { RoutingBook } from "./routing-book.js";
import {
  ALERT_GROUP_PREFIX,
  EXTERNAL_ALERT_PREFIX,
  notifiedRule,
  parseRoutingEvent,
  type RoutingEvent,
} from "./routing-event.js";

/** What an alert met, as far as that is stored. */
export type AlertCourse = TraceExplanation & {
  /** As it was last heard of. */
  readonly alert: ExternalAlert;
  readonly trace: readonly TracedRule[];
};

// Whoever asks costs the store this much at most, however often the alert fired and however long its groups go on.
const MOST_WORDS = 64;
const MOST_GROUPS = 8;
const MOST_GROUP_WORDS = 128;
const MOST_RULES = 128;

/**
 * Reads what an alert met from its own stream and those of the groups that its labels put it into, long after it ended:
 * its last 64 words, and the last 128 of each group. What only the book knows, such as with how many others it was
 * grouped, comes along as long as the book knows it. Undefined where there never was such an alert.
 */
export async function readAlertCourse(
  from: { readonly book: RoutingBook; readonly events: Pick<EventStore, "read">; readonly root: Route },
  alertKey: string,
): Promise<AlertCourse | undefined> {
  const { book, root } = from;
  const words = await lastWords(from, `${EXTERNAL_ALERT_PREFIX}${alertKey}`, MOST_WORDS);
  const alerts = words.flatMap(({ event }) => ("alert" in event.data ? [event.data.alert] : []));
  const alert = book.get(alertKey) ?? alerts.at(-1);
  if (alert === undefined) return undefined;
  const firings = words.flatMap(({ event }) => (event.type === "external-alert.fired" ? [event.data.alert] : []));
  // An alert stays in the groups that it was put into when it fired.
  const placed = (firings.length === 0 ? alerts : firings).toReversed();
  const groupIds = new Set(placed.flatMap(({ labels }) => groupIdsFor(root, labels)));
  const told = await Promise.all(
    [...groupIds]
      .slice(0, MOST_GROUPS)
      .map((groupId) => lastWords(from, `${ALERT_GROUP_PREFIX}${groupId}`, MOST_GROUP_WORDS)),
  );
  const rules = [...words, ...told.flat()].flatMap((word) => rulesFor(alertKey, word));
  const known = book.trace(alertKey);
  const alreadyKnown = new Set(known.map((rule) => JSON.stringify(rule)));
  const trace = [...rules.filter((rule) => !alreadyKnown.has(JSON.stringify(rule))), ...known]
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-MOST_RULES);
  const firedAtMs = words.findLast(({ event }) => event.type === "external-alert.fired")?.atMs ?? -Infinity;
  const lastFiring = trace.filter(({ atMs }) => atMs >= firedAtMs);
  return { alert, trace, lines: explainTrace(trace).lines, told: explainTrace(lastFiring).told };
}

type Word = { readonly atMs: number; readonly event: RoutingEvent };

/** The last events of a stream that can be read; the others are named where the health of the engine is told. */
async function lastWords(
  { book, events }: { readonly book: RoutingBook; readonly events: Pick<EventStore, "read"> },
  stream: string,
  most: number,
): Promise<readonly Word[]> {
  const version = book.version(stream);
  if (version === 0) return [];
  const stored = await events.read(stream, version - most);
  return stored.flatMap((one) => {
    const event = parseRoutingEvent(one);
    return event.ok ? [{ atMs: one.atMs, event: event.value }] : [];
  });
}

/** What an event was to an alert. */
function rulesFor(alertKey: string, { atMs, event }: Word): readonly TracedRule[] {
  switch (event.type) {
    case "external-alert.fired":
      return event.data.trace;
    case "external-alert.extended":
    case "external-alert.resolved":
      return [];
    case "alert-group.held":
      return heldRules(alertKey, event.data.held);
    case "alert-group.notified": {
      const { firing, held, resolved } = event.data;
      if (!firing.includes(alertKey) && !resolved.includes(alertKey)) return heldRules(alertKey, held);
      return [notifiedRule(event.data, atMs)];
    }
  }
}

function heldRules(alertKey: string, held: readonly HeldAlert[]): readonly TracedRule[] {
  return held.flatMap(({ key, rules }) => (key === alertKey ? rules : []));
}
