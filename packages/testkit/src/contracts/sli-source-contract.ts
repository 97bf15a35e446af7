import type { Measurement, SliReading, SliRequest, SliSample, SliSource } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual, isEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** Events that happened in the outside world in one slice, [fromMs, toMs). */
export type ServedSlice = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly good: number;
  readonly total: number;
};

/** A source and the world that it looks at. */
export type SliSourceHarness = ClosableHarness & {
  readonly source: SliSource;
  /** One that this world can answer; its interval is a whole number of slices, at least eight. */
  readonly request: SliRequest;
  /** Makes the world healthy again, with exactly these slices to see; one that is left out was not observed by anybody. */
  serve(slices: readonly ServedSlice[]): Promise<void>;
  /** Makes the outside refuse: a status 500, a connection refused, a file that cannot be read. */
  fail?(): Promise<void>;
  /** Makes the outside accept and never answer. */
  hang?(): Promise<void>;
  /** Makes the outside answer something that is not an answer. */
  garble?(): Promise<void>;
  /** Whether this world can tell a slice without traffic from one that nobody observed; a probe cannot. */
  readonly measuresZero: boolean;
  /** How long an answer may take at most before a case calls it lost; default 20 s. */
  readonly patienceMs?: number;
};

/** The promises of an `SliSource`. */
export const sliSourceContract: PortContract<SliSourceHarness> = {
  port: "SliSource",
  cases: [
    {
      name: "gives the events that happened, to the event",
      async run(harness) {
        const slices = trafficOf(harness.request, [0, 1, 2, 3, 4, 5, 6, 7]);
        await harness.serve(slices);
        const samples = await readSamples(harness, harness.request);
        ensure(samples.length > 0, "eight slices were served, and the reading holds no sample");
        ensureEventsOf(samples, slices);
      },
    },
    {
      name: "gives samples in ascending order without overlap",
      async run(harness) {
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 3, 4, 5, 6, 7]));
        const samples = await readSamples(harness, harness.request);
        samples.forEach((sample, index) => {
          const before = samples[index - 1];
          if (before === undefined) return;
          ensure(sample.fromMs >= before.toMs, `sample ${index} starts at ${sample.fromMs}, before ${before.toMs}`);
        });
      },
    },
    {
      name: "gives nothing from outside the interval that was asked for",
      async run(harness) {
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 3, 4, 5, 6, 7]));
        const request = partOf(harness.request, 2, 6);
        for (const { fromMs, toMs } of await readSamples(harness, request)) {
          const inside = fromMs >= request.fromMs && toMs <= request.toMs;
          ensure(inside, `[${fromMs}, ${toMs}) is not inside [${request.fromMs}, ${request.toMs})`);
        }
      },
    },
    {
      name: "leaves time that nobody observed without a sample",
      async run(harness) {
        const { fromMs, sliceMs } = harness.request;
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 3]));
        for (const sample of await readSamples(harness, harness.request)) {
          ensure(
            sample.toMs <= fromMs + 4 * sliceMs,
            `nothing was observed after slice 4, and a sample reaches to ${sample.toMs}`,
          );
        }
      },
    },
    {
      name: "never invents a zero",
      async run(harness) {
        const { fromMs, sliceMs } = harness.request;
        // A source that counts by differences may cover slice 3 by a sample that also holds slice 4's events; a zero may not.
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 4, 5]));
        for (const sample of await readSamples(harness, harness.request)) {
          const events = totalOf(sample.measurement);
          const inHole = sample.fromMs >= fromMs + 3 * sliceMs && sample.toMs <= fromMs + 4 * sliceMs;
          ensure(
            events !== 0 && !inHole,
            `[${sample.fromMs}, ${sample.toMs}) says ${events} events; nobody measured that`,
          );
        }
      },
    },
    {
      name: "gives a measured zero where there was no traffic",
      cannotRun: (harness) => (harness.measuresZero ? undefined : "this source cannot observe the absence of traffic"),
      async run(harness) {
        const { fromMs, sliceMs } = harness.request;
        const [first, , third] = trafficOf(harness.request, [0, 1, 2]);
        const idle = { fromMs: fromMs + sliceMs, toMs: fromMs + 2 * sliceMs, good: 0, total: 0 };
        await harness.serve([first, idle, third].filter((slice) => slice !== undefined));
        const samples = await readSamples(harness, harness.request);
        const covered = samples.some((sample) => sample.fromMs < idle.toMs && sample.toMs > idle.fromMs);
        ensure(covered, "a slice was observed and had no events, and the reading leaves it as a gap");
      },
    },
    {
      name: "gives the same samples or a gap, never more, when an interval is read again",
      async run(harness) {
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 3, 4, 5, 6, 7]));
        const first = await readSamples(harness, harness.request);
        for (const sample of await readSamples(harness, harness.request)) {
          ensure(
            first.some((known) => isEqual(known, sample)),
            `[${sample.fromMs}, ${sample.toMs}) came only with the second reading of the same interval`,
          );
        }
      },
    },
    {
      name: "says a failure as a value that names the SLO",
      cannotRun: (harness) => (harness.fail === undefined ? "this world cannot refuse" : undefined),
      async run(harness) {
        await harness.fail?.();
        const reading = await read(harness, harness.request);
        ensure(reading.kind === "failed", "the world refused, and the reading does not say that it failed");
        const { sloId } = harness.request;
        ensure(reading.message.includes(sloId), `the message does not name ${sloId}: ${reading.message}`);
        ensure(reading.code !== "", "the failure has no code");
      },
    },
    {
      name: "reads again after a failure as if it had not been",
      cannotRun: (harness) => (harness.fail === undefined ? "this world cannot refuse" : undefined),
      async run(harness) {
        await harness.fail?.();
        await read(harness, partOf(harness.request, 0, 1));
        await harness.serve(trafficOf(harness.request, [0, 1, 2, 3, 4, 5, 6, 7]));
        const reading = await read(harness, harness.request);
        ensure(
          reading.kind === "read" && reading.samples.length > 0,
          "the world is healthy again, and nothing is read",
        );
      },
    },
    {
      name: "makes no sample of garbage, and says so",
      cannotRun: (harness) => (harness.garble === undefined ? "this world cannot answer garbage" : undefined),
      async run(harness) {
        await harness.garble?.();
        const reading = await read(harness, harness.request);
        if (reading.kind === "failed") return;
        ensureEqual(reading.samples, [], "samples made of garbage");
        ensure(reading.setAside.length + reading.notes.length > 0, "the garbage went by without a word");
      },
    },
    {
      name: "comes back without samples when the caller cancels while the world hangs",
      cannotRun: (harness) => (harness.hang === undefined ? "this world cannot hang" : undefined),
      async run(harness) {
        await harness.hang?.();
        const controller = new AbortController();
        const reading = read(harness, { ...harness.request, cancel: controller.signal });
        setTimeout(() => controller.abort(), 0);
        ensureNoSamples(await reading);
      },
    },
    {
      name: "comes back without samples when the caller had cancelled before",
      cannotRun: (harness) => (harness.hang === undefined ? "this world cannot hang" : undefined),
      async run(harness) {
        await harness.hang?.();
        ensureNoSamples(await read(harness, { ...harness.request, cancel: AbortSignal.abort() }));
      },
    },
    {
      name: "closes as often as it is asked to",
      async run({ source, patienceMs }) {
        await ensureComes("the first close", source.close?.() ?? Promise.resolve(), patienceMs);
        await ensureComes("the second close", source.close?.() ?? Promise.resolve(), patienceMs);
      },
    },
  ],
};

async function read(harness: SliSourceHarness, request: SliRequest): Promise<SliReading> {
  return ensureComes("a reading", harness.source.read(request), harness.patienceMs);
}

async function readSamples(harness: SliSourceHarness, request: SliRequest): Promise<readonly SliSample[]> {
  const reading = await read(harness, request);
  if (reading.kind === "failed") ensure(false, `the world is healthy, and the reading failed: ${reading.message}`);
  else return reading.samples;
  return [];
}

function ensureNoSamples(reading: SliReading): void {
  const samples = reading.kind === "read" ? reading.samples.length : 0;
  ensure(samples === 0, `the caller had cancelled, and got ${samples} samples`);
}

function partOf(request: SliRequest, fromSlice: number, toSlice: number): SliRequest {
  const { fromMs, sliceMs } = request;
  return { ...request, fromMs: fromMs + fromSlice * sliceMs, toMs: fromMs + toSlice * sliceMs };
}

// Every slice has another count, so that a slice left out, doubled or moved shows in the sum.
function trafficOf({ fromMs, sliceMs }: SliRequest, indexes: readonly number[]): ServedSlice[] {
  return indexes.map((index) => ({
    fromMs: fromMs + index * sliceMs,
    toMs: fromMs + (index + 1) * sliceMs,
    good: 2 ** index,
    total: 2 ** index + (index % 3),
  }));
}

function totalOf(measurement: Measurement): number | undefined {
  switch (measurement.kind) {
    case "counts":
      return measurement.total;
    case "durations":
      return measurement.durationsMs.length;
    case "histogram":
      return measurement.buckets.at(-1)?.count ?? 0;
    case "value":
      return undefined;
  }
}

function ensureEventsOf(samples: readonly SliSample[], slices: readonly ServedSlice[]): void {
  const totals = samples.map((sample) => totalOf(sample.measurement)).filter((total) => total !== undefined);
  if (totals.length < samples.length) return;
  ensureEqual(sum(totals), sum(slices.map((slice) => slice.total)), "events in all");
  const goods = samples.map(({ measurement }) => (measurement.kind === "counts" ? [measurement.good] : []));
  if (goods.some((good) => good.length === 0)) return;
  ensureEqual(sum(goods.flat()), sum(slices.map((slice) => slice.good)), "good events in all");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
