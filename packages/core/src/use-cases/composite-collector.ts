import type { HistorySlice, SliHistory } from "../ports/sli-history.js";
import { combineMembers } from "../slo/combine-members.js";
import type { SliceEvents } from "../slo/measurement.js";
import type { Slo } from "../slo/slo.js";
import type { Collector } from "./collector.js";
import type { SliceKeeper } from "./slice-keeper.js";

const LONGEST_READ_MS = 6 * 3_600_000;

/** Makes the slices of composite SLOs from those of their members, as far as all members are final. */
export type CompositeCollector = { collect(slo: Slo): Promise<number> };

export function createCompositeCollector(options: {
  readonly history: SliHistory;
  readonly keeper: SliceKeeper;
  readonly collector: Collector;
  readonly sliceMs: number;
}): CompositeCollector {
  const { history, keeper, collector, sliceMs } = options;

  const combined = async (slo: Slo, fromMs: number, toMs: number): Promise<readonly HistorySlice[]> => {
    if (slo.sli.kind !== "composite") return [];
    const { members, rule } = slo.sli;
    const measured = new Map(members.map((member) => [member.slo, new Map<number, SliceEvents>()]));
    for await (const page of history.load({ sloIds: [...measured.keys()], fromMs, toMs })) {
      for (const slice of page) cover(measured.get(slice.sloId), slice, sliceMs);
    }
    const slices: HistorySlice[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += sliceMs) {
      const events = combineMembers(
        rule,
        members.map(({ slo: id, weight }) => ({ weight, events: measured.get(id)?.get(atMs) })),
      );
      if (events !== undefined) slices.push({ sloId: slo.id, sliceMs: atMs, ...events, slices: 1 });
    }
    return slices;
  };

  return {
    async collect(slo) {
      if (slo.sli.kind !== "composite") return 0;
      const marks = slo.sli.members.map((member) => collector.state(member.slo).watermarkMs);
      const untilMs = Math.min(...marks.map((mark) => mark ?? -Infinity));
      if (!Number.isFinite(untilMs)) return 0;
      let fromMs = keeper.readTo(slo.id) ?? Math.max(keeper.ledger.oldestMs, firstBirth(keeper, slo.sli.members));
      let taken = 0;
      while (fromMs < untilMs) {
        const toMs = Math.min(untilMs, fromMs + LONGEST_READ_MS);
        taken += await keeper.take(await combined(slo, fromMs, toMs), slo.id, toMs);
        fromMs = toMs;
      }
      collector.reached(slo.id, untilMs);
      return taken;
    },
  };
}

/** A slice that spans several covers each; the events are in the last. */
function cover(slices: Map<number, SliceEvents> | undefined, slice: HistorySlice, sliceMs: number): void {
  if (slices === undefined) return;
  for (let back = 1; back < slice.slices; back += 1) {
    const atMs = slice.sliceMs - back * sliceMs;
    if (!slices.has(atMs)) slices.set(atMs, { good: 0, total: 0 });
  }
  slices.set(slice.sliceMs, { good: slice.good, total: slice.total });
}

function firstBirth(keeper: SliceKeeper, members: readonly { readonly slo: string }[]): number {
  const births = members.map(({ slo }) => {
    const column = keeper.ledger.columnOf(slo);
    return column === undefined ? Infinity : keeper.ledger.birthOf(column);
  });
  return Math.min(...births);
}
