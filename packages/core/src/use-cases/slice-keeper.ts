import { createLedger, planTiers, type Interval, type Ledger } from "../ledger/index.js";
import type { HistorySlice, SliHistory, StoredSlice } from "../ports/sli-history.js";
import { canonicalText } from "../slo/canonical-text.js";
import type { Correction } from "../slo/correction.js";
import { createCorrectionBook, coveredSlices, type CorrectionBook } from "./correction-book.js";
import { openCheckpoint, toLayout } from "./ledger-checkpoint.js";
import { createSerialQueue } from "./serial-queue.js";
import { contributionChange, sliceContribution } from "./slice-contribution.js";

/** What the keeper is made with. */
export type SliceKeeperSettings = {
  readonly sliceMs: number;
  /** The longest window that anything will ask for. */
  readonly longestWindowMs: number;
  /** How far back reports look. */
  readonly reportReachMs?: number;
  /** Every SLO, and since when its measurement is expected. */
  readonly births: ReadonlyMap<string, number>;
  readonly corrections: readonly Correction[];
};

/** Where the ledger's contents came from at the start. */
export type RestoreReport = {
  readonly from: "checkpoint" | "history" | "nothing";
  readonly slices: number;
  /** Why a checkpoint that was there could not be used. */
  readonly checkpointRefused?: string;
};

/**
 * Keeps the ledger equal to the stored history under the corrections in force.
 *
 * What is taken is stored first and counted after, once; so a crash at any point costs nothing that was stored.
 */
export type SliceKeeper = {
  readonly ledger: Ledger;
  readonly restored: RestoreReport;
  /** Moves recorded time forward, and fills dropped slices as it goes. */
  advance(nowMs: number): void;
  /** Where the next read of an SLO starts: the end of its newest stored slice, or of what a source called final. */
  readTo(sloId: string): number | undefined;
  /** Stores slices and counts those that are new; `readToMs` is how far the source was read. */
  take(slices: readonly HistorySlice[], sloId: string, readToMs: number): Promise<number>;
  /** Puts other corrections in force, for slices past and to come. */
  correct(corrections: readonly Correction[]): Promise<void>;
  /** Grows whenever other corrections came into force, and with them what was counted. */
  readonly corrected: number;
  checkpoint(): Promise<void>;
};

/** An SLO and its column in the ledger. */
type Place = readonly [sloId: string, column: number];

type Taken = {
  readonly slices: readonly HistorySlice[];
  readonly sloId: string;
  readonly readToMs: number;
  readonly appended: StoredSlice[];
  /** Set when storage refused the batch that it was in. */
  failed?: { readonly cause: unknown };
};

/** Restores the ledger from the newest checkpoint and what was stored since, or from the whole history. */
export async function openSliceKeeper(
  history: SliHistory,
  settings: SliceKeeperSettings,
  nowMs: number,
): Promise<SliceKeeper> {
  const { sliceMs, longestWindowMs, reportReachMs = 0, births } = settings;
  const tiers = planTiers({ sliceMs, longestWindowMs, reachMs: reportReachMs });
  const checkpoint = await openCheckpoint(history.checkpoints, tiers);
  const usable = checkpoint.kind === "opened" ? checkpoint : undefined;
  // Without a checkpoint the clock starts where the rings reach back to, and is walked forward through the history. That is
  // further back than the longest window: the cell that holds a window's start counts whole, and must be the same as ever.
  const startMs = createLedger({ tiers, nowMs }).oldestMs;
  const ledger = usable?.ledger ?? createLedger({ tiers, nowMs: startMs });
  const readTo = new Map<string, number>(usable?.layout.readTo ?? []);
  let sequence = usable?.sequence ?? 0;
  let filledToMs = usable?.layout.filledToMs ?? ledger.headMs;
  let corrected = 0;
  let book = createCorrectionBook(usable?.layout.corrections ?? settings.corrections, sliceMs);
  const alone = createSerialQueue();

  for (let column = 0; column < ledger.columns; column += 1) {
    const key = keyAt(ledger, column);
    if (key !== undefined && !births.has(key)) ledger.removeColumn(column);
  }
  const added: string[] = [];
  const columns = new Map<string, number>();
  for (const [sloId, birthMs] of births) {
    const known = ledger.columnOf(sloId);
    if (known === undefined) added.push(sloId);
    columns.set(sloId, known ?? ledger.addColumn(sloId, birthMs));
  }

  // Dropped slices count as measured zero from the column's birth on; before it none is expected.
  const coverDropped = (
    by: CorrectionBook,
    [sloId, column]: Place,
    range: Interval & { readonly sign: 1 | -1 },
  ): void => {
    const fromMs = Math.max(range.fromMs, ledger.birthOf(column), ledger.oldestMs);
    for (const interval of by.dropped(sloId, fromMs, range.toMs)) {
      const slices = (interval.toMs - interval.fromMs) / sliceMs;
      ledger.record(column, interval.toMs - sliceMs, { bad: 0, total: 0, slices: range.sign * slices });
    }
  };

  const count = (stored: readonly StoredSlice[]): void => {
    for (const slice of stored) {
      sequence = Math.max(sequence, slice.sequence);
      const column = ledger.columnOf(slice.sloId);
      if (column === undefined) continue;
      const startMs = Math.floor(slice.sliceMs / sliceMs) * sliceMs;
      const birthMs = ledger.birthOf(column);
      if (startMs + sliceMs > ledger.headMs) ledger.advanceTo(startMs + sliceMs);
      ledger.record(column, startMs, sliceContribution(slice, book.effectAt(slice.sloId, startMs)));
      // Backfill may show that the column was born earlier: what is dropped between the two births is expected from now on.
      const bornMs = ledger.birthOf(column);
      if (bornMs < birthMs)
        coverDropped(book, [slice.sloId, column], { fromMs: bornMs, toMs: Math.min(birthMs, filledToMs), sign: 1 });
      readTo.set(slice.sloId, Math.max(readTo.get(slice.sloId) ?? 0, startMs + sliceMs));
    }
  };

  const fillDropped = (): void => {
    for (const place of columns) coverDropped(book, place, { fromMs: filledToMs, toMs: ledger.headMs, sign: 1 });
    filledToMs = ledger.headMs;
  };

  const advance = (toMs: number): void => {
    ledger.advanceTo(toMs);
    if (ledger.headMs > filledToMs) fillDropped();
  };

  const changeBook = async (next: CorrectionBook): Promise<void> => {
    const differing = [...without(book.corrections, next.corrections), ...without(next.corrections, book.corrections)];
    const range = { fromMs: ledger.oldestMs, toMs: ledger.headMs, sliceMs };
    const places = affectedPlaces(differing, columns);
    const sloIds = places.map(([sloId]) => sloId);
    const spans = coveredSlices(differing, range);
    const before = book;
    const stored: StoredSlice[] = [];
    for (const span of spans) {
      for await (const page of history.load({ sloIds, ...span })) stored.push(...page);
    }
    // From here on nothing waits, so that the ledger is never seen half corrected.
    for (const place of places) coverDropped(before, place, { fromMs: range.fromMs, toMs: filledToMs, sign: -1 });
    for (const slice of stored) {
      const column = ledger.columnOf(slice.sloId);
      if (column === undefined) continue;
      const startMs = Math.floor(slice.sliceMs / sliceMs) * sliceMs;
      const effects = { before: before.effectAt(slice.sloId, startMs), after: next.effectAt(slice.sloId, startMs) };
      ledger.record(column, startMs, contributionChange(slice, effects));
    }
    for (const place of places) coverDropped(next, place, { fromMs: range.fromMs, toMs: filledToMs, sign: 1 });
    book = next;
    corrected += 1;
  };

  // Storage that failed may have stored all the same: then what it holds after `sequence` is not counted yet.
  let doubtful = false;
  const catchUp = async (): Promise<void> => {
    if (doubtful) for await (const page of history.loadSince(sequence)) count(page);
    doubtful = false;
  };

  // Whatever came while the last append was under way goes into the next one together: one statement, not one per SLO.
  // One task for all that wait, as a task for each would find what came after its own was taken, one by one.
  const waiting: Taken[] = [];
  let taking: Promise<void> | undefined;
  const takeWaiting = async (): Promise<void> => {
    taking = undefined;
    const batch = waiting.splice(0);
    const slices = batch.flatMap((one) => one.slices);
    try {
      await catchUp();
      const { appended } = slices.length === 0 ? { appended: [] } : await history.append(slices);
      count(appended);
      const bySlo = new Map(batch.map((one) => [one.sloId, one]));
      for (const slice of appended) bySlo.get(slice.sloId)?.appended.push(slice);
    } catch (cause) {
      doubtful = true;
      for (const one of batch) one.failed = { cause };
      return;
    }
    for (const { sloId, readToMs } of batch) readTo.set(sloId, Math.max(readTo.get(sloId) ?? 0, readToMs));
  };

  let slices = 0;
  const restore = async (
    pages: AsyncIterable<readonly StoredSlice[]>,
    keep: (slice: StoredSlice) => boolean = () => true,
  ) => {
    for await (const page of pages) {
      const kept = page.filter(keep);
      count(kept);
      slices += kept.length;
    }
  };
  const untilMs = Math.ceil(nowMs / sliceMs) * sliceMs;
  if (usable === undefined) {
    await restore(history.load({ fromMs: startMs, toMs: untilMs }));
  } else {
    // An SLO that was gone and came back has slices from before the checkpoint, which its bytes no longer hold.
    const older = (slice: StoredSlice): boolean => slice.sequence <= usable.sequence;
    if (added.length > 0) await restore(history.load({ sloIds: added, fromMs: startMs, toMs: untilMs }), older);
    await restore(history.loadSince(usable.sequence));
  }
  advance(nowMs);
  await changeBook(createCorrectionBook(settings.corrections, sliceMs));

  return {
    ledger,
    get corrected() {
      return corrected;
    },
    restored: {
      from: usable === undefined ? (slices === 0 ? "nothing" : "history") : "checkpoint",
      slices,
      ...(checkpoint.kind === "refused" ? { checkpointRefused: checkpoint.reason } : {}),
    },
    advance,
    readTo: (sloId) => readTo.get(sloId),
    take: async (slices, sloId, readToMs) => {
      const mine: Taken = { slices, sloId, readToMs, appended: [] };
      waiting.push(mine);
      await (taking ??= alone(takeWaiting));
      if (mine.failed !== undefined) throw mine.failed.cause;
      return mine.appended.length;
    },
    correct: (corrections) =>
      alone(async () => {
        await catchUp();
        await changeBook(createCorrectionBook(corrections, sliceMs));
      }),
    checkpoint: () =>
      alone(async () => {
        await catchUp();
        const chunks = [...ledger.snapshot()];
        const layout = toLayout({ corrections: book.corrections, filledToMs, readTo: [...readTo] });
        await history.checkpoints.save({ sequence, atMs: ledger.headMs, layout, chunks });
      }),
  };
}

function keyAt(ledger: Ledger, column: number): string | undefined {
  return ledger.isInUse(column) ? ledger.keyOf(column) : undefined;
}

function without(corrections: readonly Correction[], others: readonly Correction[]): readonly Correction[] {
  const known = new Set(others.map(canonicalText));
  return corrections.filter((correction) => !known.has(canonicalText(correction)));
}

function affectedPlaces(corrections: readonly Correction[], columns: ReadonlyMap<string, number>): readonly Place[] {
  if (corrections.some(({ sloIds }) => sloIds === "all")) return [...columns];
  const named = new Set(corrections.flatMap(({ sloIds }) => sloIds));
  return [...columns].filter(([sloId]) => named.has(sloId));
}
