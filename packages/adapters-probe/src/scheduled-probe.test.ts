import type { SliRequest } from "@plimsoll/core";
import { describeContract, sliSourceContract } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { ManualTime } from "./manual-time.test-support.js";
import { hashRatio } from "./probe-plan.js";
import type { ProbeOutcome } from "./probe-outcome.js";
import { probeSampleEveryMs, probeSettingsSchema } from "./probe-query.js";
import { BackgroundProbeSource } from "./probe-source.js";
import type { ProbePlan } from "./scheduled-probe.js";

const SLICE_MS = 15_000;
const START_MS = 1_800_000_000_000; // a multiple of the slice
const GOOD: ProbeOutcome = { kind: "good", value: 5 };
const BAD: ProbeOutcome = { kind: "bad", reason: "the status is 500" };

function world(
  attempt: (signal: AbortSignal, number: number) => Promise<ProbeOutcome>,
  plan: Partial<ProbePlan> = {},
  maxInFlight = 32,
) {
  const time = new ManualTime(START_MS);
  let attempts = 0;
  const source = new BackgroundProbeSource({
    settings: probeSettingsSchema.parse({ maxInFlight }),
    clock: time,
    scheduler: time,
    plan: () => ({
      attempt: (signal) => attempt(signal, attempts++),
      everyMs: SLICE_MS,
      phaseMs: 3_000,
      timeoutMs: 5_000,
      retries: 0,
      retryAfterMs: 1_000,
      ...plan,
    }),
  });
  const requestOf = (slices: number, port = 80): SliRequest => ({
    sloId: "web-availability",
    sli: { kind: "probe", selector: { source: "probes", query: { probe: "tcp", host: "web", port } } },
    fromMs: START_MS,
    toMs: START_MS + slices * SLICE_MS,
    sliceMs: SLICE_MS,
  });
  const counts = async (slices: number, port = 80) => {
    const reading = await source.read(requestOf(slices, port));
    if (reading.kind === "failed") throw new Error(reading.message);
    const rows = reading.samples.map(({ fromMs, measurement }) => [
      (fromMs - START_MS) / SLICE_MS,
      ...(measurement.kind === "counts" ? [measurement.good, measurement.total] : []),
    ]);
    return { rows, watermark: (reading.watermarkMs - START_MS) / SLICE_MS, reading };
  };
  return { time, source, requestOf, counts, attempts: () => attempts };
}

describe("a probe on its schedule", () => {
  it("is one event in the slice in which it ended, from when it is first read", async () => {
    const { time, counts } = world(() => Promise.resolve(GOOD));
    expect((await counts(4)).rows).toEqual([]);
    await time.advance(4 * SLICE_MS);
    expect(await counts(4)).toMatchObject({
      rows: [
        [0, 1, 1],
        [1, 1, 1],
        [2, 1, 1],
        [3, 1, 1],
      ],
      watermark: 4,
    });
  });

  it("gives only slices that are over", async () => {
    const { time, counts } = world(() => Promise.resolve(GOOD));
    await counts(4);
    await time.advance(1.5 * SLICE_MS);
    expect(await counts(4)).toMatchObject({ rows: [[0, 1, 1]], watermark: 1 });
  });

  it("speaks for the time since the attempt before it, so that a slice in which none was due is not idle", async () => {
    const { time, source, requestOf } = world(() => Promise.resolve(BAD), { everyMs: 3 * SLICE_MS });
    const spans = async (fromSlice: number) => {
      const request = requestOf(20);
      const reading = await source.read({ ...request, fromMs: START_MS + fromSlice * SLICE_MS });
      if (reading.kind === "failed") throw new Error(reading.message);
      return {
        spans: reading.samples.map(({ fromMs, toMs, measurement }) => [
          (fromMs - START_MS) / SLICE_MS,
          (toMs - START_MS) / SLICE_MS,
          measurement.kind === "counts" ? measurement.total : undefined,
        ]),
        watermark: (reading.watermarkMs - START_MS) / SLICE_MS,
      };
    };
    await spans(0);
    await time.advance(5.5 * SLICE_MS);
    expect(await spans(0)).toEqual({
      spans: [
        [0, 1, 1],
        [1, 4, 1],
      ],
      watermark: 4,
    });
    // What comes after waits for the next attempt, and is then measured by it, also where a reading begins in between.
    expect(await spans(4)).toEqual({ spans: [], watermark: 4 });
    await time.advance(1.5 * SLICE_MS);
    expect(await spans(4)).toEqual({ spans: [[4, 7, 1]], watermark: 7 });
    expect(await spans(5)).toEqual({ spans: [[5, 7, 1]], watermark: 7 });
  });

  it("reaches back no further than its interval at first, and never over what could not be probed", async () => {
    const { time, source, requestOf } = world(
      (_, number) => Promise.resolve(number === 1 ? { kind: "unable", reason: "EMFILE" } : GOOD),
      { everyMs: 3 * SLICE_MS },
    );
    const early = { ...requestOf(20), fromMs: START_MS - 10 * SLICE_MS };
    await source.read(early);
    await time.advance(9 * SLICE_MS);
    const reading = await source.read(early);
    const spans = (reading.kind === "read" ? reading.samples : []).map(({ fromMs, toMs }) => [
      (fromMs - START_MS) / SLICE_MS,
      (toMs - START_MS) / SLICE_MS,
    ]);
    // The attempt in slice 3 could not be made.
    expect(spans).toEqual([
      [-2, 1],
      [4, 7],
    ]);
  });

  it("is waited for by the watermark no longer than an attempt that could not be made says", async () => {
    const { time, counts } = world(() => Promise.resolve({ kind: "unable", reason: "EMFILE" }));
    expect((await counts(4)).watermark).toBe(0);
    await time.advance(2.5 * SLICE_MS);
    expect(await counts(4)).toMatchObject({ rows: [], watermark: 2 });
  });

  it("counts a failed attempt and its retry as events of their own", async () => {
    const { time, counts } = world((_, number) => Promise.resolve(number === 0 ? BAD : GOOD), { retries: 2 });
    await counts(1);
    await time.advance(SLICE_MS);
    const { rows, reading } = await counts(1);
    expect(rows).toEqual([[0, 1, 2]]);
    expect(reading).toMatchObject({ notes: [] });
  });

  it("says why it fails, once", async () => {
    const { time, counts } = world(() => Promise.resolve(BAD));
    await counts(2);
    await time.advance(SLICE_MS);
    expect((await counts(2)).reading).toMatchObject({ notes: ["the probe fails: the status is 500"] });
    await time.advance(SLICE_MS);
    expect((await counts(2)).reading).toMatchObject({ notes: [] });
  });

  it("fails when there is no result in time, and tells the attempt to stop", async () => {
    let stopped = false;
    const { time, counts } = world(
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            stopped = true;
            resolve(GOOD);
          });
        }),
    );
    await counts(1);
    await time.advance(SLICE_MS);
    expect((await counts(1)).rows).toEqual([[0, 0, 1]]);
    expect(stopped).toBe(true);
  });

  it("is not tried again while an attempt hangs that does not stop, and stays bad", async () => {
    const { time, counts, attempts } = world(() => new Promise(() => {}));
    await counts(3);
    await time.advance(3 * SLICE_MS);
    expect((await counts(3)).rows).toEqual([
      [0, 0, 1],
      [1, 0, 1],
      [2, 0, 1],
    ]);
    expect(attempts()).toBe(1);
  });

  it("never runs twice at once", async () => {
    let running = 0;
    let most = 0;
    const { time, counts } = world(
      () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise((resolve) =>
          time.after(40_000, () => {
            running -= 1;
            resolve(GOOD);
          }),
        );
      },
      { timeoutMs: 50_000 },
    );
    await counts(1);
    await time.advance(20 * SLICE_MS);
    expect(most).toBe(1);
  });

  it("runs at most so many at once; one that waits long is a gap, not a failure", async () => {
    let running = 0;
    let most = 0;
    const { time, counts } = world(
      () => {
        running += 1;
        most = Math.max(most, running);
        return new Promise((resolve) =>
          time.after(14_000, () => {
            running -= 1;
            resolve(GOOD);
          }),
        );
      },
      { timeoutMs: 20_000, everyMs: 60_000 },
      1,
    );
    for (const port of [1, 2, 3]) await counts(1, port);
    await time.advance(10 * SLICE_MS);
    expect(most).toBe(1);
    const { rows, reading } = await counts(10, 3);
    expect(rows.every(([, good, total]) => good === total)).toBe(true);
    expect(JSON.stringify(reading)).toContain("raise `maxInFlight`");
  });

  it("leaves a gap where the prober itself could not probe", async () => {
    const { time, counts } = world((_, number) =>
      Promise.resolve(number === 1 ? { kind: "unable", reason: "EMFILE" } : GOOD),
    );
    await counts(3);
    await time.advance(3 * SLICE_MS);
    const { rows, reading } = await counts(3);
    expect(rows).toEqual([
      [0, 1, 1],
      [2, 1, 1],
    ]);
    expect(reading).toMatchObject({ setAside: [{ count: 1, example: "EMFILE" }] });
  });

  it("leaves a gap where the prober stood still, and blames nobody for what was cut off", async () => {
    const { time, counts } = world((signal, number) =>
      number === 1
        ? new Promise((resolve) => signal.addEventListener("abort", () => resolve(BAD)))
        : Promise.resolve(GOOD),
    );
    await counts(8);
    await time.advance(SLICE_MS + 4_000); // the second attempt has begun
    await time.sleep(4 * SLICE_MS);
    await time.advance(3 * SLICE_MS);
    const { rows } = await counts(8);
    expect(rows.filter(([, good, total]) => good !== total)).toEqual([]);
    expect(rows.map(([slice]) => slice)).toEqual([0, 5, 6, 7]);
  });

  it("spreads probes over the interval, each always at its own place", () => {
    const places = Array.from({ length: 1_000 }, (_, index) => hashRatio(`probe-${index}`));
    expect(places).toEqual(Array.from({ length: 1_000 }, (_, index) => hashRatio(`probe-${index}`)));
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => places.filter((place) => Math.floor(place * 10) === tenth).length,
    );
    expect(Math.min(...perTenth)).toBeGreaterThan(60);
    expect(Math.max(...perTenth)).toBeLessThan(140);
  });

  it("says how often it has a result: as its query says, else its source, else every 15 s", () => {
    expect(probeSampleEveryMs({ every: "1m" }, { probe: "tcp", every: "5m" })).toBe(300_000);
    expect(probeSampleEveryMs({ every: "1m" }, { probe: "tcp" })).toBe(60_000);
    expect(probeSampleEveryMs({ every: "1m" }, { probe: "tcp", every: "often" })).toBe(60_000);
    expect(probeSampleEveryMs({}, {})).toBe(15_000);
  });

  it("stops when the source is closed", async () => {
    const { time, source, counts, requestOf, attempts } = world(() => Promise.resolve(GOOD));
    await counts(1);
    await source.close();
    await time.advance(10 * SLICE_MS);
    expect(attempts()).toBe(0);
    expect(await source.read(requestOf(1))).toMatchObject({ kind: "failed", code: "closed" });
  });

  it("stops when nobody has read it for long", async () => {
    const { time, counts, attempts } = world(() => Promise.resolve(GOOD), { everyMs: 600_000 });
    await counts(1, 1);
    for (let hour = 0; hour < 6; hour++) {
      await time.advance(3_600_000);
      await counts(1, 2);
    }
    const before = attempts();
    await time.advance(3_600_000);
    expect(attempts() - before).toBe(6);
  });

  it("measures latency against the SLI's threshold, and values for time slices", async () => {
    const { time, source, requestOf } = world((_, number) =>
      Promise.resolve({ kind: "good", value: number === 0 ? 100 : 300 }),
    );
    const { selector } = requestOf(2).sli;
    await source.read(requestOf(2));
    await time.advance(2 * SLICE_MS);
    const latency = await source.read({ ...requestOf(2), sli: { kind: "latency", selector, thresholdMs: 200 } });
    expect(latency).toMatchObject({
      samples: [{ measurement: { good: 1, total: 1 } }, { measurement: { good: 0, total: 1 } }],
    });
    const value = await source.read({
      ...requestOf(2),
      sli: { kind: "time-slices", selector, goodWhen: { of: "value", operator: "<", limit: 1 } },
    });
    expect(value).toMatchObject({
      samples: [{ measurement: { kind: "value", value: 100 } }, { measurement: { value: 300 } }],
    });
  });

  it.each([
    [{ probe: "icmp" }, "Expected `probe` to be http, tcp, tls, dns, disk or process."],
    [{ probe: "tcp", host: "a", port: 0 }, "port: "],
    [{ probe: "http", url: "ftp://x" }, "url: Expected an address of http or https"],
    [{ probe: "http", url: "http://x", status: ["299-200"] }, "The range runs backwards."],
    [{ probe: "http", url: "http://x", bodyMatches: "(" }, "bodyMatches: It is not a regular expression"],
    [{ probe: "http", url: "http://x", every: "15" }, "every: Expected a duration such as `15s`"],
    [{ probe: "dns", name: "a", resolver: "dns.example" }, "resolver: Expected an address such as `192.0.2.53`"],
    [{ probe: "process" }, "Expected either `name` or `pidFile`."],
    [{ probe: "disk", path: "/", maxUsedRatio: 80 }, "write 0.8 for 80 %"],
  ])("refuses a query that means nothing and names the SLO: %j", async (query, words) => {
    const { source, requestOf } = world(() => Promise.resolve(GOOD));
    const request = requestOf(1);
    const reading = await source.read({ ...request, sli: { kind: "probe", selector: { source: "probes", query } } });
    expect(reading).toMatchObject({
      kind: "failed",
      code: "bad-query",
      retryable: false,
      message: expect.stringContaining("SLO web-availability: "),
    });
    expect(reading).toMatchObject({ message: expect.stringContaining(words) });
  });
});

describeContract({ describe, it }, sliSourceContract, () => {
  const { time, source, requestOf } = world(() => Promise.resolve(GOOD), { everyMs: 3_600_000, phaseMs: 1_800_000 });
  const request = requestOf(8);
  return {
    source,
    request,
    measuresZero: false,
    async serve(slices) {
      const history = source.historyOf(request.sli);
      let beforeMs: number = request.fromMs;
      for (const { fromMs, toMs, good, total } of slices) {
        if (fromMs > beforeMs) history?.recordGap(beforeMs, fromMs - 1, "nobody probed");
        for (let event = 0; event < total; event++)
          history?.record({ atMs: fromMs + 1, isGood: event < good, value: 1 });
        beforeMs = toMs;
      }
      await time.advance(beforeMs - request.fromMs);
    },
    close: () => source.close(),
  };
});
