import { failure, success, type Result } from "../../errors/result.js";
import { DAY_MS } from "../../calendar/civil-date.js";
import { zoneClock } from "../../calendar/zone-clock.js";
import type { Person } from "../person.js";
import type { Override, OverrideChange } from "../schedule/schedule.js";
import { readCalendarEvents, type CalendarEvent } from "./calendar-events.js";
import {
  problemOf,
  readCalendarDuration,
  readCalendarTime,
  readCalendarTimes,
  type CalendarProblem,
  type CalendarTime,
} from "./calendar-time.js";
import { shown, unescapeText, type ContentLine } from "./content-line.js";
import { occurrences, readRecurrence } from "./recurrence.js";

/** What a calendar is read with. */
export type OverrideImportOptions = {
  /** Whom summaries may name, by id or by name. */
  readonly people: readonly Person[];
  /** The zone of dates, and of times without one. */
  readonly zone: string;
  /** Only what touches [fromMs, toMs) becomes an override; recurring events have no end otherwise. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** The overrides of a calendar, and what could not be read. One broken event keeps no other from being read. */
export type OverrideImport = {
  /** By start. Their ids are made from the events' UIDs and starts, so that the same calendar gives the same ids. */
  readonly overrides: readonly Override[];
  /** By line, counted from 1. */
  readonly problems: readonly CalendarProblem[];
};

const MOST_OVERRIDES = 10_000;
const REFUSED = new Set(["RECURRENCE-ID", "RDATE", "EXRULE"]);

/**
 * Reads overrides from an iCalendar file (RFC 5545). An event's summary says what to do: `Ada` or `add Ada`, `remove Ada`,
 * `Ben for Ada` or `Ben instead of Ada`. Rules of recurrence are followed within the range, or refused by name. Times are
 * clock times, as in rotations: one that does not exist is the first instant after the gap, a repeated one its first.
 */
export function readOverrides(text: string, options: OverrideImportOptions): OverrideImport {
  const { events, problems } = readCalendarEvents(text);
  const overrides: Override[] = [];
  const found: CalendarProblem[] = [...problems];
  const lines = new Map<string, number>();
  for (const event of events) {
    const read = readEvent(event, options);
    if (!read.ok) {
      found.push(read.error);
      continue;
    }
    const { uid, overrides: made } = read.value;
    const before = lines.get(uid);
    if (before !== undefined) {
      found.push({ line: event.line, message: `has the UID of the event on line ${before}; give it one of its own` });
    } else if (overrides.length + made.length > MOST_OVERRIDES) {
      found.push({
        line: event.line,
        message: `would make more than ${MOST_OVERRIDES} overrides; import a shorter time`,
      });
    } else {
      lines.set(uid, event.line);
      overrides.push(...made);
    }
  }
  return {
    overrides: overrides.sort((a, b) => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1)),
    problems: found.sort((a, b) => a.line - b.line),
  };
}

type ReadEvent = { readonly uid: string; readonly overrides: readonly Override[] };

function readEvent(event: CalendarEvent, options: OverrideImportOptions): Result<ReadEvent, CalendarProblem> {
  const property = (name: string): ContentLine | undefined => event.properties.find((line) => line.name === name);
  const missing = (what: string): Result<never, CalendarProblem> => failure({ line: event.line, message: what });
  const uid = property("UID")?.value;
  if (uid === undefined || uid === "") return missing("the event has no UID; give it one of its own");
  if (property("STATUS")?.value.toUpperCase() === "CANCELLED") return success({ uid, overrides: [] });
  const refused = event.properties.find(({ name }) => REFUSED.has(name));
  if (refused !== undefined) return problemOf(refused, "is not supported; make it an event of its own");

  const summary = property("SUMMARY");
  if (summary === undefined) return missing(`the event has no SUMMARY; ${HOW_TO_SAY}`);
  const change = readChange(summary, options.people);
  if (!change.ok) return change;
  const startLine = property("DTSTART");
  if (startLine === undefined) return missing("the event has no DTSTART; say when it begins");
  const started = readCalendarTime(startLine, options.zone);
  if (!started.ok) return started;
  const start = started.value;
  const length = readLength(event, startLine, start, options.zone);
  if (!length.ok) return length;
  const clockTimes = readStarts(event, start, length.value, options);
  if (!clockTimes.ok) return clockTimes;

  const clock = zoneClock(start.zone);
  const overrides = clockTimes.value
    .map((clockMs) => ({
      fromMs: clock.firstInstantOf(clockMs),
      toMs: clock.firstInstantOf(clockMs + length.value),
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs && fromMs < options.toMs && toMs > options.fromMs)
    .map(({ fromMs, toMs }): Override => ({
      id: `ical/${uid}/${new Date(fromMs).toISOString()}`,
      fromMs,
      toMs,
      ...change.value,
    }));
  return success({ uid, overrides });
}

const HOW_TO_SAY = "write a person, or add, remove, or one person for another, such as: Ben for Ada";

function readChange(line: ContentLine, people: readonly Person[]): Result<OverrideChange, CalendarProblem> {
  const summary = unescapeText(line.value).trim().split(/\s+/).join(" ");
  const whole = personCalled(summary, people);
  if (whole.length === 1) return success({ kind: "add", personId: whole[0] as string });
  const [first, second] = splitSummary(summary);
  const named = second === undefined ? [first.replace(/^(?:add|remove) /i, "")] : [first, second];
  const ids: string[] = [];
  for (const name of named) {
    const found = personCalled(name, people);
    if (found.length !== 1) {
      const what = found.length === 0 ? "names nobody who is known" : "fits several people, so use an id";
      return problemOf(line, `${what}: "${shown(name)}"; ${HOW_TO_SAY}`);
    }
    ids.push(found[0] as string);
  }
  const [one, other] = ids as [string, string?];
  if (other !== undefined) return success({ kind: "replace", personId: other, withPersonId: one });
  return success({ kind: /^remove /i.test(summary) ? "remove" : "add", personId: one });
}

/** Splits `Ben for Ada`; anything else stays whole. */
function splitSummary(summary: string): readonly [string, string?] {
  const lower = summary.toLowerCase();
  for (const word of [" instead of ", " for "]) {
    const place = lower.indexOf(word);
    if (place >= 0) return [summary.slice(0, place), summary.slice(place + word.length)];
  }
  return [summary];
}

/** The ids of those who are called so: the one with that id, or else all with that name. */
function personCalled(text: string, people: readonly Person[]): readonly string[] {
  const wanted = text.toLowerCase();
  const byId = people.filter(({ id }) => id.toLowerCase() === wanted);
  return (byId.length > 0 ? byId : people.filter(({ name }) => name.toLowerCase() === wanted)).map(({ id }) => id);
}

/** How long an event lasts, in clock time of its start's zone. */
function readLength(
  event: CalendarEvent,
  startLine: ContentLine,
  start: CalendarTime,
  zone: string,
): Result<number, CalendarProblem> {
  const duration = event.properties.find(({ name }) => name === "DURATION");
  if (duration !== undefined) {
    const lengthMs = readCalendarDuration(duration.value);
    return lengthMs === undefined
      ? problemOf(duration, "is no length of time; write one such as PT8H or P1D")
      : success(lengthMs);
  }
  const endLine = event.properties.find(({ name }) => name === "DTEND");
  if (endLine === undefined) {
    return start.isDate ? success(DAY_MS) : problemOf(startLine, "has no end; add a DTEND or a DURATION");
  }
  const ended = readCalendarTime(endLine, zone);
  if (!ended.ok) return ended;
  const end = ended.value;
  const endClockMs =
    end.zone === start.zone
      ? end.clockMs
      : zoneClock(start.zone).clockAt(zoneClock(end.zone).firstInstantOf(end.clockMs));
  return endClockMs > start.clockMs ? success(endClockMs - start.clockMs) : problemOf(endLine, "is not after DTSTART");
}

/** The clock times at which an event begins, in its start's zone. */
function readStarts(
  event: CalendarEvent,
  start: CalendarTime,
  lengthMs: number,
  options: OverrideImportOptions,
): Result<readonly number[], CalendarProblem> {
  const rules = event.properties.filter(({ name }) => name === "RRULE");
  const [ruleLine] = rules;
  if (ruleLine === undefined) return success([start.clockMs]);
  if (rules[1] !== undefined) return problemOf(rules[1], "is a second rule; make it an event of its own");
  const rule = readRecurrence(ruleLine.value, start);
  if (!rule.ok) return problemOf(ruleLine, rule.error);
  // A day more on either side for the distance between the zone's clock and UTC.
  const days = {
    fromDay: Math.floor((options.fromMs - lengthMs) / DAY_MS) - 1,
    toDay: Math.floor(options.toMs / DAY_MS) + 1,
  };
  const clockTimes = occurrences(rule.value, start, days);
  if (clockTimes === undefined) {
    return problemOf(ruleLine, "comes too often to be followed until then; start it later, or import a shorter time");
  }
  const clock = zoneClock(start.zone);
  const except = new Set<number>();
  for (const line of event.properties.filter(({ name }) => name === "EXDATE")) {
    const times = readCalendarTimes(line, start.zone);
    if (!times.ok) return times;
    for (const time of times.value) except.add(zoneClock(time.zone).firstInstantOf(time.clockMs));
  }
  return success(clockTimes.filter((clockMs) => !except.has(clock.firstInstantOf(clockMs))));
}
