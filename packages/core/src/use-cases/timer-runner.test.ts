import { describe, expect, it } from "vitest";
import type { TimerEntry } from "../ports/timer.js";
import { createTimerRunner, type TimerRunnerOptions } from "./timer-runner.js";

/** A runner by a clock and alarms that the test moves; what is settled is noted. */
function world(options: Partial<TimerRunnerOptions> = {}) {
  let nowMs = 1_000;
  const alarms = new Map<number, { readonly atMs: number; readonly wake: () => void }>();
  let alarmCount = 0;
  const settled: string[] = [];
  const runner = createTimerRunner({
    nowMs: () => nowMs,
    settle: async ({ key, fence }) => void settled.push(`${key}#${fence}`),
    alarm(ms, wake) {
      const id = (alarmCount += 1);
      alarms.set(id, { atMs: nowMs + ms, wake });
      return () => alarms.delete(id);
    },
    ...options,
  });
  return {
    runner,
    settled,
    alarmsIn: () => [...alarms.values()].map(({ atMs }) => atMs - nowMs),
    set: (ms: number) => void (nowMs = ms),
    async advance(ms: number) {
      nowMs += ms;
      for (const [id, { atMs, wake }] of alarms) {
        if (atMs > nowMs) continue;
        alarms.delete(id);
        wake();
      }
      await turns();
    },
  };
}

const entry = (key: string, atMs: number, fence = 1): TimerEntry => ({ key, atMs, fence });
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe("a timer's runner", () => {
  it("wakes by its alarm, hands over, settles, and forgets", async () => {
    const { advance, alarmsIn, runner, settled } = world();
    const woken: TimerEntry[] = [];
    await runner.consume("a", async (one) => void woken.push(one));
    runner.put(entry("a", 1_100));
    expect(alarmsIn()).toEqual([100]);
    await advance(99);
    expect(woken).toEqual([]);
    await advance(1);
    expect(woken).toEqual([entry("a", 1_100)]);
    expect([settled, runner.pending, alarmsIn()]).toEqual([["a#1"], 0, []]);
  });

  it("looks again at least every half second, so that a clock that was set is noticed", async () => {
    const { advance, alarmsIn, runner, set } = world();
    const woken: string[] = [];
    await runner.consume("", async ({ key }) => void woken.push(key));
    runner.put(entry("a", 3_601_000));
    expect(alarmsIn()).toEqual([500]);
    await advance(500);
    expect([woken, alarmsIn()]).toEqual([[], [500]]);
    set(3_601_000);
    await advance(0);
    expect(woken).toEqual(["a"]);
  });

  it("sets one alarm, for the earliest", async () => {
    const { alarmsIn, runner } = world();
    await runner.consume("", async () => undefined);
    runner.put(entry("a", 1_300));
    runner.put(entry("b", 1_200));
    runner.put(entry("c", 1_400));
    expect(alarmsIn()).toEqual([200]);
    runner.put(entry("d", 1));
    expect(alarmsIn()).toEqual([0]);
  });

  it("tries again after a refusal, each time later, at most half a minute", async () => {
    const failures: [string, string, number][] = [];
    const { advance, runner, settled } = world({
      onFailure: ({ key }, error, attempts) => void failures.push([key, String(error), attempts]),
    });
    let tries = 0;
    await runner.consume("", async () => {
      tries += 1;
      throw new Error("not now");
    });
    runner.put(entry("a", 1_000));
    await runner.runDue();
    expect(failures).toEqual([["a", "Error: not now", 1]]);
    for (const pauseMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = tries;
      await advance(pauseMs - 1);
      expect(tries).toBe(before);
      await advance(1);
      expect(tries).toBe(before + 1);
    }
    expect([settled, runner.pending, failures.at(-1)?.[2]]).toEqual([[], 1, 10]);
  });

  it("goes on when whoever listens to failures fails too, or nobody does", async () => {
    for (const onFailure of [
      () => {
        throw new Error("deaf");
      },
      undefined,
    ]) {
      const { runner } = world(onFailure === undefined ? {} : { onFailure });
      const woken: string[] = [];
      await runner.consume("", async ({ key }) => {
        woken.push(key);
        if (key === "a") throw new Error("not now");
      });
      runner.put(entry("a", 1_000));
      runner.put(entry("b", 1_000));
      await runner.runDue();
      expect(woken).toEqual(["a", "b"]);
    }
  });

  it("hands over again what was handled and could not be settled", async () => {
    let full = true;
    const { advance, runner } = world({
      settle: async () => {
        if (full) throw new Error("the disk is full");
      },
    });
    let tries = 0;
    await runner.consume("", async () => void (tries += 1));
    runner.put(entry("a", 1_000));
    await runner.runDue();
    expect([tries, runner.pending]).toEqual([1, 1]);
    full = false;
    await advance(250);
    expect([tries, runner.pending]).toEqual([2, 0]);
  });

  it("forgets without a word what is not owed any more", async () => {
    const { runner, settled } = world({ isOwed: async ({ key }) => key === "b" });
    const woken: string[] = [];
    await runner.consume("", async ({ key }) => void woken.push(key));
    runner.put(entry("a", 1_000));
    runner.put(entry("b", 1_000));
    await runner.runDue();
    expect([woken, settled, runner.pending]).toEqual([["b"], ["b#1"], 0]);
  });

  it("handles so many at a time and no more", async () => {
    const { runner } = world({ concurrency: 2 });
    const doors = new Map(["a", "b", "c"].map((key) => [key, gate()]));
    const begun: string[] = [];
    await runner.consume("", async ({ key }) => {
      begun.push(key);
      await doors.get(key)?.opened;
    });
    for (const key of doors.keys()) runner.put(entry(key, 1_000));
    const running = runner.runDue();
    await turns();
    expect(begun).toEqual(["a", "b"]);
    doors.get("b")?.open();
    await turns();
    expect(begun).toEqual(["a", "b", "c"]);
    for (const door of doors.values()) door.open();
    await running;
    expect(runner.pending).toBe(0);
  });

  it("handles sixteen at a time by itself", async () => {
    const { runner } = world();
    const door = gate();
    let begun = 0;
    await runner.consume("", async () => {
      begun += 1;
      await door.opened;
    });
    for (let index = 0; index < 17; index += 1) runner.put(entry(`a${index}`, 1_000));
    const running = runner.runDue();
    await turns();
    expect(begun).toBe(16);
    door.open();
    await running;
    expect(begun).toBe(17);
  });

  it("lets a key wait for its own and no other", async () => {
    const { runner } = world();
    const door = gate();
    const course: string[] = [];
    await runner.consume("", async ({ key, fence }) => {
      course.push(`${key}#${fence}`);
      if (fence === 1 && key === "a") await door.opened;
    });
    runner.put(entry("a", 1_000));
    const first = runner.runDue();
    await turns();
    runner.put(entry("a", 1_000, 2));
    runner.put(entry("b", 1_000));
    const second = runner.runDue();
    await turns();
    expect(course).toEqual(["a#1", "b#1"]);
    door.open();
    await Promise.all([first, second]);
    expect(course).toEqual(["a#1", "b#1", "a#2"]);
  });

  it("keeps what nobody consumes, and hands it to the first who does", async () => {
    const { advance, alarmsIn, runner } = world();
    runner.put(entry("page/1", 1_000));
    runner.put(entry("run/1", 1_000));
    await runner.runDue();
    expect(runner.pending).toBe(2);
    const woken: string[] = [];
    await runner.consume("page/", async ({ key }) => void woken.push(key));
    expect(alarmsIn()).toEqual([0]);
    await advance(0);
    expect([woken, runner.pending]).toEqual([["page/1"], 1]);
  });

  it("hands nothing to a consumer that has left, also when it leaves twice", async () => {
    const { runner } = world();
    const woken: string[] = [];
    await runner.consume("x", async () => undefined);
    const leave = await runner.consume("a", async () => void woken.push("first"));
    await runner.consume("a", async () => void woken.push("second"));
    await leave();
    await leave();
    runner.put(entry("a", 1_000));
    await runner.runDue();
    expect(woken).toEqual(["second"]);
  });

  it("drops what is under way too, so that a refusal does not bring it back", async () => {
    const { advance, runner } = world();
    const door = gate();
    let tries = 0;
    await runner.consume("", async () => {
      tries += 1;
      await door.opened;
      throw new Error("not now");
    });
    runner.put(entry("a", 1_000));
    const running = runner.runDue();
    await turns();
    expect(runner.drop("a", 1)).toEqual(entry("a", 1_000));
    expect(runner.get("a")).toBeUndefined();
    door.open();
    await running;
    await advance(60_000);
    expect(tries).toBe(1);
  });

  it("hands out nothing after it was closed, and closes when its handlers are idle", async () => {
    const { advance, alarmsIn, runner } = world();
    const door = gate();
    const woken: string[] = [];
    await runner.consume("", async ({ key }) => {
      woken.push(key);
      await door.opened;
    });
    runner.put(entry("a", 1_000));
    runner.put(entry("b", 1_200));
    const running = runner.runDue();
    await turns();
    let closed = false;
    const closing = runner.close().then(() => (closed = true));
    await turns();
    expect([closed, alarmsIn()]).toEqual([false, []]);
    door.open();
    await Promise.all([closing, running]);
    runner.put(entry("c", 1_000));
    await advance(1_000);
    await runner.runDue();
    expect([woken, alarmsIn()]).toEqual([["a"], []]);
    await runner.close();
  });
});
