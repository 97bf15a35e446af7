import type { HistorySlice, LedgerCheckpoint, SliHistory, StoredSlice } from "@plimsoll/core";

import type { SliHistoryHarness } from "../contracts/sli-history-harness.js";
import type { Broken } from "./broken.js";

type State = { slices: StoredSlice[]; sequence: number; checkpoint: LedgerCheckpoint | undefined; isDamaged: boolean };
type LoadQuery = Parameters<SliHistory["load"]>[0];

// What a flaw may put in the place of the right behaviour.
type Flaw = {
  readonly returned?: (stored: readonly StoredSlice[]) => readonly StoredSlice[];
  readonly stored?: (slice: HistorySlice) => HistorySlice;
  readonly overwrites?: boolean;
  readonly batch?: (slices: readonly HistorySlice[]) => readonly HistorySlice[];
  readonly waitsBeforeWriting?: boolean;
  readonly isInside?: (slice: StoredSlice, query: LoadQuery) => boolean;
  readonly order?: (left: StoredSlice, right: StoredSlice) => number;
  readonly orderSince?: (left: StoredSlice, right: StoredSlice) => number;
  readonly loaded?: (slices: readonly StoredSlice[]) => readonly StoredSlice[];
  readonly isDoomed?: (slice: StoredSlice, beforeMs: number) => boolean;
  readonly pruned?: (state: State) => void;
  readonly reopened?: (state: State) => void;
  readonly saved?: (checkpoint: LedgerCheckpoint, before: LedgerCheckpoint | undefined) => LedgerCheckpoint;
  readonly sharesBytes?: boolean;
  readonly loadedCheckpoint?: (state: State) => LedgerCheckpoint | undefined;
};

const NO_CHECKPOINT: LedgerCheckpoint = { sequence: 0, atMs: 0, layout: null, chunks: [] };

/** A naive history; each flaw is one thing that histories get wrong. */
export const brokenSliHistories: Broken<SliHistoryHarness> = {
  right: () => historyThat({}),
  flawed: {
    "tells what it took, in an order that strictly grows from append to append": () =>
      historyThat({
        returned: (stored) =>
          stored.length === 1 && stored[0]?.sloId === "c" ? stored.map((slice) => ({ ...slice, sequence: 1 })) : stored,
      }),
    "leaves a slice that is there already as it was": () => historyThat({ overwrites: true }),
    "takes the first of two values for one slice in one append": () =>
      historyThat({ batch: (slices) => (hasRepetition(slices) ? slices.toReversed() : slices) }),
    "takes nothing when there is nothing": () =>
      historyThat({
        batch: (slices) => {
          if (slices.length === 0) throw new Error("INSERT has no rows");
          return slices;
        },
      }),
    "keeps a slice once when it is appended twice at the same time": () => historyThat({ waitsBeforeWriting: true }),
    "keeps counts exactly": () =>
      historyThat({
        stored: (slice) => ({ ...slice, good: Math.fround(slice.good), total: Math.fround(slice.total) }),
      }),
    "keeps how many slices the counts cover": () => historyThat({ stored: (slice) => ({ ...slice, slices: 1 }) }),
    "loads a half-open interval": () =>
      historyThat({ isInside: (slice, query) => isInside(slice, { ...query, toMs: query.toMs + 1 }) }),
    "loads in the order of time, then of SLO id": () =>
      historyThat({
        order: (left, right) => left.sliceMs - right.sliceMs || left.sloId.localeCompare(right.sloId, "en"),
      }),
    "loads only the SLOs that were asked for": () =>
      historyThat({ isInside: (slice, { sloIds, ...query }) => isInside(slice, query) && sloIds?.length !== 0 }),
    "loads nothing for an empty list of SLOs": () =>
      historyThat({
        isInside: (slice, { sloIds, ...query }) =>
          isInside(slice, sloIds?.length === 0 || sloIds === undefined ? query : { ...query, sloIds }),
      }),
    "loads all that was stored after a sequence, in the order of storing": () =>
      historyThat({ orderSince: (left, right) => left.sliceMs - right.sliceMs }),
    "loads more than fits in one page, each slice once": () =>
      historyThat({ loaded: (slices) => slices.slice(0, 10_000) }),
    "drops what is before an instant, and says how many": () =>
      historyThat({ isDoomed: ({ sliceMs }, beforeMs) => sliceMs <= beforeMs }),
    // Counts on from the highest sequence that is there.
    "never uses a sequence again, also when the slices that had it were dropped": () =>
      historyThat({
        pruned: (state) => void (state.sequence = Math.max(0, ...state.slices.map(({ sequence }) => sequence))),
      }),
    "keeps slices across a restart": () => historyThat({ reopened: (state) => void (state.slices = []) }),
    "has no checkpoint before one was saved": () =>
      historyThat({
        loadedCheckpoint: (state) => (state.isDamaged ? undefined : copy(state.checkpoint ?? NO_CHECKPOINT)),
      }),
    "gives back a checkpoint to the byte, in the order of its blocks": () =>
      historyThat({
        saved: (checkpoint) => ({
          ...copy(checkpoint),
          chunks: copy(checkpoint).chunks.filter(({ length }) => length > 0),
        }),
      }),
    "replaces the checkpoint before, whole": () =>
      historyThat({
        saved: (checkpoint, before) => ({
          ...copy(checkpoint),
          chunks: [...copy(checkpoint).chunks, ...(before?.chunks.slice(checkpoint.chunks.length) ?? [])],
        }),
      }),
    "gives a checkpoint that cannot be changed from outside": () =>
      historyThat({ saved: (checkpoint) => checkpoint, sharesBytes: true }),
    "gives no checkpoint rather than a damaged one": () =>
      historyThat({ loadedCheckpoint: ({ checkpoint }) => checkpoint && copy(checkpoint) }),
    "keeps the checkpoint across a restart": () =>
      historyThat({ reopened: (state) => void (state.checkpoint = undefined) }),
  },
};

function historyThat(flaw: Flaw): SliHistoryHarness {
  const state: State = { slices: [], sequence: 0, checkpoint: undefined, isDamaged: false };
  const find = ({ sloId, sliceMs }: HistorySlice): StoredSlice | undefined =>
    state.slices.length > 10_000
      ? undefined
      : state.slices.find((known) => known.sloId === sloId && known.sliceMs === sliceMs);

  const history: SliHistory = {
    async append(given) {
      const slices = flaw.batch?.(given) ?? given;
      const stale = slices.map(find);
      if (flaw.waitsBeforeWriting === true) await new Promise((resolve) => setTimeout(resolve, 0));
      const appended: StoredSlice[] = [];
      // The case of many pages appends nothing twice; looking each slice up there would take a minute.
      const isLarge = slices.length > 1_000;
      for (const [index, slice] of slices.entries()) {
        const known =
          flaw.waitsBeforeWriting === true
            ? (stale[index] ?? appended.find((taken) => isSame(taken, slice)))
            : isLarge
              ? undefined
              : find(slice);
        if (known !== undefined) {
          if (flaw.overwrites === true && stale[index] !== undefined) replace(state, known, slice);
          continue;
        }
        const stored = { ...(flaw.stored?.(slice) ?? slice), sequence: (state.sequence += 1) };
        state.slices.push(stored);
        appended.push(stored);
      }
      return { appended: flaw.returned?.(appended) ?? appended, alreadyThere: given.length - appended.length };
    },
    async *load(query) {
      const found = state.slices
        .filter((slice) => (flaw.isInside ?? isInside)(slice, query))
        .sort(flaw.order ?? byTimeThenSlo);
      yield flaw.loaded?.(found) ?? found;
    },
    async *loadSince(sequence) {
      const found = state.slices.filter((slice) => slice.sequence > sequence);
      yield found.sort(flaw.orderSince ?? ((left, right) => left.sequence - right.sequence));
    },
    async prune(beforeMs) {
      const isDoomed = flaw.isDoomed ?? (({ sliceMs }: StoredSlice) => sliceMs < beforeMs);
      const left = state.slices.filter((slice) => !isDoomed(slice, beforeMs));
      const dropped = state.slices.length - left.length;
      state.slices = left;
      flaw.pruned?.(state);
      return dropped;
    },
    checkpoints: {
      save: async (checkpoint) => void (state.checkpoint = (flaw.saved ?? copy)(checkpoint, state.checkpoint)),
      async load() {
        if (flaw.loadedCheckpoint !== undefined) return flaw.loadedCheckpoint(state);
        if (state.checkpoint === undefined || state.isDamaged) return undefined;
        return flaw.sharesBytes === true ? state.checkpoint : copy(state.checkpoint);
      },
    },
  };
  return {
    history,
    async reopen() {
      flaw.reopened?.(state);
      return history;
    },
    damageCheckpoint: async () => void (state.isDamaged = true),
  };
}

function isInside({ sloId, sliceMs }: StoredSlice, { sloIds, fromMs, toMs }: LoadQuery): boolean {
  return sliceMs >= fromMs && sliceMs < toMs && sloIds?.includes(sloId) !== false;
}

function byTimeThenSlo(left: StoredSlice, right: StoredSlice): number {
  return left.sliceMs - right.sliceMs || (left.sloId < right.sloId ? -1 : 1);
}

function isSame(left: HistorySlice, right: HistorySlice): boolean {
  return left.sloId === right.sloId && left.sliceMs === right.sliceMs;
}

function hasRepetition(slices: readonly HistorySlice[]): boolean {
  return (
    slices.length < 10 && slices.some((slice, index) => slices.slice(0, index).some((before) => isSame(before, slice)))
  );
}

function replace(state: State, known: StoredSlice, slice: HistorySlice): void {
  state.slices = state.slices.map((kept) => (kept === known ? { ...slice, sequence: known.sequence } : kept));
}

function copy(checkpoint: LedgerCheckpoint): LedgerCheckpoint {
  return { ...checkpoint, chunks: checkpoint.chunks.map((chunk) => chunk.slice()) };
}
