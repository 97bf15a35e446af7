import type { Interval } from "../ledger/index.js";
import type { HistorySlice, SliHistory } from "../ports/sli-history.js";
import type { SetAside } from "../ports/sli-source.js";

/** What came late, parted into what can still be counted and what can not. */
export type LateSlices = { readonly slices: readonly HistorySlice[]; readonly setAside: readonly SetAside[] };

/**
 * Parts slices that were read again after late samples came: a slice that was counted stays as it was, because budgets and
 * incidents followed from it; that it would have been another is said. What is the same as before says nothing.
 */
export async function lateSlices(
  history: Pick<SliHistory, "load">,
  read: { readonly sloId: string; readonly slices: readonly HistorySlice[] } & Interval,
): Promise<LateSlices> {
  const { fromMs, sloId, toMs } = read;
  const stored = new Map<number, HistorySlice>();
  for await (const page of history.load({ sloIds: [sloId], fromMs, toMs })) {
    for (const slice of page) stored.set(slice.sliceMs, slice);
  }
  const setAside = read.slices.flatMap(({ good, sliceMs, total }): SetAside[] => {
    const counted = stored.get(sliceMs);
    if (counted === undefined || (counted.good === good && counted.total === total)) return [];
    const example = `${sloId} at ${new Date(sliceMs).toISOString()}: ${good} good of ${total}, counted as ${counted.good} of ${counted.total}`;
    return [{ reason: "came after its slice was counted; what was counted stays", count: 1, example }];
  });
  return { slices: read.slices.filter(({ sliceMs }) => !stored.has(sliceMs)), setAside };
}
