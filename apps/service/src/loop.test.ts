import type { CollectOutcome, RoundReport, RunbookRun, RunbookStop, Slo } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLoop, type LoopOptions } from "./loop.js";

const SLICE_MS = 15_000;
const never = (): Promise<never> => new Promise(() => undefined);
const slo = (id: string, source = "main") => ({ id, sli: { kind: "events", selector: { source } } }) as unknown as Slo;
const report = { atMs: 0, evaluated: 1, changed: [], alertEvents: 0, closedIncidents: [] } satisfies RoundReport;
const read: CollectOutcome = { kind: "read", slices: 1, watermarkMs: 0 };

/** A stop of runs that says what is asked of it, and whose actions end when it says so. */
function stopOf(asked: string[], settled: Promise<void> = Promise.resolve()): RunbookStop {
  return { cancel: () => void asked.push("cancel"), giveUp: () => void asked.push("give up"), settled };
}

function setUp(engine: Partial<LoopOptions["engine"]> = {}) {
  const calls: string[] = [];
  const note =
    <Value>(name: string, value: Value) =>
    async (): Promise<Value> => {
      calls.push(name);
      return value;
    };
  const counted: string[] = [];
  const log: string[] = [];
  const say = (_fields: object, text: string): void => void log.push(text);
  const loop = createLoop({
    engine: {
      slos: [slo("a")],
      collect: note("collect", read),
      round: note("round", report),
      deliver: note("deliver", 0),
      checkpoint: note("checkpoint", undefined),
      prune: note("prune", 0),
      onOwed: () => () => undefined,
      runbooks: { advance: async () => 0, open: () => [], stop: () => stopOf([]) },
      escalations: { audit: async () => ({ atMs: 0, findings: [], ping: { kind: "none" } }) },
      ...engine,
    },
    sliceMs: SLICE_MS,
    logger: { info: say, warn: say, error: say } as never,
    metrics: {
      roundSeconds: { startTimer: () => () => 0 },
      collectFailures: { inc: () => counted.push("collect-failure") },
      loopErrors: { inc: ({ task }: { task: string }) => counted.push(task) },
    } as never,
    onRound: () => void calls.push("told"),
    afterRound: note("after", undefined),
    stopWithinMs: 1_000,
  });
  const times = (name: string): number => calls.filter((call) => call === name).length;
  return { loop, calls, counted, log, times };
}

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 2, 10, 12, 0, 4) }));
afterEach(() => void vi.useRealTimers());

describe("the loop", () => {
  it("reads, evaluates, tells and delivers at once, and then at the end of every slice", async () => {
    const { calls, loop, times } = setUp();
    loop.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["collect", "round", "told", "deliver", "after", "prune"]);
    await vi.advanceTimersByTimeAsync(10_999);
    expect(times("round")).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(times("round")).toBe(2);
    await vi.advanceTimersByTimeAsync(2 * SLICE_MS);
    expect(times("round")).toBe(4);
    await loop.stop();
  });

  it("evaluates without a source that hangs, and does not ask it again meanwhile", async () => {
    let asked = 0;
    const { loop, times } = setUp({
      slos: [slo("a", "hanging"), slo("b", "well")],
      collect: (id) => {
        if (id === "b") return Promise.resolve(read);
        asked += 1;
        return never();
      },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(3 * SLICE_MS);
    expect(times("round")).toBe(3);
    expect(asked).toBe(1);
    await Promise.all([loop.stop(), vi.advanceTimersByTimeAsync(1_000)]);
  });

  it("says what is wrong with a page once for as long as it lasts, and that it is over", async () => {
    const stuck = (incidentId: string) => ({
      kind: "no-next-step" as const,
      incidentId,
      message: `${incidentId} is stuck`,
    });
    let findings = [stuck("INC-001")];
    const { loop, log } = setUp({
      escalations: { audit: async () => ({ atMs: 0, findings, ping: { kind: "withheld" as const } }) },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(log).toEqual(["INC-001 is stuck"]);
    findings = [stuck("INC-001"), stuck("INC-002")];
    await vi.advanceTimersByTimeAsync(120_000);
    findings = [];
    await vi.advanceTimersByTimeAsync(120_000);
    findings = [stuck("INC-001")];
    await vi.advanceTimersByTimeAsync(120_000);
    expect(log.slice(1)).toEqual(["INC-002 is stuck", "every escalation goes on again", "INC-001 is stuck"]);
    await loop.stop();
  });

  it("starts no second round while one takes longer than a slice", async () => {
    let rounds = 0;
    let finish: () => void = () => undefined;
    const { loop } = setUp({
      round: () => {
        rounds += 1;
        return new Promise((resolve) => (finish = () => resolve(report)));
      },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(4 * SLICE_MS);
    expect(rounds).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(SLICE_MS);
    expect(rounds).toBe(2);
    finish();
    await loop.stop();
  });

  it("goes on when storage fails for a while: tells it once per slice, still delivers, and rounds again when it is back", async () => {
    let broken = true;
    const slos = Array.from({ length: 100 }, (_, index) => slo(`slo-${index}`));
    const asked = new Set<string>();
    const fails = async <Value>(value: Value): Promise<Value> => {
      if (broken) throw new Error("the storage is away");
      return value;
    };
    const { counted, loop, times } = setUp({
      slos,
      collect: (id) => {
        asked.add(id);
        return fails(read);
      },
      round: () => fails(report),
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(SLICE_MS);
    expect(counted).toEqual(["collect", "round", "collect", "round"]);
    expect(asked.size).toBe(slos.length);
    expect(times("deliver")).toBe(2);
    expect(times("told")).toBe(0);
    broken = false;
    await vi.advanceTimersByTimeAsync(SLICE_MS);
    expect(times("told")).toBe(1);
    await loop.stop();
  });

  it("survives a clock that jumps, in either direction", async () => {
    const { loop, times } = setUp();
    loop.start();
    await vi.advanceTimersByTimeAsync(11_000);
    vi.setSystemTime(Date.UTC(2026, 2, 10, 9, 0, 0));
    await vi.advanceTimersByTimeAsync(2 * SLICE_MS);
    expect(times("round")).toBe(4);
    vi.setSystemTime(Date.UTC(2027, 0, 1));
    await vi.advanceTimersByTimeAsync(2 * SLICE_MS);
    expect(times("round")).toBe(6);
    await loop.stop();
  });

  it("says once that an SLO can not be read, and once that it can again", async () => {
    let failing = true;
    const failed: CollectOutcome = { kind: "failed", code: "down", message: "a: it is down", retryable: true };
    const { counted, log, loop } = setUp({ collect: async () => (failing ? failed : read) });
    loop.start();
    await vi.advanceTimersByTimeAsync(3 * SLICE_MS);
    failing = false;
    await vi.advanceTimersByTimeAsync(2 * SLICE_MS);
    expect(log).toEqual(["a: it is down", "its source answers again"]);
    expect(counted.length).toBeGreaterThan(1);
    await loop.stop();
  });

  it("saves every ten minutes and prunes at the start and every six hours, by no clock that can be set", async () => {
    const { loop, times } = setUp();
    loop.start();
    vi.setSystemTime(Date.UTC(2030, 0, 1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(times("checkpoint")).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(times("checkpoint")).toBe(1);
    expect(times("prune")).toBe(1);
    await vi.advanceTimersByTimeAsync(6 * 3_600_000);
    expect(times("prune")).toBe(2);
    await loop.stop();
  });
});

describe("runs of runbooks", () => {
  const open = () => [{} as RunbookRun];

  it("are brought on every second, also while one of them is at a long action", async () => {
    let asked = 0;
    const { loop } = setUp({
      runbooks: {
        advance: () => (asked++ === 0 ? never() : Promise.resolve(0)),
        open,
        stop: () => stopOf([]),
      },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(asked).toBe(4);
    await Promise.all([loop.stop(), vi.advanceTimersByTimeAsync(1_000)]);
  });

  it("begin nothing once the loop stops, and what is at an action has its time, is cancelled, and is waited for", async () => {
    const asked: string[] = [];
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const { log, loop } = setUp({
      runbooks: {
        advance: async () => {
          await ended;
          return 1;
        },
        open,
        stop: () => {
          asked.push("stop");
          return stopOf(asked, ended);
        },
      },
    });
    loop.start();
    await vi.advanceTimersByTimeAsync(1_000);
    let stopped = false;
    void loop.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toEqual(["stop"]);
    await vi.advanceTimersByTimeAsync(1);
    expect([asked, stopped]).toEqual([["stop", "cancel"], false]);
    end();
    await vi.advanceTimersByTimeAsync(1);
    expect([stopped, log]).toEqual([true, []]);
  });

  it("are given up where an action does not end even then, so that this can be recorded before storage closes", async () => {
    const asked: string[] = [];
    const { log, loop } = setUp({ runbooks: { advance: never, open, stop: () => stopOf(asked, never()) } });
    loop.start();
    await vi.advanceTimersByTimeAsync(1_000);
    let stopped = false;
    void loop.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(3_499);
    expect(asked).toEqual(["cancel"]);
    await vi.advanceTimersByTimeAsync(1);
    expect([asked, stopped]).toEqual([["cancel", "give up"], false]);
    await vi.advanceTimersByTimeAsync(501);
    expect([stopped, log]).toEqual([true, ["stopped without waiting longer for what is under way"]]);
  });
});

describe("stopping the loop", () => {
  it.each([["collect"], ["round"], ["deliver"], ["prune"]] as const)(
    "does not wait for ever for a %s that hangs",
    async (task) => {
      const { log, loop } = setUp({ [task]: never });
      loop.start();
      await vi.advanceTimersByTimeAsync(6_000);
      let stopped = false;
      void loop.stop().then(() => (stopped = true));
      await vi.advanceTimersByTimeAsync(999);
      expect(stopped).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(stopped).toBe(true);
      expect(log).toContain("stopped without waiting longer for what is under way");
    },
  );

  it("waits for a round that is nearly done, and starts nothing after it", async () => {
    let finish: () => void = () => undefined;
    const { loop, times } = setUp({ round: () => new Promise((resolve) => (finish = () => resolve(report))) });
    loop.start();
    await vi.advanceTimersByTimeAsync(0);
    const stopped = loop.stop();
    finish();
    await stopped;
    expect(times("deliver")).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * SLICE_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("may be done twice, before the start too, and is not undone by a start", async () => {
    const { calls, loop } = setUp();
    await Promise.all([loop.stop(), loop.stop()]);
    loop.start();
    await vi.advanceTimersByTimeAsync(SLICE_MS);
    expect(calls).toEqual([]);
  });
});
