import { describe, expect, it } from "vitest";
import type { Mixture } from "./response/happenings.js";
import { isSameTwice, playSchedules } from "./response/play-schedule.js";
import { firstSeed, SCHEDULES } from "./runs.js";

/** People are called, answer, are called away; channels are away; timers come twice. */
const mixture: Mixture = {
  seconds: 3,
  minutes: 3,
  long: 1,
  fired: 4,
  ended: 2,
  timers: 5,
  deliver: 5,
  audit: 1,
  acknowledge: 2,
  unacknowledge: 2,
  resolve: 1,
  reopen: 1,
  hasten: 2,
  confirm: 1,
  overrides: 1,
  request: 1,
  wakes: 1,
};

describe("over seeded schedules of crashes, pauses, duplicates, other orders, clocks that are off and lost locks", () => {
  it("loses no page, doubles none beyond what was interrupted, and goes on calling until somebody is reached", async () => {
    const totals = await playSchedules(mixture, {
      file: "response-pages.test.ts",
      firstSeed: firstSeed(100_001),
      schedules: SCHEDULES,
    });
    // Nothing is shown by schedules in which nothing happens.
    if (SCHEDULES >= 100)
      for (const total of Object.values(totals.often)) expect(total).toBeGreaterThan(SCHEDULES / 10);
    if (SCHEDULES >= 100)
      for (const total of Object.values(totals.seldom)) expect(total).toBeGreaterThan(SCHEDULES / 50);
  }, 1_200_000);

  it("is the same for the same seed, await by await", async () => {
    for (const seed of [1, 2, 3]) expect(await isSameTwice(seed, mixture), `seed ${seed}`).toBe(true);
  });
});
