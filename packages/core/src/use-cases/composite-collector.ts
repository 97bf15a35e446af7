import type { Interval } from "../ledger/index.js";
import type { HistorySlice, SliHistory } from "../ports/sli-history.js";
import { combineMembers } from "../slo/combine-members.js";
import type { Sli } from "../slo/sli.js";
import type { Slo } from "../slo/slo.js";
import { spreadSlices } from "../slo/spread-slices.js";
import type { Collector } from "./collector.js";
import type { SliceKeeper } from "./slice-keeper.js";

type Composite = Extract<Sli, { readonly kind: "composite" }>;

const LONGEST_READ_MS = 6 * 3_600_000;

/** Makes the slices of composite SLOs from those of their members, as far as all members are final. */
export type CompositeCollector = { collect(slo: ComposedSlo): Promise<number> };

/** An SLO that is made of others. */
export type ComposedSlo = Pick<Slo, "id"> & { readonly sli: Composite };

export function createCompositeCollector(options: {
  readonly history: SliHistory;
  readonly keeper: SliceKeeper;
  readonly collector: Collector;
  readonly sliceMs: number;
  /** How late slices of the members may still come in; so far back a gap may yet be filled. */
  readonly latenessMs: number;
  /** By composite, from when on members were filled in later still; taken away once it is done. */
  readonly lateMembers: Map<string, number>;
}): CompositeCollector {
  const { history, keeper, collector, lateMembers, latenessMs, sliceMs } = options;

  const combined = async (
    { id: sloId, sli: { members, rule } }: ComposedSlo,
    { fromMs, toMs }: Interval,
  ): Promise<readonly HistorySlice[]> => {
    const stored = new Map(members.map((member): [string, HistorySlice[]] => [member.slo, []]));
    // Beyond the end too: a slice that is stored there may span slices before it.
    for await (const page of history.load({ sloIds: [...stored.keys()], fromMs, toMs: toMs + LONGEST_READ_MS })) {
      for (const slice of page) stored.get(slice.sloId)?.push(slice);
    }
    const measured = new Map([...stored].map(([id, spans]) => [id, spreadSlices(spans, sliceMs)]));
    const slices: HistorySlice[] = [];
    for (let atMs = fromMs; atMs < toMs; atMs += sliceMs) {
      const events = combineMembers(
        rule,
        members.map(({ slo: id, weight }) => ({ weight, events: measured.get(id)?.get(atMs) })),
      );
      if (events !== undefined) slices.push({ sloId, sliceMs: atMs, ...events, slices: 1 });
    }
    return slices;
  };

  return {
    async collect({ id, sli }) {
      const marks = sli.members.map((member) => collector.state(member.slo).watermarkMs ?? -Infinity);
      const untilMs = Math.min(...marks);
      const readTo = keeper.readTo(id);
      if (!Number.isFinite(untilMs)) return 0;
      const { oldestMs } = keeper.ledger;
      const isNew = readTo === undefined || readTo < untilMs;
      const usualMs = isNew ? (readTo ?? firstBirth(keeper, sli.members)) - latenessMs : untilMs;
      const lateMs = lateMembers.get(id) ?? Infinity;
      lateMembers.delete(id);
      let fromMs = Math.max(oldestMs, Math.min(usualMs, lateMs));
      let taken = 0;
      while (fromMs < untilMs) {
        const toMs = Math.min(untilMs, fromMs + LONGEST_READ_MS);
        taken += await keeper.take(await combined({ id, sli }, { fromMs, toMs }), id, toMs);
        fromMs = toMs;
      }
      // Just opened, the members' marks may be those of an earlier run; the composite's are then no newer.
      if (sli.members.every((member) => collector.wasRead(member.slo))) collector.reached(id, untilMs);
      return taken;
    },
  };
}

/** A member that is no longer defined has no column, though a checkpoint may still tell how far it was read. */
function firstBirth({ ledger }: SliceKeeper, members: Composite["members"]): number {
  return Math.min(...members.flatMap(({ slo }) => ledger.columnOf(slo) ?? []).map((column) => ledger.birthOf(column)));
}
