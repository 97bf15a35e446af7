import type { Json } from "../errors/json.js";
import type { AuditEntry, AuditVerdict, ChainedAuditEntry } from "../ports/audit-trail.js";
import type { Digest } from "../ports/digest.js";

/** The last link of an audit chain: what the next entry is hashed over. */
export type AuditChainHead = { readonly number: number; readonly hash: string };

/** The head of a chain without entries: number 0 and 64 zeros. */
export const EMPTY_AUDIT_CHAIN: AuditChainHead = { number: 0, hash: "0".repeat(64) };

/** Gives an entry its place after the chain's head; every audit adapter hashes through this function. */
export async function chainAuditEntry(
  digest: Digest,
  entry: AuditEntry,
  head: AuditChainHead,
): Promise<ChainedAuditEntry> {
  const { atMs, actor, action, subject, details } = entry;
  const linked = { atMs, actor, action, subject, details, number: head.number + 1, previousHash: head.hash };
  return { ...linked, hash: await digest.digest(linked satisfies Json) };
}

/**
 * Walks a chain in stored order and says where it first is not whole: an edit, a drop, a swap or, when the head that was
 * recorded beside the chain is given, entries missing at its end.
 */
export async function verifyAuditChain(
  digest: Digest,
  entries: Iterable<ChainedAuditEntry> | AsyncIterable<ChainedAuditEntry>,
  recordedHead?: AuditChainHead,
): Promise<AuditVerdict> {
  let head = EMPTY_AUDIT_CHAIN;
  for await (const entry of entries) {
    const atNumber = head.number + 1;
    if (entry.number !== atNumber) {
      return {
        kind: "broken",
        atNumber,
        reason: `entry ${atNumber} is missing: found number ${entry.number} in its place`,
      };
    }
    if (entry.previousHash !== head.hash) {
      return { kind: "broken", atNumber, reason: `entry ${atNumber} does not follow the entry before it` };
    }
    const expected = await chainAuditEntry(digest, entry, head);
    if (entry.hash !== expected.hash) {
      return { kind: "broken", atNumber, reason: `entry ${atNumber} was changed after it was written` };
    }
    head = { number: entry.number, hash: entry.hash };
  }
  if (recordedHead !== undefined && (recordedHead.number !== head.number || recordedHead.hash !== head.hash)) {
    if (recordedHead.number === head.number) {
      const atNumber = head.number;
      return {
        kind: "broken",
        atNumber,
        reason: `entry ${atNumber} is not the one that was recorded as the last: it was rewritten`,
      };
    }
    const atNumber = Math.min(head.number, recordedHead.number) + 1;
    const reason = `the chain ends at entry ${head.number}, but entry ${recordedHead.number} was recorded as its last`;
    return { kind: "broken", atNumber, reason };
  }
  return { kind: "intact", entries: head.number };
}
