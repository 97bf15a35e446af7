import { DateTime } from "luxon";

import type { ClockHarness } from "../contracts/clock-contract.js";
import type { Broken } from "./broken.js";

const T0 = 1_700_000_000_000;

/** A right clock; each flaw is a clock of its own. */
export const brokenClocks: Broken<ClockHarness> = {
  right: () => clockThat((worldMs, latest) => utc(Math.max(worldMs, latest))),
  flawed: {
    "tells a valid instant": () => clockThat(() => DateTime.invalid("broken"), 3),
    "tells the time in UTC": () =>
      clockThat((worldMs, latest) => utc(Math.max(worldMs, latest)).setZone("Europe/Berlin")),
    "goes forward with the world's time": () => clockThat(() => utc(T0)),
    "never runs backwards when the world's time is turned back": () => clockThat((worldMs) => utc(worldMs)),
  },
};

function utc(ms: number): DateTime {
  return DateTime.fromMillis(ms, { zone: "utc" });
}

function clockThat(tell: (worldMs: number, latestMs: number) => DateTime, fromCall = 0): ClockHarness {
  let worldMs = T0;
  let latestMs = T0;
  let calls = 0;
  return {
    clock: {
      now() {
        latestMs = Math.max(latestMs, worldMs);
        calls += 1;
        // Some flaws would break every promise; they show in a call that only one case makes.
        return calls < fromCall ? utc(latestMs) : tell(worldMs, latestMs);
      },
    },
    advance: async (ms) => void (worldMs += ms),
    turnBack: async (ms) => void (worldMs -= ms),
  };
}
