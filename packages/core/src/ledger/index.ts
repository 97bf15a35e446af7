export {
  createLedger,
  createWindowSums,
  type ColumnRange,
  type Ledger,
  type LedgerSample,
  type LedgerSettings,
  type RecordOutcome,
  type WindowSum,
} from "./ledger.js";
export type { SliceCounts, WindowSums } from "./column-store.js";
export { restoreLedger, type RestoreFailure } from "./restore-ledger.js";
export { DEFAULT_SLICE_MS, EDGE_SHARE, planTiers, type Tier } from "./tier.js";
export type { Interval, SummedInterval } from "./window-rows.js";
