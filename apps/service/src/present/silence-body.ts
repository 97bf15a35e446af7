import {
  formatMatchers,
  matchesAll,
  silenceStatus,
  type CompiledMatcher,
  type Plimsoll,
  type Silence,
  type TimeInterval,
  type Versioned,
} from "@plimsoll/core";
import type { SilenceBody, SilencePreview } from "../schemas/silence-schemas.js";
import { iso } from "./slo-body.js";

const MOST_SHOWN = 100;

/** Writes a silence; `quiets` is how many alerts it keeps quiet now. */
export function silenceBody(silence: Versioned<Silence>, quiets: number, nowMs: number): SilenceBody {
  return {
    id: silence.id,
    version: silence.version,
    state: silenceStatus(silence, nowMs),
    matchers: formatMatchers(silence.matchers),
    from: iso(silence.startsAtMs),
    to: iso(silence.endsAtMs),
    ...(silence.recurring === undefined ? {} : { recurring: silence.recurring.map(intervalWords) }),
    author: silence.author,
    reason: silence.reason,
    createdAt: iso(silence.createdAtMs),
    ...(silence.expired === undefined ? {} : { expired: { by: silence.expired.by, at: iso(silence.expired.atMs) } }),
    quiets,
  };
}

/** Counts by silence the alerts that it keeps quiet now: each alert is looked up once, however many silences there are. */
export function quietedBySilence(engine: Pick<Plimsoll, "alerts" | "silences">): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { labels } of engine.alerts.active()) {
    for (const { id } of engine.silences.matching(labels)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** What a silence with these matchers would keep quiet, were it on now. */
export function silencePreviewBody(
  engine: Pick<Plimsoll, "alerts" | "silences">,
  matchers: readonly CompiledMatcher[],
): SilencePreview {
  const firing = engine.alerts.active();
  const matching = firing.filter(({ labels }) => matchesAll(matchers, labels));
  const groups = new Map<string, SilencePreview["groups"][number]>();
  for (const { key } of matching.slice(0, MOST_SHOWN * 10)) {
    const grouped = engine.alerts.explain(key)?.trace.findLast(({ rule }) => rule === "grouped");
    if (grouped?.rule !== "grouped") continue;
    const known = groups.get(grouped.groupId);
    groups.set(grouped.groupId, {
      receiver: grouped.receiver,
      labels: { ...grouped.labels },
      alerts: (known?.alerts ?? 0) + 1,
    });
  }
  return {
    matchers: formatMatchers(matchers),
    matchesEverything: matchers.every((matcher) => matcher.matches({})),
    total: matching.length,
    of: firing.length,
    alerts: matching.slice(0, MOST_SHOWN).map(({ key, labels, startsAtMs }) => ({
      key,
      labels: { ...labels },
      startsAt: iso(startsAtMs),
      silencedAlready: engine.silences.matching(labels).length > 0,
    })),
    groups: [...groups.values()],
  };
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Says in words when an interval comes. */
function intervalWords({ daysOfMonth, location, months, times, weekdays, years }: TimeInterval): string {
  const list = (
    ranges: readonly (readonly [number, number])[] | undefined,
    word: (value: number) => string,
  ): readonly string[] =>
    ranges === undefined
      ? []
      : [ranges.map(([from, to]) => (from === to ? word(from) : `${word(from)} to ${word(to)}`)).join(", ")];
  return [
    ...list(times, clockWords),
    ...list(weekdays, (day) => WEEKDAYS[day] ?? String(day)),
    ...list(daysOfMonth, (day) => `day ${day}`),
    ...list(months, (month) => `month ${month}`),
    ...list(years, String),
    location ?? "UTC",
  ].join("; ");
}

function clockWords(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
