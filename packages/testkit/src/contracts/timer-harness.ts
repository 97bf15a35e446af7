import type { Timer, TimerEntry } from "@plimsoll/core";
import type { ClosableHarness } from "../port-contract.js";

/** A timer without entries, by a clock that the contract moves. */
export type TimerHarness = ClosableHarness & {
  readonly timer: Timer;
  nowMs(): number;
  /** Moves the clock, and resolves when everything that is due by then was handed out, and handled or refused. */
  advance(ms: number): Promise<void>;
  /**
   * Ends the process in which the timer runs and opens the same entries in a new one, without consumers; `advance` then
   * moves that one. Handlers of the old one stay as they are. Absent where nothing outlives the process.
   */
  reopen?(): Promise<Timer>;
};

export const MINUTE_MS = 60_000;
/** Longer than any pause between attempts. */
export const LONG_MS = 3_600_000;

/** Notes down what a consumer is handed. */
export async function record(timer: Timer, prefix = ""): Promise<TimerEntry[]> {
  const woken: TimerEntry[] = [];
  await timer.consume(prefix, async (entry) => void woken.push(entry));
  return woken;
}

/** Entries as `key#fence`. */
export function namesOf(entries: readonly TimerEntry[]): readonly string[] {
  return entries.map(({ key, fence }) => `${key}#${fence}`);
}

/** A promise that somebody else fulfils. */
export function opening(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
