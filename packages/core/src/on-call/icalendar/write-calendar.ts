import { CALENDAR_FROM_MS, CALENDAR_TO_MS } from "../../calendar/civil-date.js";
import type { Person } from "../person.js";
import { sameReasons } from "../schedule/apply-overrides.js";
import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallInterval, OnCallReason, OnCallSchedule, Override } from "../schedule/schedule.js";
import { escapeText, writeContentLine } from "./content-line.js";

/** What a calendar is written from. */
export type CalendarInput = {
  readonly schedule: OnCallSchedule;
  readonly fromMs: number;
  readonly toMs: number;
  /** When it is written: the DTSTAMP of every event. */
  readonly atMs: number;
  /** For names; somebody who is not among them is called by the id. */
  readonly people: readonly Person[];
  /** Only this person's shifts. */
  readonly personId?: string;
};

/** One person's time on call for the same reasons. */
type CalendarShift = {
  readonly personId: string;
  readonly because: readonly OnCallReason[];
  readonly fromMs: number;
  readonly toMs: number;
};

const SECOND_MS = 1_000;

/**
 * Writes the shifts that touch [fromMs, toMs) as an iCalendar file (RFC 5545): one event for each person's time on call, whole
 * and not cut to the range, in UTC, to the second. An event's UID is made from schedule, person and start alone, so that a
 * later export updates events instead of doubling them. The same input gives the same text. Throws as `shiftsBetween` does.
 */
export function writeCalendar(input: CalendarInput): string {
  const { schedule, people, atMs } = input;
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const line = writeContentLine;
  return [
    line("BEGIN", "VCALENDAR"),
    line("VERSION", "2.0"),
    line("PRODID", "-//Plimsoll//On-call//EN"),
    line("CALSCALE", "GREGORIAN"),
    line("METHOD", "PUBLISH"),
    line("X-WR-CALNAME", escapeText(`On call: ${schedule.name}`)),
    ...calendarShifts(input).flatMap(({ personId, because, fromMs, toMs }) => [
      line("BEGIN", "VEVENT"),
      line("UID", `${uidPart(schedule.id)}/${uidPart(personId)}/${basicUtc(fromMs)}@plimsoll`),
      line("DTSTAMP", basicUtc(atMs)),
      line("DTSTART", basicUtc(fromMs)),
      line("DTEND", basicUtc(toMs)),
      line("SUMMARY", escapeText(`${names.get(personId) ?? personId} on call: ${schedule.name}`)),
      line("DESCRIPTION", escapeText(because.map(reasonWords).join("\n"))),
      line("TRANSP", "TRANSPARENT"),
      line("END", "VEVENT"),
    ]),
    line("END", "VCALENDAR"),
  ].join("");
}

function calendarShifts({ schedule, fromMs, toMs, personId: only }: CalendarInput): readonly CalendarShift[] {
  const done: CalendarShift[] = [];
  let open: (CalendarShift & { toMs: number })[] = [];
  for (const interval of shiftsBetween(schedule, fromMs, toMs)) {
    const going = interval.people
      .filter(({ personId }) => only === undefined || personId === only)
      .map(({ personId, because }) => {
        const known = open.find((shift) => shift.personId === personId && sameReasons(shift.because, because));
        return known === undefined
          ? { personId, because, fromMs: interval.fromMs, toMs: interval.toMs }
          : Object.assign(known, { toMs: interval.toMs });
      });
    done.push(...open.filter((shift) => !going.includes(shift)));
    open = going;
  }
  return (
    [...done, ...open]
      .map((shift) => wholeShift(schedule, shift, { fromMs, toMs }))
      // Nothing shorter than a second can be written.
      .filter((shift) => basicUtc(shift.fromMs) !== basicUtc(shift.toMs))
      .sort((a, b) => a.fromMs - b.fromMs || (a.personId < b.personId ? -1 : 1))
  );
}

/** A shift that the range's ends cut is looked for beyond them: it ends with its reasons. */
function wholeShift(
  schedule: OnCallSchedule,
  shift: CalendarShift,
  range: { readonly fromMs: number; readonly toMs: number },
): CalendarShift {
  const bounds = reasonBounds(schedule, shift.because);
  let { fromMs, toMs } = shift;
  const goesOn = ({ people }: OnCallInterval): boolean =>
    people.some(({ personId, because }) => personId === shift.personId && sameReasons(because, shift.because));
  if (fromMs === range.fromMs && bounds.fromMs < fromMs) {
    for (const interval of shiftsBetween(schedule, bounds.fromMs, fromMs).toReversed()) {
      if (!goesOn(interval)) break;
      fromMs = interval.fromMs;
    }
  }
  if (toMs === range.toMs && toMs < bounds.toMs) {
    for (const interval of shiftsBetween(schedule, toMs, bounds.toMs)) {
      if (!goesOn(interval)) break;
      toMs = interval.toMs;
    }
  }
  return { ...shift, fromMs, toMs };
}

/** The span outside of which at least one of the reasons does not hold. */
function reasonBounds(
  schedule: OnCallSchedule,
  because: readonly OnCallReason[],
): { readonly fromMs: number; readonly toMs: number } {
  const spans = because.map((reason) =>
    reason.kind === "override"
      ? (schedule.overrides as readonly Override[]).find(({ id }) => id === reason.overrideId)
      : { fromMs: reason.shiftFromMs, toMs: reason.shiftToMs },
  ) as readonly { readonly fromMs: number; readonly toMs: number }[];
  return {
    fromMs: Math.max(CALENDAR_FROM_MS, ...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.min(CALENDAR_TO_MS, ...spans.map(({ toMs }) => toMs)),
  };
}

function reasonWords(reason: OnCallReason): string {
  switch (reason.kind) {
    case "layer":
      return `Layer: ${reason.layerId}`;
    case "temporary":
      return `Temporary schedule: ${reason.temporaryId}`;
    case "override":
      return reason.insteadOf === undefined
        ? `Override: ${reason.overrideId}`
        : `Override: ${reason.overrideId}, instead of ${reason.insteadOf}`;
  }
}

/** An instant as RFC 5545 writes it in UTC: `20260105T080000Z`. */
function basicUtc(atMs: number): string {
  const text = new Date(Math.floor(atMs / SECOND_MS) * SECOND_MS).toISOString();
  return text.replace(/[-:]/g, "").replace(".000", "");
}

/** A text that is part of a UID: letters, digits and a few signs as they are, each other character by its number. */
function uidPart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/gu, (character) => `~${(character.codePointAt(0) as number).toString(16)}~`);
}
