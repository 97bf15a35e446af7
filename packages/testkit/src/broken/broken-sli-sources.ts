import type { SliReading, SliRequest, SliSample } from "@plimsoll/core";

import type { SliSourceHarness } from "../contracts/sli-source-contract.js";
import { createFakeSliSource, type FakeSliSource } from "../fakes/fake-sli-source.js";
import type { Broken } from "./broken.js";

const SLICE_MS = 15_000;
const FROM_MS = 1_700_000_010_000;
const REQUEST: SliRequest = {
  sloId: "payments-availability",
  sli: { kind: "events", selector: { source: "fake", query: {} } },
  fromMs: FROM_MS,
  toMs: FROM_MS + 8 * SLICE_MS,
  sliceMs: SLICE_MS,
};

type Read = (request: SliRequest) => Promise<SliReading>;

/** The fake source with one thing wrong in its reading. */
export const brokenSliSources: Broken<SliSourceHarness> = {
  right: () => sourceThat((read) => read),
  flawed: {
    "gives the events that happened, to the event": () =>
      sourceThat(
        overSamples((samples) => samples.map((sample, index) => (index === 7 ? withCounts(sample, 1) : sample))),
      ),
    "gives samples in ascending order without overlap": () =>
      sourceThat(overSamples((samples) => samples.toReversed())),
    "gives nothing from outside the interval that was asked for": () =>
      sourceThat((read) => (request) => read({ ...request, toMs: request.toMs + SLICE_MS })),
    "leaves time that nobody observed without a sample": () =>
      sourceThat(
        overSamples((samples) =>
          // Carries the last value forward where there is one to carry; not over a hole in the middle.
          samples.length !== 4 || samples[0]?.fromMs !== FROM_MS
            ? samples
            : [...samples, ...samples.slice(-1).map((sample) => moved(sample, SLICE_MS))],
        ),
      ),
    "never invents a zero": () =>
      sourceThat(
        overSamples((samples) =>
          samples.flatMap((sample, index) => {
            const before = samples[index - 1];
            if (before === undefined || before.toMs >= sample.fromMs) return [sample];
            return [{ ...withCounts(sample, 0), fromMs: before.toMs, toMs: sample.fromMs }, sample];
          }),
        ),
      ),
    "gives a measured zero where there was no traffic": () =>
      sourceThat(
        overSamples((samples) =>
          samples.filter(({ measurement }) => measurement.kind !== "counts" || measurement.total > 0),
        ),
      ),
    "gives the same samples or a gap, never more, when an interval is read again": () => {
      let readings = 0;
      return sourceThat(
        overSamples((samples) => {
          readings += 1;
          return readings === 1 ? samples : samples.map((sample) => withCounts(sample, 1_000));
        }),
      );
    },
    "says a failure as a value that names the SLO": () =>
      sourceThat((read) => async (request) => {
        const reading = await read(request);
        return reading.kind === "failed" ? { ...reading, message: "it failed" } : reading;
      }),
    "reads again after a failure as if it had not been": () => {
      let failure: SliReading | undefined;
      return sourceThat(
        (read) => async (request) => (failure ??= remember(await read(request), (found) => (failure = found))),
      );
    },
    "makes no sample of garbage, and says so": () =>
      sourceThat((read) => async (request) => {
        const reading = await read(request);
        return reading.kind === "read" ? { ...reading, setAside: [] } : reading;
      }),
    "comes back without samples when the caller cancels while the world hangs": () =>
      sourceThat((read) => async (request) => {
        if (request.cancel?.aborted === true) return read(request);
        const { cancel: _ignored, ...deaf } = request;
        return read(request.cancel === undefined ? request : deaf);
      }),
    "comes back without samples when the caller had cancelled before": () =>
      sourceThat((read) => async (request) => {
        const { cancel, ...rest } = request;
        return read(cancel?.aborted === true ? rest : request);
      }),
    "closes as often as it is asked to": () => {
      const harness = sourceThat((read) => read);
      let closed = false;
      const close = async (): Promise<void> => {
        if (closed) throw new Error("closed already");
        closed = true;
      };
      return { ...harness, source: { ...harness.source, close } };
    },
  },
};

function sourceThat(change: (read: Read) => Read): SliSourceHarness {
  const world: FakeSliSource = createFakeSliSource();
  return {
    source: { read: change((request) => world.read(request)), close: () => world.close() },
    request: REQUEST,
    measuresZero: true,
    patienceMs: 50,
    async serve(slices) {
      world.heal();
      const samples = slices.map(({ fromMs, toMs, good, total }): SliSample => ({
        fromMs,
        toMs,
        measurement: { kind: "counts", good, total },
      }));
      world.serve(REQUEST.sloId, samples);
    },
    fail: async () => world.fail(),
    hang: async () => world.hang(),
    garble: async () => world.serveSetAside(REQUEST.sloId, [{ reason: "not a number", count: 1, example: "<html>" }]),
  };
}

function overSamples(change: (samples: readonly SliSample[]) => readonly SliSample[]): (read: Read) => Read {
  return (read) => async (request) => {
    const reading = await read(request);
    return reading.kind === "read" ? { ...reading, samples: change(reading.samples) } : reading;
  };
}

function withCounts(sample: SliSample, total: number): SliSample {
  return { ...sample, measurement: { kind: "counts", good: total, total } };
}

function moved(sample: SliSample, byMs: number): SliSample {
  return { ...sample, fromMs: sample.fromMs + byMs, toMs: sample.toMs + byMs };
}

// Keeps a failure for ever once it has seen one.
function remember(reading: SliReading, keep: (failure: SliReading) => void): SliReading {
  if (reading.kind === "failed") keep(reading);
  return reading;
}
