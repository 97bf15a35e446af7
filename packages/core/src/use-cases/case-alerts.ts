import { z } from "zod";
import type { ExternalAlert } from "../alert/external-alert.js";
import { externalKey } from "../incident/external/external-facts.js";
import { incidentSignals } from "../incident/incident-signal.js";
import type { ReplayedIncident } from "../incident/parse-incident-event.js";
import type { CaseAlert } from "../incident/regression/regression-case.js";
import type { EventStore } from "../ports/event-store.js";
import { ALERT_GROUP_PREFIX, EXTERNAL_ALERT_PREFIX, parseRoutingEvent, type RoutingEvent } from "./routing-event.js";

type Reader = Pick<EventStore, "read">;
type Recorded = { readonly atMs: number; readonly event: RoutingEvent };

/**
 * Reads how the alerts from elsewhere that an incident is about came in, up to its end, and those that had a say in them: of
 * the same groups, and those that held them back. In order.
 */
export async function caseAlerts(
  events: Reader,
  course: ReplayedIncident,
  toMs: number,
): Promise<readonly CaseAlert[]> {
  const { declaredAtMs } = course.state;
  const own = incidentSignals(course.state).flatMap(({ external }) =>
    external === undefined ? [] : [external.key.slice(externalKey({ key: "" }).length)],
  );
  const firings = await Promise.all(own.map((key) => firingsOf(events, key, { fromMs: declaredAtMs, toMs })));
  const fromMs = Math.min(declaredAtMs, ...firings.flat().map(({ atMs }) => atMs));
  const others = await otherKeys(events, course, { fromMs, toMs });
  const known = new Set(own);
  const beside = [...others].filter((key) => !known.has(key)).toSorted();
  const more = await Promise.all(beside.map((key) => firingsOf(events, key, { fromMs, toMs })));
  return [...firings, ...more]
    .flatMap((recorded) => withoutRepeats(recorded.flatMap(({ atMs, event }) => toldAs(event, atMs))))
    .toSorted((one, other) => one.receivedAtMs - other.receivedAtMs);
}

type Time = { readonly fromMs: number; readonly toMs: number };

async function recordedIn(events: Reader, stream: string, toMs: number): Promise<readonly Recorded[]> {
  const stored = await events.read(stream);
  return stored
    .filter(({ atMs }) => atMs <= toMs)
    .flatMap((one) => {
      const event = parseRoutingEvent(one);
      return event.ok ? [{ atMs: one.atMs, event: event.value }] : [];
    });
}

/** From the beginning of the firing that was under way at the first instant, or of the next. */
async function firingsOf(events: Reader, key: string, { fromMs, toMs }: Time): Promise<readonly Recorded[]> {
  const recorded = await recordedIn(events, `${EXTERNAL_ALERT_PREFIX}${key}`, toMs);
  const before = recorded.filter(({ atMs }) => atMs <= fromMs);
  const fired = before.findLastIndex(({ event }) => event.type === "external-alert.fired");
  const isOver = before.slice(fired + 1).some(({ event }) => event.type === "external-alert.resolved");
  return recorded.slice(fired === -1 || isOver ? before.length : fired);
}

const tracedRules = z.array(z.looseObject({ groupId: z.string().optional(), sourceKey: z.string().optional() }));

/** Keys of the alerts that were in the same groups meanwhile, and of those that held back any of them. */
async function otherKeys(events: Reader, course: ReplayedIncident, { fromMs, toMs }: Time): Promise<Set<string>> {
  const rules = course.events.flatMap(({ data, type }) =>
    type === "incident.alert-traced" ? (tracedRules.safeParse(data.trace).data ?? []) : [],
  );
  const keys = new Set(rules.flatMap(({ sourceKey }) => sourceKey ?? []));
  const groups = new Set(rules.flatMap(({ groupId }) => groupId ?? []));
  for (const groupId of groups) {
    const recorded = await recordedIn(events, `${ALERT_GROUP_PREFIX}${groupId}`, toMs);
    for (const { atMs, event } of recorded) if (atMs >= fromMs) for (const key of keysIn(event)) keys.add(key);
  }
  return keys;
}

function keysIn({ data }: RoutingEvent): readonly string[] {
  if (!("held" in data)) return [];
  const told = "firing" in data ? [...data.firing, ...data.resolved] : [];
  const heldBy = data.held.flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.rule === "inhibited" ? rule.sourceKey : [])),
  );
  return [...told, ...data.held.map(({ key }) => key), ...heldBy];
}

/**
 * A source repeats what fires to move its end, and few of these repeats are stored: an alert is told without an end until it
 * came to one. One that was not sent again is told once more when it last was, and ends by itself.
 */
function toldAs(event: RoutingEvent, atMs: number): readonly CaseAlert[] {
  switch (event.type) {
    case "external-alert.fired":
    case "external-alert.extended":
      return [{ receivedAtMs: atMs, alert: { ...withoutLink(event.data.alert), status: "firing", timesOut: true } }];
    case "external-alert.resolved": {
      const { alert, silentMs } = event.data;
      const { endsAtMs = atMs } = alert;
      const said = withoutLink(alert);
      return silentMs === undefined
        ? [{ receivedAtMs: atMs, alert: { ...said, endsAtMs: Math.min(endsAtMs, atMs) } }]
        : [{ receivedAtMs: endsAtMs - silentMs, alert: { ...said, endsAtMs, status: "firing" } }];
    }
    default:
      return [];
  }
}

/** Without its end, and without the address of who raised it: a file that is shown around has none. */
function withoutLink(alert: ExternalAlert): ExternalAlert {
  const { endsAtMs: _, generatorUrl: _url, ...rest } = alert;
  return rest;
}

/** Leaves out what says of an alert only that it goes on as it did. */
function withoutRepeats(told: readonly CaseAlert[]): readonly CaseAlert[] {
  return told.filter(({ alert }, index) => JSON.stringify(alert) !== JSON.stringify(told[index - 1]?.alert));
}
