import { describe, expect, it } from "vitest";
import type { Mixture } from "./response/happenings.js";
import { isSameTwice, playSchedules } from "./response/play-schedule.js";
import { firstSeed, SCHEDULES } from "./runs.js";

/** Alerts of an objective and from elsewhere come, go, flap and come again; people resolve and reopen. */
const mixture: Mixture = {
  seconds: 2,
  minutes: 2,
  long: 1,
  fired: 3,
  ended: 3,
  outage: 4,
  calm: 3,
  timers: 2,
  deliver: 1,
  acknowledge: 1,
  resolve: 2,
  reopen: 2,
  request: 1,
  wakes: 1,
};

describe("over seeded schedules of crashes, pauses, duplicates, other orders, clocks that are off and lost locks", () => {
  it("keeps at most one open incident per key", async () => {
    const totals = await playSchedules(mixture, {
      file: "response-incidents.test.ts",
      firstSeed: firstSeed(1),
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
