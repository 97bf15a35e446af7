import { failure, type Result, type TimeInterval } from "@plimsoll/core";
import { shorten } from "../schema/scalar.js";
import { localTimesShape, zone } from "../schema/time.js";
import { timeIntervalsOf, type WrittenInterval } from "./time-intervals.js";

const EXPECTED = "write weekdays, clock times and a zone, such as `mon-fri 22:00-06:00 Europe/Berlin`";

type Said = { readonly [Key in "weekdays" | "times" | "zone"]?: WrittenInterval[Key] };

const weekdays = localTimesShape.weekdays.unwrap();
const times = localTimesShape.times.unwrap();
const clock = zone();

/**
 * Reads local times that come again from one line, in the words of the configuration: `mon-fri,sun 22:00-06:00
 * Europe/Berlin`. Weekdays, times and zone each once at most and in any order, with UTC for no zone. A failure names the
 * word that can not be read, and what is expected.
 */
export function parseLocalTimes(text: string): Result<readonly TimeInterval[], string> {
  const said: Said = {};
  for (const word of text.trim().split(/\s+/)) {
    const read = readWord(word);
    if (read === undefined) return failure(`found \`${shorten(word)}\`; ${EXPECTED}`);
    if (Object.keys(read).some((name) => name in said)) {
      return failure(`\`${shorten(word)}\` says again what was said before; join them with commas, without spaces`);
    }
    Object.assign(said, read);
  }
  if (said.weekdays === undefined && said.times === undefined) {
    return failure(`it says no weekday and no time; ${EXPECTED}`);
  }
  return timeIntervalsOf({ zone: "UTC", ...said });
}

function readWord(word: string): Said | undefined {
  const parts = word.split(",");
  const asWeekdays = weekdays.safeParse(parts);
  if (asWeekdays.success) return { weekdays: asWeekdays.data };
  const asTimes = times.safeParse(parts);
  if (asTimes.success) return { times: asTimes.data };
  const asZone = clock.safeParse(word);
  return asZone.success ? { zone: asZone.data } : undefined;
}
