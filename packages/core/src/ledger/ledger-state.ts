import type { ColumnDirectory } from "./column-directory.js";
import type { ColumnStore } from "./column-store.js";
import type { RingClock } from "./ring-clock.js";

/** The parts that make up a ledger: what a snapshot writes and a restore rebuilds. */
export type LedgerState = {
  readonly clock: RingClock;
  readonly directory: ColumnDirectory;
  readonly store: ColumnStore;
  /** Grows with every change and survives a restore; tells snapshots of one ledger apart. */
  revision: number;
};
