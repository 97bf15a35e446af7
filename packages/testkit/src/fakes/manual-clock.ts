import type { Clock } from "@plimsoll/core";
import { DateTime } from "luxon";

/** A clock that stands still until a test moves it; it refuses to go back, as every clock of the engine must. */
export type ManualClock = Clock & {
  /** The present instant, epoch milliseconds. */
  nowMs(): number;
  advance(ms: number): void;
  /** Moves to an instant: ISO 8601 with an offset, or epoch milliseconds. */
  set(instant: string | number): void;
};

/** Makes a clock that stands at an ISO 8601 instant. */
export function createManualClock(startIso: string): ManualClock {
  let presentMs = parseInstant(startIso);
  const moveTo = (ms: number): void => {
    if (!(ms >= presentMs)) {
      throw new RangeError(
        `A manual clock never runs backwards: it stands at ${iso(presentMs)} and was sent to ${iso(ms)}.`,
      );
    }
    presentMs = ms;
  };
  return {
    now: () => DateTime.fromMillis(presentMs, { zone: "utc" }),
    nowMs: () => presentMs,
    advance: (ms) => moveTo(presentMs + ms),
    set: (instant) => moveTo(typeof instant === "number" ? instant : parseInstant(instant)),
  };
}

function parseInstant(text: string): number {
  const instant = DateTime.fromISO(text, { zone: "utc" });
  if (!instant.isValid) throw new RangeError(`"${text}" is not an ISO 8601 instant, such as 2026-01-31T12:00:00Z.`);
  return instant.toMillis();
}

function iso(ms: number): string {
  return DateTime.fromMillis(ms, { zone: "utc" }).toISO() ?? String(ms);
}
