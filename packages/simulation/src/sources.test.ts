import type { SliReading, SliRequest, SliSource } from "@plimsoll/core";
import { createFakeSliSource } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, simpleSlo, SLICE_MS } from "./world.js";

const healthy = (slices: number) => Array.from({ length: slices }, () => ({ bad: 0, total: 100 }));
const failing = (slices: number) => Array.from({ length: slices }, () => ({ bad: 50, total: 100 }));
const from = (source: string) => ({ kind: "events", selector: { source, query: {} } }) as const;

/** Answers each request by a function, as no real source should. */
const rogue = (read: (request: SliRequest) => SliReading): SliSource => ({ read: async (request) => read(request) });
const reading = (part: Partial<Extract<SliReading, { kind: "read" }>>): SliReading => ({
  kind: "read",
  samples: [],
  watermarkMs: 0,
  setAside: [],
  notes: [],
  ...part,
});

describe("a script that writes once a minute where slices are 15 s", () => {
  /** One sample a minute, of the minute that ended: final up to there, until it stops. */
  const minutely = (startMs: number, stopsAtMs: number): SliSource =>
    rogue(({ fromMs, toMs }) => {
      const endMs = Math.floor(Math.min(toMs, stopsAtMs) / 60_000) * 60_000;
      const samples = [];
      for (let atMs = Math.ceil(fromMs / 60_000) * 60_000; atMs < endMs; atMs += 60_000) {
        if (atMs < startMs) continue;
        samples.push({
          fromMs: atMs,
          toMs: atMs + 60_000,
          measurement: { kind: "counts", good: 100, total: 100 },
        } as const);
      }
      return reading({ samples, watermarkMs: Math.max(fromMs, endMs) });
    });

  it("neither freezes nor flaps, and freezes once it has really stopped", async () => {
    const startMs = Date.parse("2026-11-02T12:00:00.000Z");
    const hourMs = 3_600_000;
    const world = await createWorld({
      slos: [simpleSlo("a", { sampleEveryMs: 60_000, sli: from("script") })],
      ports: { sources: { script: minutely(startMs, startMs + hourMs) } },
    });
    const seen = new Set<string>();
    await world.slices(5);
    while (world.clock.nowMs() <= startMs + hourMs + 180_000) {
      const standing = world.engine.slo("a");
      seen.add(
        `${standing?.evaluation.verdict.kind} ${standing?.alerts.dataLoss.status} ${standing?.alerts.burn.status}`,
      );
      await world.slice();
    }
    expect([...seen]).toEqual(["healthy quiet quiet"]);
    expect(world.clock.nowMs()).toBe(startMs + hourMs + 195_000);
    expect(world.engine.slo("a")?.evaluation.verdict).toMatchObject({
      kind: "frozen",
      reasons: [{ kind: "watermark", behindMs: 195_000, allowedMs: 180_000 }],
    });
    expect(world.engine.slo("a")?.alerts.dataLoss.status).toBe("firing");
  });

  it("holds a composite up no less than itself", async () => {
    const startMs = Date.parse("2026-11-02T12:00:00.000Z");
    const world = await createWorld({
      slos: [
        simpleSlo("a", { sampleEveryMs: 60_000, sli: from("script") }),
        simpleSlo("all", { sli: { kind: "composite", rule: "all-of", members: [{ slo: "a", weight: 1 }] } }),
      ],
      ports: { sources: { script: minutely(startMs, Infinity) } },
    });
    await world.slices(6);
    const seen = new Set<string | undefined>();
    for (let slice = 0; slice < 30; slice += 1) {
      await world.slice();
      seen.add(world.engine.slo("all")?.evaluation.verdict.kind);
    }
    expect([...seen]).toEqual(["healthy"]);
  });
});

describe("a source in trouble", () => {
  it("freezes its own SLO when it fails, raises a data-loss ticket, and others go on", async () => {
    const [good, broken] = [createFakeSliSource(), createFakeSliSource()];
    const world = await createWorld({
      slos: [quickSlo("good", { sli: from("good") }), quickSlo("broken", { sli: from("broken") })],
      ports: { sources: { good, broken } },
    });
    const nowMs = world.clock.nowMs();
    const samples = [...healthy(8), ...failing(30)].map(({ bad, total }, index) => ({
      fromMs: nowMs + index * SLICE_MS,
      toMs: nowMs + (index + 1) * SLICE_MS,
      measurement: { kind: "counts" as const, good: total - bad, total },
    }));
    good.serve("good", samples);
    broken.serve("broken", samples);
    await world.slices(6);
    broken.fail();
    await world.slices(8);
    expect(world.engine.slo("good")?.alerts.burn).toMatchObject({ status: "firing", tier: "page" });
    // It burns as well, but nobody knows: missing data never fires.
    expect(world.engine.slo("broken")?.evaluation.verdict.kind).toBe("frozen");
    expect(world.engine.slo("broken")?.alerts).toMatchObject({
      burn: { status: "quiet" },
      dataLoss: { status: "firing", tier: "ticket" },
    });
    expect((await world.engine.health()).sources).toMatchObject([
      { name: "good", state: "ok" },
      { name: "broken", state: "failing", lastError: "broken: the fake source was told to fail" },
    ]);
    broken.heal();
    await world.slices(1);
    expect(world.engine.slo("broken")?.alerts.burn).toMatchObject({ status: "firing", tier: "page" });
    expect(world.engine.slo("broken")?.evaluation.budget).toEqual(world.engine.slo("good")?.evaluation.budget);
  });

  it("says why with what is missing, in the SLO's reasons and in its ticket, until it answers again", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    for (const id of ["a", "b"]) world.serve(id, healthy(20));
    await world.slices(6);
    const { read } = world.source;
    const source = world.source as { read: SliSource["read"] };
    source.read = async (request) =>
      request.sloId === "a"
        ? { kind: "failed", code: "no-series", message: "SLO a: no series matches `hits`", retryable: true }
        : read(request);
    await world.slices(1);
    // It fails, and nothing is missing yet.
    expect(world.engine.slo("a")?.evaluation.verdict.kind).toBe("healthy");
    await world.slices(3);
    const words =
      "the newest data are 1 min old, 45 s are allowed, and source fake failed (no-series): SLO a: no series matches `hits`";
    expect(world.engine.slo("a")?.explanation.text).toContain(words);
    const [ticket] = await world.ports.events.read("alert/a/data-loss");
    expect(ticket?.data).toMatchObject({ explanation: `a is missing data: ${words}` });
    // Another SLO of the same source that works does not hide it.
    expect((await world.engine.health()).sources).toMatchObject([
      { state: "failing", lastError: "SLO a: no series matches `hits`", lastReadMs: world.clock.nowMs() },
    ]);
    source.read = read;
    await world.slices(2);
    expect(world.engine.slo("a")?.evaluation.verdict).toEqual({ kind: "healthy" });
    const [health] = (await world.engine.health()).sources;
    expect([health?.state, health?.lastError]).toEqual(["ok", undefined]);
  });

  it("is failing as long as one of its SLOs is, and tells the newest failure of those", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b")] });
    const failing = new Set(["a", "b"]);
    const { read } = world.source;
    (world.source as { read: SliSource["read"] }).read = async (request) =>
      failing.has(request.sloId)
        ? { kind: "failed", code: "away", message: `${request.sloId}: away`, retryable: true }
        : read(request);
    const told = async () => {
      const [health] = (await world.engine.health()).sources;
      return [health?.state, health?.lastError];
    };
    expect(await told()).toEqual(["starting", undefined]);
    world.clock.advance(SLICE_MS);
    await world.engine.collect("a");
    await world.engine.collect("b");
    expect(await told()).toEqual(["failing", "b: away"]);
    await world.engine.collect("a");
    expect(await told()).toEqual(["failing", "a: away"]);
    failing.delete("a");
    await world.engine.collect("a");
    expect(await told()).toEqual(["failing", "b: away"]);
    failing.delete("b");
    await world.engine.collect("b");
    expect(await told()).toEqual(["ok", undefined]);
  });

  it("never resolves what fires by falling silent", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...healthy(6), ...failing(6)]);
    await world.slices(12);
    expect(world.engine.slo("a")?.alerts.burn.status).toBe("firing");
    world.source.fail();
    await world.slices(40);
    expect(world.engine.slo("a")?.alerts).toMatchObject({
      burn: { status: "firing", frozen: true },
      dataLoss: { status: "firing" },
    });
    expect(world.engine.incidents().filter(({ status }) => status === "declared")).toHaveLength(2);
  });

  it("holds up nobody while it hangs, and is read from where it stopped", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b", { sli: from("slow") })] });
    world.serve("a", failing(12));
    const listeners: (() => void)[] = [];
    const cancel = {
      aborted: false,
      addEventListener: (_: "abort", listener: () => void) => void listeners.push(listener),
      removeEventListener: () => undefined,
    };
    await world.slices(3);
    world.source.hang();
    world.clock.advance(SLICE_MS);
    const hanging = world.engine.collect("a", cancel);
    await world.engine.round();
    for (const listener of listeners) listener();
    expect(await hanging).toMatchObject({ kind: "failed", code: "cancelled" });
    world.source.heal();
    await world.slices(4);
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 8 * 50, total: 8 * 100 });
  });

  it("that nobody configured is a lasting failure of its SLO alone", async () => {
    const world = await createWorld({ slos: [quickSlo("a"), quickSlo("b", { sli: from("nowhere") })] });
    world.serve("a", healthy(6));
    await world.slices(6);
    expect(await world.engine.collect("b")).toEqual({
      kind: "failed",
      code: "unknown-source",
      message: "b: there is no source named nowhere",
      retryable: false,
    });
    expect(world.engine.slo("b")?.evaluation.verdict).toMatchObject({
      kind: "no-data",
      reasons: expect.arrayContaining([expect.objectContaining({ kind: "source", code: "unknown-source" })]),
    });
    expect(world.engine.slo("a")?.evaluation.verdict.kind).toBe("healthy");
  });

  it("may have the name of what every object inherits, and is missed like any other where it has not", async () => {
    const world = await createWorld({
      slos: [quickSlo("a", { sli: from("constructor") }), quickSlo("b", { sli: from("toString") })],
    });
    world.clock.advance(SLICE_MS);
    expect(await world.collect()).toMatchObject([
      { kind: "failed", code: "unknown-source" },
      { kind: "failed", code: "unknown-source" },
    ]);
    const known = createFakeSliSource();
    const other = await createWorld({
      slos: [quickSlo("a", { sli: from("constructor") })],
      ports: { sources: { constructor: known } },
    });
    other.clock.advance(SLICE_MS);
    expect(await other.collect()).toMatchObject([{ kind: "read" }]);
  });

  it("that throws costs its own SLO only, and says what it threw", async () => {
    const sources = {
      error: rogue(() => {
        throw new Error("a bug");
      }),
      text: rogue(() => {
        // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- a source may throw anything
        throw "words";
      }),
    };
    const world = await createWorld({
      slos: [quickSlo("a", { sli: from("error") }), quickSlo("b", { sli: from("text") })],
      ports: { sources },
    });
    world.clock.advance(SLICE_MS);
    expect(await world.collect()).toMatchObject([
      { kind: "failed", code: "source-threw", message: "a: its source threw: a bug", retryable: true },
      { kind: "failed", message: "b: its source threw: words" },
    ]);
  });

  it("that returns samples outside the interval, or no numbers, or too many events, has them set aside", async () => {
    const counts = (good: number, total: number) => ({ kind: "counts", good, total }) as const;
    const sources = {
      rogue: rogue(({ fromMs, toMs }) =>
        reading({
          watermarkMs: toMs + 10 * SLICE_MS,
          notes: ["a series began"],
          samples: [
            { fromMs: fromMs - SLICE_MS, toMs: fromMs, measurement: counts(1, 1) },
            { fromMs, toMs, measurement: counts(99, 100) },
            { fromMs: toMs, toMs: toMs + SLICE_MS, measurement: counts(0, 1000) },
            { fromMs: Number.NaN, toMs, measurement: counts(0, 1000) },
            { fromMs: toMs, toMs, measurement: counts(0, 1000) },
          ],
        }),
      ),
      huge: rogue(({ fromMs, toMs }) =>
        reading({ watermarkMs: toMs, samples: [{ fromMs, toMs, measurement: counts(1, 1e17) }] }),
      ),
      timeless: rogue(() => reading({ watermarkMs: Number.NaN })),
    };
    const world = await createWorld({
      slos: [
        quickSlo("a", { sli: from("rogue") }),
        quickSlo("b", { sli: from("huge") }),
        quickSlo("c", { sli: from("timeless") }),
      ],
      ports: { sources },
    });
    world.clock.advance(SLICE_MS);
    expect(await world.collect()).toMatchObject([
      { kind: "read", slices: 1, watermarkMs: world.clock.nowMs() },
      { kind: "read", slices: 0 },
      { kind: "failed", code: "source-threw", message: "c: its source threw: its watermark is NaN" },
    ]);
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 1, total: 100 });
    expect((await world.engine.health()).sources).toMatchObject([
      {
        name: "rogue",
        state: "ok",
        lastReadMs: world.clock.nowMs(),
        notes: ["a: a series began"],
        setAside: [{ reason: "outside the interval that was asked for", count: 4 }],
      },
      { name: "huge", setAside: [{ reason: "more than 68719476736 events in one slice", count: 1 }] },
      { name: "timeless", state: "failing" },
    ]);
    // What was set aside bricks nothing: the engine opens again.
    await world.crash();
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 1, total: 100 });
  });

  it("that is read twice at once counts once", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", failing(2));
    world.clock.advance(2 * SLICE_MS);
    await Promise.all([world.collect(), world.collect(), world.engine.round()]);
    await Promise.all([world.engine.round(), world.engine.round()]);
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 100, total: 200 });
  });
});

describe("the past", () => {
  it("is read from the watermark on after a pause of hours, and nothing is asked of a stale instant meanwhile", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", healthy(4));
    await world.slices(4);
    const slicesOfHours = (9 * 3_600_000) / SLICE_MS;
    world.serve("a", failing(slicesOfHours));
    world.clock.advance(9 * 3_600_000);
    await world.collect();
    // Before the round after the pause, too.
    expect(world.engine.slo("a")?.evaluation.budget.bad).toBe(240 * 50);
    await world.engine.round();
    expect(world.source.requests.slice(-2).map(({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000)).toEqual([6, 3]);
    expect(world.engine.slo("a")?.evaluation).toMatchObject({
      budget: { bad: 240 * 50, total: 240 * 100 },
      coverageRatio: 1,
    });
    expect(world.engine.slo("a")?.alerts.burn).toMatchObject({ status: "firing", tier: "page" });
  });

  it("is read as far as a source is told to, and stops where the source is not final yet", async () => {
    const dayMs = 86_400_000;
    const world = await createWorld({
      slos: [quickSlo("a", { window: { kind: "rolling", lengthMs: 30 * dayMs } })],
      settings: { sliceMs: 300_000, reading: { fake: { backfillMs: 30 * dayMs, latenessMs: 0 } } },
    });
    const nowMs = world.clock.nowMs();
    const samples = Array.from({ length: 30 * 288 }, (_, index) => {
      const fromMs = nowMs - 30 * dayMs + index * 300_000;
      return { fromMs, toMs: fromMs + 300_000, measurement: { kind: "counts" as const, good: 9, total: 10 } };
    });
    world.source.serve("a", samples);
    world.source.setWatermark(nowMs - 450_000);
    expect(await world.collect()).toMatchObject([{ kind: "read", slices: 30 * 288 - 2, watermarkMs: nowMs - 600_000 }]);
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation).toMatchObject({
      budget: { total: (30 * 288 - 2) * 10 },
      coverageRatio: 1,
    });
    expect(world.engine.slo("a")?.birthMs).toBe(nowMs - 30 * dayMs);
    world.source.setWatermark(nowMs);
    await world.collect();
    await world.engine.round();
    expect(world.engine.slo("a")?.evaluation.budget).toMatchObject({ bad: 30 * 288, total: 30 * 288 * 10 });
  });
});
