import { z } from "zod";
import type { Json } from "../errors/json.js";
import { restoreLedger, type Ledger, type Tier } from "../ledger/index.js";
import type { LedgerCheckpoints } from "../ports/sli-history.js";
import type { Correction } from "../slo/correction.js";

/** What a checkpoint says beside the ledger's bytes. */
export type CheckpointLayout = {
  /** The corrections that the bytes include. */
  readonly corrections: readonly Correction[];
  readonly filledToMs: number;
  /** By SLO id: how far its source was read. */
  readonly readTo: readonly (readonly [string, number])[];
};

/** A checkpoint opened, absent, or refused with the reason; a refused one costs time, never data. */
export type OpenedCheckpoint =
  | { readonly kind: "opened"; readonly ledger: Ledger; readonly layout: CheckpointLayout; readonly sequence: number }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: string };

const layoutSchema = z.object({
  // Written by `toLayout` from typed values and covered by the storage's checksum.
  corrections: z.array(z.custom<Correction>((value) => typeof value === "object" && value !== null)),
  filledToMs: z.number(),
  readTo: z.array(z.tuple([z.string(), z.number()])),
});

export function toLayout(layout: CheckpointLayout): Json {
  return layout;
}

export async function openCheckpoint(
  checkpoints: LedgerCheckpoints,
  tiers: readonly Tier[],
): Promise<OpenedCheckpoint> {
  const saved = await checkpoints.load();
  if (saved === undefined) return { kind: "absent" };
  const layout = layoutSchema.safeParse(saved.layout);
  if (!layout.success) return { kind: "refused", reason: `its layout is not readable: ${layout.error.message}` };
  const ledger = restoreLedger(saved.chunks, { tiers });
  if (!ledger.ok) return { kind: "refused", reason: ledger.error.message };
  return { kind: "opened", ledger: ledger.value, layout: layout.data, sequence: saved.sequence };
}
