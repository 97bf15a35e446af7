export { createLedger, createWindowSums, type Ledger, type LedgerSample } from "./ledger.js";
export type { SliceCounts, WindowSums } from "./column-store.js";
export { restoreLedger } from "./restore-ledger.js";
export { planTiers, type Tier } from "./tier.js";
export type { Interval } from "./window-rows.js";
