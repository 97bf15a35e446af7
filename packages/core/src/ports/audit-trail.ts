import type { Json } from "../errors/json.js";

/** One decision or write, as it is kept. */
export type AuditEntry = {
  readonly atMs: number;
  readonly actor: string;
  /** What was done, such as `correction.add`. */
  readonly action: string;
  readonly subject: string;
  readonly details: Json;
};

/** An entry in its place in the chain. */
export type ChainedAuditEntry = AuditEntry & {
  /** 1 for the first, then without a hole. */
  readonly number: number;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 of the canonical JSON of this entry, its number and `previousHash`. */
  readonly hash: string;
};

/** Whether the chain is whole, and where it first is not. */
export type AuditVerdict =
  | { readonly kind: "intact"; readonly entries: number }
  | { readonly kind: "broken"; readonly atNumber: number; readonly reason: string };

/** Keeps who did what, append-only, each entry hashed over the one before. `verify` finds any edit, drop or swap. */
export interface AuditTrail {
  append(entry: AuditEntry): Promise<ChainedAuditEntry>;
  /** Up to `limit` entries after a number, ascending. */
  read(query: { readonly afterNumber: number; readonly limit: number }): Promise<readonly ChainedAuditEntry[]>;
  verify(): Promise<AuditVerdict>;
}
