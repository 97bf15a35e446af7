import type { HistorySlice } from "../ports/sli-history.js";
import type { SetAside, SliRequest, SliSample } from "../ports/sli-source.js";
import { measureSlice } from "../slo/measure-slice.js";

/** What a reading came down to, ready to be stored. */
export type ReadingSlices = {
  readonly slices: readonly HistorySlice[];
  readonly setAside: readonly SetAside[];
  readonly notes: readonly string[];
};

// Sums stay exact up to 2^53: this many in each of 131,072 slices. A slice with more is a unit gone wrong, not traffic.
const MOST_EVENTS = 2 ** 36;

/**
 * Brings a reading's samples down to slices that are final: those that end at or before the watermark.
 *
 * A sample's events land in the slice in which it ends, and its coverage in every slice that it touches, without
 * counting a slice twice. Samples outside the interval that was asked for are set aside.
 */
export function readingSlices(request: SliRequest, samples: readonly SliSample[], watermarkMs: number): ReadingSlices {
  const { sloId, sli, sliceMs } = request;
  const groups = new Map<number, SliSample[]>();
  const setAside: SetAside[] = [];
  const notes: string[] = [];
  for (const sample of samples) {
    // In this sense, so that what is no number at all is outside too.
    const inside = sample.fromMs < sample.toMs && sample.toMs <= request.toMs && sample.toMs > request.fromMs;
    if (!inside) {
      setAside.push({
        reason: "outside the interval that was asked for",
        count: 1,
        example: `${sample.fromMs}..${sample.toMs}`,
      });
      continue;
    }
    const heldBy = sliceOf(sample.toMs - 1, sliceMs);
    if (heldBy + sliceMs > watermarkMs) continue;
    const group = groups.get(heldBy);
    if (group === undefined) groups.set(heldBy, [sample]);
    else group.push(sample);
  }
  const slices: HistorySlice[] = [];
  let coveredTo = sliceOf(request.fromMs, sliceMs);
  for (const [heldBy, group] of [...groups].sort(([a], [b]) => a - b)) {
    const earliest = Math.min(...group.map(({ fromMs }) => fromMs));
    const first = Math.max(sliceOf(earliest, sliceMs), coveredTo);
    const spanned = Math.max(1, (heldBy - first) / sliceMs + 1);
    const measured = measureSlice(sli, group, spanned);
    setAside.push(...measured.setAside);
    notes.push(...measured.notes);
    if (measured.events === undefined) continue;
    if (measured.events.total > MOST_EVENTS) {
      setAside.push({
        reason: `more than ${MOST_EVENTS} events in one slice`,
        count: 1,
        example: `total ${measured.events.total}`,
      });
      continue;
    }
    slices.push({ sloId, sliceMs: heldBy, ...measured.events, slices: spanned });
    coveredTo = heldBy + sliceMs;
  }
  return { slices, setAside, notes };
}

function sliceOf(ms: number, sliceMs: number): number {
  return Math.floor(ms / sliceMs) * sliceMs;
}
