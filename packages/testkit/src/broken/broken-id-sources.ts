import type { IdSourceHarness } from "../contracts/id-source-contract.js";
import type { Broken } from "./broken.js";

/** Ids of eight digits of seconds and a counter. */
export const brokenIdSources: Broken<IdSourceHarness> = {
  right: () => idsThat((ms, count) => `${pad(ms, 13)}-${pad(count, 6)}`),
  flawed: {
    // Repeats itself after 1,000 ids, which sorts and looks well.
    "never makes the same id twice": () => idsThat((ms, count) => `${pad(ms, 13)}-${pad(Math.min(count, 1_000), 6)}`),
    // Without leading zeros 10 sorts before 9.
    "makes ids at one instant that sort in the order in which they were made": () =>
      idsThat((ms, count) => `${pad(ms, 13)}-${count}`),
    // A time that turns over after a day.
    "makes ids that sort by time": () =>
      idsThat((ms, count) => `${pad(ms % 86_400_000, 13)}-${pad(count, 6)}`, 86_399_000),
    "makes ids that fit in a URL and in a log line": () => idsThat((ms, count) => `${pad(ms, 13)} / ${pad(count, 6)}`),
  },
};

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

function idsThat(make: (ms: number, count: number) => string, startMs = 1_700_000_000_000): IdSourceHarness {
  let nowMs = startMs;
  let count = 0;
  return {
    ids: { next: () => make(nowMs, (count += 1)) },
    advance: async (ms) => void (nowMs += ms),
  };
}
