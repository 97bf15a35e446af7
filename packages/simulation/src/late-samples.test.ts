import type { SliRequest, SliSample, SliSource } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, SLICE_MS } from "./world.js";

const HOUR_MS = 3_600_000;

/** A source whose samples can be written at any time; it says from where on some came late, once to each SLO. */
function ledgerOfSamples() {
  const samples: SliSample[] = [];
  const late = new Map<string, number>();
  const asked: SliRequest[] = [];
  let failsAgain = 0;
  const source: SliSource = {
    async read(request) {
      asked.push(request);
      const { fromMs, sloId, toMs } = request;
      if (asked.at(-2)?.toMs !== undefined && toMs < (asked.at(-2)?.toMs ?? 0) && failsAgain > 0) {
        failsAgain -= 1;
        return { kind: "failed", code: "away", message: `${sloId}: away`, retryable: true };
      }
      const lateFromMs = late.get(sloId);
      late.delete(sloId);
      return {
        kind: "read",
        samples: samples.filter((one) => one.toMs > fromMs && one.toMs <= toMs).sort((a, b) => a.toMs - b.toMs),
        watermarkMs: toMs,
        ...(lateFromMs === undefined ? {} : { lateFromMs }),
        setAside: [],
        notes: [],
      };
    },
  };
  return {
    source,
    asked,
    write: (fromMs: number, good: number, total = 10) =>
      void samples.push({ fromMs, toMs: fromMs + SLICE_MS, measurement: { kind: "counts", good, total } }),
    rewrite: (fromMs: number, good: number) => {
      const at = samples.findIndex((one) => one.fromMs === fromMs);
      samples[at] = { fromMs, toMs: fromMs + SLICE_MS, measurement: { kind: "counts", good, total: 10 } };
    },
    sayLate: (fromMs: number, ...ids: readonly string[]) => {
      for (const id of ids) late.set(id, fromMs);
    },
    failAgain: (times: number) => void (failsAgain = times),
  };
}

async function open() {
  const written = ledgerOfSamples();
  const world = await createWorld({
    slos: [
      quickSlo("a", { window: { kind: "rolling", lengthMs: 24 * HOUR_MS } }),
      quickSlo("others", { sli: { kind: "composite", rule: "all-of", members: [{ slo: "ghost", weight: 1 }] } }),
      quickSlo("all", {
        window: { kind: "rolling", lengthMs: 24 * HOUR_MS },
        sli: { kind: "composite", rule: "all-of", members: [{ slo: "a", weight: 1 }] },
      }),
    ],
    ports: { sources: { fake: written.source } },
  });
  const startMs = world.clock.nowMs();
  const pass = async (ms: number) => {
    world.clock.advance(ms);
    await world.collect();
    await world.engine.round();
  };
  const totals = () => ["a", "all"].map((id) => world.engine.slo(id)?.evaluation.budget.total);
  return { world, startMs, pass, totals, ...written };
}

describe("samples that come hours late", () => {
  it("fill the gap that they left, in their SLO and in what is made of it, and it is said", async () => {
    const { asked, pass, sayLate, startMs, totals, world, write } = await open();
    const all = (8 * HOUR_MS) / SLICE_MS;
    const missing = (slice: number) => slice >= 4 && slice < all - 240;
    for (let slice = 0; slice < all; slice += 1) if (!missing(slice)) write(startMs + slice * SLICE_MS, 9);
    for (let part = 0; part < 8; part += 1) await pass(HOUR_MS);
    const held = 10 * (all - (all - 244));
    expect(totals()).toEqual([held, held]);
    for (let slice = 4; slice < all - 240; slice += 1) write(startMs + slice * SLICE_MS, 9);
    sayLate(startMs + 4 * SLICE_MS + 1, "a");
    const before = asked.length;
    await pass(SLICE_MS);
    expect(totals()).toEqual([all * 10, all * 10]);
    // Once for what is new, and again in parts of six hours up to there.
    expect(
      asked.slice(before).map(({ fromMs, toMs }) => [(fromMs - startMs) / HOUR_MS, (toMs - startMs) / HOUR_MS]),
    ).toEqual([
      [8, 8 + SLICE_MS / HOUR_MS],
      [(4 * SLICE_MS) / HOUR_MS, 6 + (4 * SLICE_MS) / HOUR_MS],
      [6 + (4 * SLICE_MS) / HOUR_MS, 8],
    ]);
    const [health] = (await world.engine.health()).sources;
    expect(health?.setAside).toEqual([]);
    expect(health?.notes).toEqual([
      "a: 1440 slices from 2026-11-02T12:01:00.000Z on came late and were counted",
      "a: 236 slices from 2026-11-02T18:01:00.000Z on came late and were counted",
    ]);
  });

  it("change nothing that was counted, and are set aside visibly where they would", async () => {
    const { pass, rewrite, sayLate, startMs, totals, world, write } = await open();
    for (let slice = 0; slice < 240; slice += 1) write(startMs + slice * SLICE_MS, 9);
    await pass(HOUR_MS);
    rewrite(startMs + 7 * SLICE_MS, 3);
    sayLate(startMs - HOUR_MS, "a");
    await pass(SLICE_MS);
    expect(totals()).toEqual([2_400, 2_400]);
    expect(world.engine.slo("a")?.evaluation.budget.bad).toBe(240);
    const [health] = (await world.engine.health()).sources;
    expect(health?.setAside).toEqual([
      { reason: "came too late: from before what is counted", count: 1, example: "a before 2026-11-02T12:00:00.000Z" },
      {
        reason: "came after its slice was counted; what was counted stays",
        count: 1,
        example: "a at 2026-11-02T12:01:45.000Z: 3 good of 10, counted as 9 of 10",
      },
    ]);
    expect(health?.notes).toEqual([]);
  });

  it("are read again with the next read where the reading again failed", async () => {
    const { failAgain, pass, sayLate, startMs, totals, write } = await open();
    for (let slice = 0; slice < 240; slice += 1) if (slice !== 5) write(startMs + slice * SLICE_MS, 9);
    await pass(HOUR_MS);
    write(startMs + 5 * SLICE_MS, 9);
    sayLate(startMs + 5 * SLICE_MS, "a");
    failAgain(1);
    await pass(SLICE_MS);
    expect(totals()).toEqual([2_390, 2_390]);
    await pass(SLICE_MS);
    expect(totals()).toEqual([2_400, 2_400]);
  });
});
