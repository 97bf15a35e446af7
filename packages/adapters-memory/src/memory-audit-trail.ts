import { chainAuditEntry, EMPTY_AUDIT_CHAIN, verifyAuditChain } from "@plimsoll/core";
import type { AuditTrail, ChainedAuditEntry, Digest } from "@plimsoll/core";

import { frozenCopy } from "./frozen-json.js";

/** What an audit trail in memory is made of. */
export type MemoryAuditTrailSettings = {
  readonly digest: Digest;
  /** Where the entries are kept; a trail goes on from those that are there. */
  readonly entries?: ChainedAuditEntry[];
};

/** Makes an audit trail that lives as long as the list it writes to. */
export function createMemoryAuditTrail({ digest, entries = [] }: MemoryAuditTrailSettings): AuditTrail {
  const last = entries.at(-1);
  let head = last === undefined ? EMPTY_AUDIT_CHAIN : { number: last.number, hash: last.hash };
  let tail: Promise<unknown> = Promise.resolve();
  // One at a time: hashing is asynchronous, and each entry is hashed over the one before.
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };

  return {
    append: (entry) => {
      const copy = frozenCopy(entry);
      return inTurn(async () => {
        const chained = Object.freeze(await chainAuditEntry(digest, copy, head));
        entries.push(chained);
        head = { number: chained.number, hash: chained.hash };
        return chained;
      });
    },
    read: async ({ afterNumber, limit }) => entries.filter(({ number }) => number > afterNumber).slice(0, limit),
    verify: () => inTurn(() => verifyAuditChain(digest, entries, head)),
  };
}
