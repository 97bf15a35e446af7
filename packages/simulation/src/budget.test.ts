import type { Correction, EngineSettings, Slo } from "@plimsoll/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./runs.js";
import { createWorld, quickSlo, simpleSlo, SLICE_MS, type World } from "./world.js";

/** What was served for a slice, and when its sample could first be read. */
type Served = { readonly bad: number; readonly total: number };

type Action =
  | { readonly kind: "slice"; readonly served: Served | undefined; readonly lateBy: number }
  | { readonly kind: "pause"; readonly slices: number }
  | { readonly kind: "restart"; readonly checkpoint: "none" | "whole" | "damaged" }
  | { readonly kind: "correct"; readonly effect: Correction["effect"]; readonly back: number; readonly length: number }
  | { readonly kind: "withdraw"; readonly index: number }
  | { readonly kind: "reconfigure"; readonly target: number; readonly recurring: boolean };

const LATENESS_SLICES = 6;
const ID = "payments-availability";
const HOURLY: Correction = {
  id: "hourly",
  sloIds: [ID],
  effect: "drop",
  author: "ann",
  reason: "a backup",
  covers: {
    kind: "recurring",
    interval: {
      zone: "Europe/Berlin",
      times: Array.from({ length: 23 }, (_, hour) => ({ start: `${pad(hour)}:10`, end: `${pad(hour)}:14` })),
    },
  },
};

function pad(hour: number): string {
  return String(hour).padStart(2, "0");
}

const served = fc
  .integer({ min: 0, max: 500 })
  .chain((total) => fc.integer({ min: 0, max: total }).map((bad) => ({ bad, total })));
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("slice" as const),
      served: fc.option(served, { nil: undefined, freq: 6 }),
      lateBy: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: LATENESS_SLICES - 1 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), slices: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      checkpoint: fc.constantFrom("none" as const, "whole" as const, "damaged" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("correct" as const),
      effect: fc.constantFrom("drop" as const, "count-good" as const),
      back: fc.integer({ min: -5, max: 60 }),
      length: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), index: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("reconfigure" as const),
      target: fc.constantFrom(0.9, 0.99, 0.999),
      recurring: fc.boolean(),
    }),
  },
);

/** Counts what the engine should know, slice by slice and with nothing of the engine's. */
class Tally {
  readonly #slices = new Map<number, Served>();
  corrections: readonly Correction[] = [];

  constructor(readonly birthMs: number) {}

  take(sliceMs: number, counts: Served): void {
    this.#slices.set(sliceMs, counts);
  }

  over(
    fromMs: number,
    toMs: number,
  ): { readonly bad: number; readonly total: number; readonly measured: number; readonly expected: number } {
    const sum = { bad: 0, total: 0, measured: 0, expected: 0 };
    for (let atMs = Math.max(fromMs, this.birthMs); atMs < toMs; atMs += SLICE_MS) {
      const slice = this.#slices.get(atMs);
      const covering = this.corrections.filter(({ covers }) => coversByHand(covers, atMs));
      sum.expected += 1;
      if (covering.some(({ effect }) => effect === "drop")) {
        sum.measured += 1;
      } else if (slice !== undefined) {
        sum.measured += 1;
        sum.total += slice.total;
        sum.bad += covering.length > 0 ? 0 : slice.bad;
      }
    }
    return sum;
  }
}

/** Berlin is whole hours away from UTC, so that the minute of the hour is enough; 23:10 there is left out above. */
function coversByHand(covers: Correction["covers"], atMs: number): boolean {
  if (covers.kind === "once") return covers.fromMs <= atMs && atMs < covers.toMs;
  const at = new Date(atMs);
  const minute = at.getUTCMinutes();
  return minute >= 10 && minute < 14 && at.getUTCHours() !== 22;
}

async function play(world: World, actions: readonly Action[]): Promise<void> {
  const { clock } = world;
  const tally = new Tally(Math.ceil(clock.nowMs() / SLICE_MS) * SLICE_MS);
  const late: { readonly dueMs: number; readonly fromMs: number; readonly counts: Served }[] = [];
  const serve = (fromMs: number, { bad, total }: Served): void =>
    world.source.serve(ID, [
      { fromMs, toMs: fromMs + SLICE_MS, measurement: { kind: "counts", good: total - bad, total } },
    ]);
  const pass = async (counts: Served | undefined, lateBy: number): Promise<void> => {
    const fromMs = clock.nowMs();
    if (counts !== undefined) {
      tally.take(fromMs, counts);
      if (lateBy === 0) serve(fromMs, counts);
      else late.push({ dueMs: fromMs + (1 + lateBy) * SLICE_MS, fromMs, counts });
    }
    clock.advance(SLICE_MS);
    while (late.length > 0) {
      const index = late.findIndex(({ dueMs }) => dueMs <= clock.nowMs());
      const [due] = index < 0 ? [] : late.splice(index, 1);
      if (due === undefined) break;
      serve(due.fromMs, due.counts);
    }
  };
  const read = async (): Promise<void> => {
    await world.collect();
    await world.engine.round();
  };
  const check = (place: string): void => {
    const evaluation = world.engine.slo(ID)?.evaluation;
    if (evaluation === undefined) throw new Error("no evaluation");
    const { budget, coverageRatio, period } = evaluation;
    const expected = tally.over(period.fromMs, period.toMs);
    expect({ bad: budget.bad, total: budget.total, coverageRatio }, place).toEqual({
      bad: expected.bad,
      total: expected.total,
      coverageRatio: expected.expected === 0 ? 1 : expected.measured / expected.expected,
    });
  };
  const standing = (): readonly Correction[] => world.engine.corrections().map(({ correction }) => correction);

  for (const [index, step] of actions.entries()) {
    switch (step.kind) {
      case "slice":
        await pass(step.served, step.lateBy);
        await read();
        break;
      case "pause":
        // Nobody reads meanwhile; what was measured is read after, from the watermark on.
        for (let i = 0; i < step.slices; i += 1) await pass({ bad: i % 3, total: 7 }, 0);
        await read();
        break;
      case "restart":
        if (step.checkpoint !== "none") await world.engine.checkpoint();
        if (step.checkpoint === "damaged") await damageCheckpoint(world);
        await world.crash();
        await read();
        break;
      case "correct": {
        const fromMs = clock.nowMs() - step.back * SLICE_MS;
        await world.engine.correct({
          sloIds: [ID],
          effect: step.effect,
          author: "ann",
          reason: "a drill",
          fromMs,
          toMs: fromMs + step.length * SLICE_MS,
        });
        break;
      }
      case "withdraw": {
        const own = world.engine.corrections().filter(({ origin }) => origin === "api");
        const chosen = own[step.index % Math.max(1, own.length)];
        if (chosen !== undefined) await world.engine.withdrawCorrection(chosen.correction.id, { actor: "ann" });
        break;
      }
      case "reconfigure":
        await world.crash(reconfigured(step));
        await read();
        break;
    }
    tally.corrections = standing();
    // What is late is in by the next reading that looks back; until then the tally knows more than the engine can.
    if (late.length === 0) check(`action ${index}, ${step.kind}`);
  }
  for (let i = 0; i <= LATENESS_SLICES; i += 1) await pass(undefined, 0);
  await read();
  check("the end");
}

function reconfigured({ target, recurring }: Extract<Action, { kind: "reconfigure" }>): Partial<EngineSettings> {
  return { slos: [slo(target)], corrections: recurring ? [HOURLY] : [] };
}

async function damageCheckpoint({ ports }: World): Promise<void> {
  const saved = await ports.history.checkpoints.load();
  const [first, ...rest] = saved?.chunks ?? [];
  if (saved === undefined || first === undefined) return;
  const bytes = first.slice();
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await ports.history.checkpoints.save({ ...saved, chunks: [bytes, ...rest] });
}

function slo(target: number): Slo {
  return quickSlo(ID, { target });
}

describe("a budget", () => {
  it("equals brute force over the served slices, to the event, whatever happens on the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 120 }), fc.boolean(), async (actions, backup) => {
        const world = await createWorld({
          slos: [slo(0.99)],
          settings: {
            corrections: backup ? [HOURLY] : [],
            reading: { fake: { backfillMs: 0, latenessMs: LATENESS_SLICES * SLICE_MS } },
          },
        });
        await play(world, actions);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it("is the same after a restart, with and without a checkpoint, where the window starts in a coarse cell", async () => {
    const sliceMs = 300_000;
    const dayMs = 86_400_000;
    const world = await createWorld({
      slos: [simpleSlo(ID)],
      settings: { sliceMs, reading: { fake: { backfillMs: 32 * dayMs, latenessMs: 0 } } },
      startIso: "2026-11-02T12:35:00.000Z",
    });
    const nowMs = world.clock.nowMs();
    const samples = Array.from({ length: (32 * dayMs) / sliceMs }, (_, index) => {
      const fromMs = nowMs - 32 * dayMs + index * sliceMs;
      return { fromMs, toMs: fromMs + sliceMs, measurement: { kind: "counts" as const, good: 99, total: 100 } };
    });
    world.source.serve(ID, samples);
    await world.collect();
    await world.engine.round();
    world.serve(ID, [{ bad: 3, total: 100 }]);
    await world.slice();
    const budget = () => world.engine.slo(ID)?.evaluation.budget;
    const before = budget();
    // The window of 30 days starts within an hour's cell, which counts whole; the bound on that is stated.
    expect((before?.total ?? 0) - (before?.edge.total ?? 0)).toBeLessThanOrEqual(30 * 288 * 100);
    expect(before?.total).toBeGreaterThanOrEqual(30 * 288 * 100);
    expect(before?.bad).toBe((before?.total ?? 0) / 100 + 2);
    await world.crash();
    await world.engine.round();
    expect(budget()).toEqual(before);
    await world.engine.checkpoint();
    await world.crash();
    await world.engine.round();
    expect(budget()).toEqual(before);
    expect((await world.engine.health()).restored).toMatchObject({ from: "checkpoint", slices: 0 });
  });
});
