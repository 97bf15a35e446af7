import type { TimerEntry } from "@plimsoll/core";
import { createManualClock, describeContract, timerContract } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { openLastingTimer, type LastingEntries } from "./lasting-timer.js";

const START = "2026-11-02T12:00:00.000Z";
const MINUTE_MS = 60_000;

describeContract({ describe, it }, timerContract, async () => {
  const clock = createManualClock(START);
  const entries: LastingEntries = new Map();
  const open = () => openLastingTimer(entries, () => clock.nowMs());
  let { runner, timer } = open();
  return {
    timer,
    nowMs: () => clock.nowMs(),
    async advance(ms) {
      clock.advance(ms);
      await runner.runDue();
    },
    async reopen() {
      ({ runner, timer } = open());
      return timer;
    },
    async close() {
      await runner.close();
    },
  };
});

describe("the timers of two processes over the same entries", () => {
  const openBoth = async () => {
    const clock = createManualClock(START);
    const entries: LastingEntries = new Map();
    const woken: string[] = [];
    const open = async (name: string) => {
      const opened = openLastingTimer(entries, () => clock.nowMs());
      await opened.timer.consume("", async ({ fence, key }: TimerEntry) => void woken.push(`${name} ${key}#${fence}`));
      return opened;
    };
    return { clock, entries, woken, first: await open("first"), second: await open("second") };
  };

  it("hand out in the one that goes on what both scheduled, and the other stored first", async () => {
    const { clock, entries, first, second, woken } = await openBoth();
    await first.timer.schedule({ key: "a", atMs: clock.nowMs(), fence: 1 });
    await second.timer.schedule({ key: "a", atMs: clock.nowMs(), fence: 1 });
    const entry = { key: "a", atMs: clock.nowMs() + MINUTE_MS, fence: 3 };
    await first.timer.schedule(entry);
    await second.timer.schedule(entry);
    clock.advance(MINUTE_MS);
    await second.runner.runDue();
    expect(woken).toEqual(["second a#3"]);
    expect([...entries]).toEqual([]);
  });

  it("go by the newest entry where a process that knows less schedules an older one", async () => {
    const { clock, first, second, woken } = await openBoth();
    await first.timer.schedule({ key: "a", atMs: clock.nowMs() + MINUTE_MS, fence: 3 });
    await second.timer.schedule({ key: "a", atMs: clock.nowMs(), fence: 2 });
    await second.runner.runDue();
    expect(woken).toEqual([]);
    clock.advance(MINUTE_MS);
    await second.runner.runDue();
    expect(woken).toEqual(["second a#3"]);
  });
});
