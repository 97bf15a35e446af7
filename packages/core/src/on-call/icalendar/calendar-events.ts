import type { CalendarProblem } from "./calendar-time.js";
import { readContentLines, shown, type ContentLine } from "./content-line.js";

/** An event of a calendar, as its properties. */
export type CalendarEvent = {
  /** Where it begins. */
  readonly line: number;
  readonly properties: readonly ContentLine[];
};

const MOST_CHARACTERS = 2_000_000;
const MOST_EVENTS = 5_000;

/** Takes a calendar apart into its events. What else it holds, time zones and alarms, is passed over; what is broken is named. */
export function readCalendarEvents(text: string): {
  readonly events: readonly CalendarEvent[];
  readonly problems: readonly CalendarProblem[];
} {
  const refused = (message: string) => ({ events: [], problems: [{ line: 1, message }] });
  if (text.length > MOST_CHARACTERS) {
    return refused(`has ${text.length} characters, more than ${MOST_CHARACTERS}; export a shorter time`);
  }
  const { lines, unreadable } = readContentLines(text);
  const [head] = lines;
  if (head?.name !== "BEGIN" || head.value.toUpperCase() !== "VCALENDAR") {
    return refused("is no iCalendar file; it must begin with BEGIN:VCALENDAR");
  }
  const problems: CalendarProblem[] = unreadable.map(({ line, found }) => ({
    line,
    message: `"${found}" is no property; write NAME:value`,
  }));
  const events: CalendarEvent[] = [];
  const open: { name: string; line: number; properties: ContentLine[] }[] = [];
  for (const line of lines) {
    const value = line.value.toUpperCase();
    const inner = open.at(-1);
    if (line.name === "BEGIN") open.push({ name: value, line: line.line, properties: [] });
    else if (line.name !== "END") inner?.properties.push(line);
    else if (inner?.name === value) {
      open.pop();
      if (value === "VEVENT") events.push({ line: inner.line, properties: inner.properties });
    } else {
      problems.push({ line: line.line, message: `END:${shown(value)} ends nothing that is open here; remove it` });
    }
  }
  for (const { name, line } of open) {
    problems.push({ line, message: `BEGIN:${shown(name)} is never ended; add END:${shown(name)}` });
  }
  if (events.length > MOST_EVENTS) {
    return refused(`has ${events.length} events, more than ${MOST_EVENTS}; export a shorter time`);
  }
  return { events, problems };
}
