import type { Measurement, SetAside, SliRequest, SliSample } from "@plimsoll/core";
import type { SnapshotRow } from "./snapshot-row.js";

/** What rows come to. */
export type SnapshotSamples = { readonly samples: readonly SliSample[]; readonly setAside: readonly SetAside[] };

/**
 * Brings rows to samples: one for each slice that rows end in, reaching back as far as they cover, which is `everyMs`
 * where they do not say.
 */
export function snapshotSamples(request: SliRequest, rows: readonly SnapshotRow[], everyMs: number): SnapshotSamples {
  const { sliceMs } = request;
  const bySliceEnd = new Map<number, SnapshotRow[]>();
  let unfit = 0;
  let example = "";
  for (const row of rows) {
    if (!fits(request, row)) {
      unfit += 1;
      example ||= `${row.file}: ${row.service} at ${new Date(row.atMs).toISOString()}`;
      continue;
    }
    const endMs = Math.ceil(row.atMs / sliceMs) * sliceMs;
    const there = bySliceEnd.get(endMs);
    if (there === undefined) bySliceEnd.set(endMs, [row]);
    else there.push(row);
  }
  const samples: SliSample[] = [];
  let previousEndMs = request.fromMs;
  for (const [toMs, some] of [...bySliceEnd].sort(([a], [b]) => a - b)) {
    const fromMs = Math.min(...some.map(({ atMs, coversMs = everyMs }) => coveredFromMs(atMs, coversMs, sliceMs)));
    samples.push({ fromMs: Math.max(previousEndMs, fromMs), toMs, measurement: measure(request, some) });
    previousEndMs = toMs;
  }
  const wanted = wantsValue(request) ? "`value`" : "`ok`, or `good` and `total`";
  return {
    samples,
    setAside:
      unfit === 0
        ? []
        : [{ reason: `an SLI of kind ${request.sli.kind} needs rows with ${wanted}`, count: unfit, example }],
  };
}

/** Where coverage begins: a row that covers more than a slice covers every slice that its time touches. */
export function coveredFromMs(atMs: number, coversMs: number, sliceMs: number): number {
  if (coversMs <= sliceMs) return Math.ceil(atMs / sliceMs) * sliceMs - sliceMs;
  return Math.floor((atMs - coversMs) / sliceMs) * sliceMs;
}

function wantsValue({ sli }: SliRequest): boolean {
  return sli.kind === "time-slices" && sli.goodWhen.of === "value";
}

function fits(request: SliRequest, { content }: SnapshotRow): boolean {
  if (request.sli.kind === "latency") return true;
  return (content.kind === "value") === wantsValue(request);
}

function measure({ sli }: SliRequest, rows: readonly SnapshotRow[]): Measurement {
  const values = rows.flatMap(({ content }) => (content.kind === "value" ? [content.value] : []));
  if (sli.kind === "latency") {
    // A value is one event's duration in milliseconds; a good one among counts has been judged by who wrote it.
    const counts = sum(rows);
    const good = values.filter((value) => value <= sli.thresholdMs).length;
    return counts.total === 0
      ? { kind: "durations", durationsMs: values }
      : { kind: "counts", good: counts.good + good, total: counts.total + values.length };
  }
  if (values.length > 0)
    return { kind: "value", value: values.reduce((total, value) => total + value, 0) / values.length };
  return { kind: "counts", ...sum(rows) };
}

function sum(rows: readonly SnapshotRow[]): { good: number; total: number } {
  const all = { good: 0, total: 0 };
  for (const { content } of rows) {
    if (content.kind !== "counts") continue;
    all.good += content.good;
    all.total += content.total;
  }
  return all;
}
