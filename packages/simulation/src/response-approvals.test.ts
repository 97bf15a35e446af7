import { describe, expect, it } from "vitest";
import type { Mixture } from "./response/happenings.js";
import { isSameTwice, playSchedules } from "./response/play-schedule.js";
import { firstSeed, SCHEDULES } from "./runs.js";

/** Runs are asked for, approved as they may and may not be, paused, cancelled, and taken over by another process. */
const mixture: Mixture = {
  seconds: 3,
  minutes: 2,
  fired: 1,
  deliver: 1,
  request: 5,
  advance: 10,
  approves: 7,
  pause: 1,
  resume: 2,
  cancel: 1,
  heals: 1,
  wakes: 2,
};

describe("over seeded schedules of crashes, pauses, duplicates, other orders, clocks that are off and lost locks", () => {
  it("runs no step before its approval, and repeats none whose success is recorded", async () => {
    const totals = await playSchedules(mixture, {
      file: "response-approvals.test.ts",
      firstSeed: firstSeed(300_001),
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
