import type { SliHistory } from "@plimsoll/core";
import type { ClosableHarness } from "../port-contract.js";

/** A history on storage of its own, empty. */
export type SliHistoryHarness = ClosableHarness & {
  readonly history: SliHistory;
  /** Puts the history away and opens the same storage again; absent where nothing outlives the process. */
  reopen?(): Promise<SliHistory>;
  /** Damages the stored checkpoint as a failing disk would; absent where nothing can. */
  damageCheckpoint?(): Promise<void>;
};
