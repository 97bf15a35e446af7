import type { MeasuredSample, SampleSetAside, SliceEvents } from "./measurement.js";
import { readSample, type SampleReading } from "./read-sample.js";
import type { Sli, SliceCondition } from "./sli.js";

/** What a slice's samples came down to. */
export type SliceMeasurement = {
  /** Undefined where no sample could be used: a gap, which is neither good nor bad. */
  readonly events: SliceEvents | undefined;
  readonly setAside: readonly SampleSetAside[];
  /** Things worth saying once, such as a threshold that lies inside a histogram bucket. */
  readonly notes: readonly string[];
};

/**
 * Brings the samples of one slice down to good and total events. What is no sane sample (good over total, negative, not
 * finite, of a form that the SLI does not take) is set aside with its reason; the rest counts. `slices` is how many
 * slices the samples span, for a source that is slower than the slice.
 */
export function measureSlice(
  sli: Exclude<Sli, { readonly kind: "composite" }>,
  samples: readonly MeasuredSample[],
  slices = 1,
): SliceMeasurement {
  const readings = samples.map((sample) => readSample(sli, sample.measurement));
  const usable = readings
    .filter((reading) => reading.use !== undefined)
    .map(({ use }) => use as NonNullable<SampleReading["use"]>);
  return {
    events: usable.length === 0 ? undefined : eventsOf(sli, { usable, slices }),
    setAside: gather(readings.flatMap(({ refused }) => refused)),
    notes: [...new Set(readings.flatMap(({ note }) => (note === undefined ? [] : [note])))],
  };
}

type Usable = { readonly usable: readonly NonNullable<SampleReading["use"]>[]; readonly slices: number };

function eventsOf(sli: Exclude<Sli, { readonly kind: "composite" }>, { usable, slices }: Usable): SliceEvents {
  let good = 0;
  let total = 0;
  let values = 0;
  for (const use of usable) {
    good += use.good;
    total += use.total;
    values += use.value;
  }
  if (sli.kind !== "time-slices") return { good, total };
  if (sli.goodWhen.of === "ratio") {
    // Nothing happened: there is no ratio to be good or bad by, and nothing is spent.
    if (total === 0) return { good: 0, total: 0 };
    return judge(sli.goodWhen, good / total, slices);
  }
  return judge(sli.goodWhen, values / usable.length, slices);
}

function judge(condition: SliceCondition, value: number, slices: number): SliceEvents {
  return { good: holds(condition, value) ? slices : 0, total: slices };
}

function holds({ operator, limit }: SliceCondition, value: number): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

function gather(refused: readonly { readonly reason: string; readonly example: string }[]): readonly SampleSetAside[] {
  const byReason = new Map<string, SampleSetAside>();
  for (const { reason, example } of refused) {
    const known = byReason.get(reason);
    byReason.set(reason, known === undefined ? { reason, count: 1, example } : { ...known, count: known.count + 1 });
  }
  return [...byReason.values()];
}
