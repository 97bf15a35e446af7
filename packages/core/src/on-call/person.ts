import { parseClockTime } from "../slo/local-time.js";
import { DAY_MS, MINUTE_MS } from "../calendar/civil-date.js";
import { zoneClock } from "../calendar/zone-clock.js";

/** One way to reach a person: a configured notifier and, where it serves many people, the address of this one. */
export type Contact = { readonly notifier: string; readonly address?: string };

/** When a person sleeps, on their own clock: `HH:mm`, start in, end out; start > end runs past midnight. */
export type NightHours = { readonly start: string; readonly end: string };

/** Someone who can be on call. */
export type Person = {
  readonly id: string;
  readonly name: string;
  /** IANA name: whose clock the night hours are on. */
  readonly zone: string;
  /** Default 22:00 to 07:00. */
  readonly night?: NightHours;
  /** In the order of preference. */
  readonly contacts: readonly Contact[];
};

/** People who answer together. */
export type Team = { readonly id: string; readonly name: string; readonly members: readonly string[] };

export const DEFAULT_NIGHT_HOURS: NightHours = { start: "22:00", end: "07:00" };

/** Tells whether an instant lies in a person's night. Equal start and end mean no night. Throws a RangeError for a zone or clock time that is none. */
export function isAtNight(person: Pick<Person, "zone" | "night">, atMs: number): boolean {
  const { start, end } = person.night ?? DEFAULT_NIGHT_HOURS;
  const startMs = clockMs(start);
  const endMs = clockMs(end);
  const clock = zoneClock(person.zone).clockAt(atMs);
  const ofDay = clock - Math.floor(clock / DAY_MS) * DAY_MS;
  return startMs <= endMs ? startMs <= ofDay && ofDay < endMs : startMs <= ofDay || ofDay < endMs;
}

function clockMs(text: string): number {
  const minutes = parseClockTime(text);
  if (minutes === undefined) throw new RangeError(`"${text}" is not a clock time; write HH:mm from 00:00 to 24:00`);
  return minutes * MINUTE_MS;
}
