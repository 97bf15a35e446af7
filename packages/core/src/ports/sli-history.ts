import type { Json } from "../errors/json.js";

/** One stored slice of one SLO: the counts as measured, before any correction. */
export type HistorySlice = {
  readonly sloId: string;
  /** Start of the slice that holds the counts, epoch milliseconds, a multiple of the slice length. */
  readonly sliceMs: number;
  readonly good: number;
  readonly total: number;
  /** How many slices, ending with this one, the counts cover; 1 unless the source is slower than the slice. */
  readonly slices: number;
};

/** A stored slice and the order in which storage took it. */
export type StoredSlice = HistorySlice & {
  /** Strictly grows with every append; a later one was stored later. */
  readonly sequence: number;
};

/** What `append` did: a slice that was there already is left as it was. */
export type AppendOutcome = {
  readonly appended: readonly StoredSlice[];
  readonly alreadyThere: number;
};

/** A saved state of the ledger: opaque bytes by block, and how far into the history it reaches. */
export type LedgerCheckpoint = {
  /** The highest sequence that the bytes include. */
  readonly sequence: number;
  readonly atMs: number;
  /** Which column of the bytes is which SLO, and how far each was read; kept and given back as it is. */
  readonly layout: Json;
  readonly chunks: readonly Uint8Array[];
};

/**
 * Keeps measured slices for as long as a period needs them.
 *
 * `append` is atomic and idempotent by (sloId, sliceMs): the first value stays. `load` gives slices with
 * fromMs <= sliceMs < toMs in ascending (sliceMs, sloId) order; `loadSince` gives everything stored after a
 * sequence, in sequence order. `saveCheckpoint` replaces the one before atomically.
 */
export interface SliHistory {
  append(slices: readonly HistorySlice[]): Promise<AppendOutcome>;
  load(query: {
    readonly sloIds?: readonly string[];
    readonly fromMs: number;
    readonly toMs: number;
  }): AsyncIterable<readonly StoredSlice[]>;
  loadSince(sequence: number): AsyncIterable<readonly StoredSlice[]>;
  /** Drops slices before an instant; answers how many. */
  prune(beforeMs: number): Promise<number>;
  readonly checkpoints: LedgerCheckpoints;
}

/** Keeps the newest checkpoint of the ledger. */
export interface LedgerCheckpoints {
  save(checkpoint: LedgerCheckpoint): Promise<void>;
  /** The newest checkpoint, or undefined when none was saved or it is damaged; never a part of one. */
  load(): Promise<LedgerCheckpoint | undefined>;
}
