import { describe, expect, it } from "vitest";
import type { Mixture } from "./response/happenings.js";
import { isSameTwice, playSchedules } from "./response/play-schedule.js";
import { firstSeed, SCHEDULES } from "./runs.js";

/** Shifts end, and are changed, while people are being called. */
const mixture: Mixture = {
  seconds: 3,
  minutes: 4,
  long: 1,
  fired: 4,
  ended: 1,
  timers: 5,
  deliver: 2,
  acknowledge: 1,
  unacknowledge: 1,
  hasten: 3,
  overrides: 5,
  request: 1,
};

describe("over seeded schedules of crashes, pauses, duplicates, other orders, clocks that are off and lost locks", () => {
  it("pages whoever is on call at that instant", async () => {
    const totals = await playSchedules(mixture, {
      file: "response-on-call.test.ts",
      firstSeed: firstSeed(200_001),
      schedules: SCHEDULES,
    });
    // Nothing is shown by schedules in which nothing happens.
    if (SCHEDULES >= 100)
      for (const total of Object.values(totals.often)) expect(total).toBeGreaterThan(SCHEDULES / 10);
  }, 1_200_000);

  it("is the same for the same seed, await by await", async () => {
    for (const seed of [1, 2, 3]) expect(await isSameTwice(seed, mixture), `seed ${seed}`).toBe(true);
  });
});
