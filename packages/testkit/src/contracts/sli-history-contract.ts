import type { HistorySlice, SliHistory, StoredSlice } from "@plimsoll/core";

import { collectPages, ensure, ensureEqual } from "../expectation.js";
import type { ContractCase, PortContract } from "../port-contract.js";
import { ledgerCheckpointCases } from "./ledger-checkpoint-cases.js";
import type { SliHistoryHarness } from "./sli-history-harness.js";

const T0 = 1_700_000_010_000; // a multiple of 15 s
const SLICE_MS = 15_000;
const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER } as const;

const appendCases: readonly ContractCase<SliHistoryHarness>[] = [
  {
    name: "tells what it took, in an order that strictly grows from append to append",
    async run({ history }) {
      const first = await history.append([slice("a", 0), slice("b", 0)]);
      const second = await history.append([slice("c", 1)]);
      const sequences = [...first.appended, ...second.appended].map((stored) => stored.sequence);
      ensureEqual(sequences.length, 3, "slices taken");
      ensureGrowing(sequences);
    },
  },
  {
    name: "leaves a slice that is there already as it was",
    async run({ history }) {
      await history.append([slice("a", 0, { good: 1, total: 2 })]);
      const outcome = await history.append([slice("a", 0, { good: 7, total: 7 }), slice("a", 1)]);
      ensureEqual([outcome.appended.length, outcome.alreadyThere], [1, 1], "taken, and there already");
      const [kept] = await all(history);
      ensureEqual([kept?.good, kept?.total], [1, 2], "good and total of the first value");
    },
  },
  {
    name: "takes the first of two values for one slice in one append",
    async run({ history }) {
      const twice = [slice("a", 0, { good: 1, total: 2 }), slice("a", 0, { good: 7, total: 7 })];
      const outcome = await history.append(twice);
      ensureEqual([outcome.appended.length, outcome.alreadyThere], [1, 1], "taken, and there already");
      ensureEqual(
        (await all(history)).map((stored) => stored.total),
        [2],
        "totals kept",
      );
    },
  },
  {
    name: "takes nothing when there is nothing",
    async run({ history }) {
      ensureEqual(await history.append([]), { appended: [], alreadyThere: 0 }, "outcome");
    },
  },
  {
    name: "keeps a slice once when it is appended twice at the same time",
    async run({ history }) {
      const appends = Array.from({ length: 6 }, () => history.append([slice("a", 0), slice("b", 0)]));
      const taken = (await Promise.all(appends)).map((outcome) => outcome.appended.length);
      ensureEqual(
        taken.reduce((sum, count) => sum + count, 0),
        2,
        "slices taken by all appends together",
      );
      ensureEqual((await all(history)).length, 2, "slices kept");
    },
  },
  {
    name: "keeps counts exactly",
    async run({ history }) {
      const counts = [0, 1, 0.1 + 0.2, 1 / 3, 1e-9, 2 ** 53 - 1, 123_456_789.000_001];
      await history.append(counts.map((total, index) => slice("a", index, { good: total / 2, total })));
      ensureEqual(
        (await all(history)).map(({ total }) => total),
        counts,
        "totals",
      );
      ensureEqual(
        (await all(history)).map(({ good }) => good),
        counts.map((total) => total / 2),
        "good events",
      );
    },
  },
  {
    name: "keeps how many slices the counts cover",
    async run({ history }) {
      await history.append([{ ...slice("a", 3), slices: 4 }]);
      ensureEqual(
        (await all(history)).map((stored) => stored.slices),
        [4],
        "slices covered",
      );
    },
  },
];

const readCases: readonly ContractCase<SliHistoryHarness>[] = [
  {
    name: "loads a half-open interval",
    async run({ history }) {
      await history.append([slice("a", 0), slice("a", 1), slice("a", 2), slice("a", 3)]);
      const loaded = await collectPages(history.load({ fromMs: at(1), toMs: at(3) }));
      ensureEqual(
        loaded.map(({ sliceMs }) => sliceMs),
        [at(1), at(2)],
        "slices in [1, 3)",
      );
    },
  },
  {
    name: "loads in the order of time, then of SLO id",
    async run({ history }) {
      // Three upper and lower case ids: an order by a language's rules is not the order of code units.
      await history.append([slice("b", 1), slice("a", 1), slice("B", 1), slice("a-b", 1), slice("z", 0)]);
      const loaded = (await all(history)).map(({ sloId, sliceMs }) => `${(sliceMs - T0) / SLICE_MS}/${sloId}`);
      ensureEqual(loaded, ["0/z", "1/B", "1/a", "1/a-b", "1/b"], "order");
    },
  },
  {
    name: "loads only the SLOs that were asked for",
    async run({ history }) {
      await history.append([slice("a", 0), slice("b", 0), slice("c", 0)]);
      const some = await collectPages(history.load({ ...EVERYTHING, sloIds: ["c", "a", "unknown"] }));
      ensureEqual(
        some.map(({ sloId }) => sloId),
        ["a", "c"],
        "SLOs",
      );
    },
  },
  {
    name: "loads nothing for an empty list of SLOs",
    async run({ history }) {
      await history.append([slice("a", 0)]);
      ensureEqual(await collectPages(history.load({ ...EVERYTHING, sloIds: [] })), [], "slices of no SLO");
    },
  },
  {
    name: "loads all that was stored after a sequence, in the order of storing",
    async run({ history }) {
      const first = await history.append([slice("a", 5)]);
      await history.append([slice("b", 3)]);
      await history.append([slice("a", 2)]);
      const since = await collectPages(history.loadSince(first.appended[0]?.sequence ?? 0));
      ensureEqual(
        since.map(({ sloId, sliceMs }) => `${sloId}/${(sliceMs - T0) / SLICE_MS}`),
        ["b/3", "a/2"],
        "slices",
      );
      ensureGrowing(since.map(({ sequence }) => sequence));
    },
  },
  {
    name: "loads more than fits in one page, each slice once",
    async run({ history }) {
      const many = Array.from({ length: 12_000 }, (_, index) => slice(`slo-${index % 7}`, Math.floor(index / 7)));
      await history.append(many);
      const loaded = await all(history);
      ensureEqual(loaded.length, many.length, "slices loaded");
      ensureEqual(new Set(loaded.map(({ sequence }) => sequence)).size, many.length, "different slices loaded");
      ensureEqual((await collectPages(history.loadSince(0))).length, many.length, "slices loaded since the beginning");
    },
  },
  {
    name: "drops what is before an instant, and says how many",
    async run({ history }) {
      await history.append([slice("a", 0), slice("b", 0), slice("a", 1), slice("a", 2)]);
      ensureEqual(await history.prune(at(1)), 2, "slices dropped");
      ensureEqual(
        (await all(history)).map(({ sliceMs }) => sliceMs),
        [at(1), at(2)],
        "slices left",
      );
    },
  },
  {
    name: "never uses a sequence again, also when the slices that had it were dropped",
    async run({ history }) {
      const before = (await history.append([slice("a", 0), slice("a", 1)])).appended.map(({ sequence }) => sequence);
      await history.prune(at(9));
      const after = (await history.append([slice("a", 10)])).appended.map(({ sequence }) => sequence);
      ensureGrowing([...before, ...after]);
    },
  },
  {
    name: "keeps slices across a restart",
    cannotRun: (harness) => (harness.reopen === undefined ? "this storage ends with its process" : undefined),
    async run({ history, reopen }) {
      const { appended } = await history.append([slice("a", 0), slice("b", 0)]);
      const again = (await reopen?.()) ?? history;
      ensureEqual(await all(again), appended, "slices after the restart");
      const next = await again.append([slice("a", 0), slice("a", 1)]);
      ensureEqual(next.alreadyThere, 1, "slices there already");
      ensureGrowing([...appended, ...next.appended].map(({ sequence }) => sequence));
    },
  },
];

/** The promises of an `SliHistory` and its checkpoints. */
export const sliHistoryContract: PortContract<SliHistoryHarness> = {
  port: "SliHistory",
  cases: [...appendCases, ...readCases, ...ledgerCheckpointCases],
};

function at(index: number): number {
  return T0 + index * SLICE_MS;
}

function slice(sloId: string, index: number, counts = { good: 9, total: 10 }): HistorySlice {
  return { sloId, sliceMs: at(index), ...counts, slices: 1 };
}

async function all(history: SliHistory): Promise<StoredSlice[]> {
  return collectPages(history.load(EVERYTHING));
}

function ensureGrowing(sequences: readonly number[]): void {
  const grows = sequences.every((sequence, index) => index === 0 || sequence > (sequences[index - 1] ?? 0));
  ensure(grows, `sequences do not grow: ${sequences.join(", ")}`);
}
