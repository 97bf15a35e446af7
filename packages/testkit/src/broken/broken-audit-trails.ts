import { chainAuditEntry, EMPTY_AUDIT_CHAIN, verifyAuditChain } from "@plimsoll/core";
import type { AuditChainHead, AuditTrail, AuditVerdict, ChainedAuditEntry, Digest, Json } from "@plimsoll/core";

import type { AuditTrailHarness } from "../contracts/audit-trail-contract.js";
import { brokenDigests } from "./broken-digests.js";
import type { Broken } from "./broken.js";

type Flaw = {
  readonly returned?: (entry: ChainedAuditEntry) => ChainedAuditEntry;
  readonly read?: (entry: ChainedAuditEntry) => ChainedAuditEntry;
  readonly ignoresLimit?: boolean;
  readonly isSalted?: boolean;
  readonly verify?: (
    entries: readonly ChainedAuditEntry[],
    digest: Digest,
    head: AuditChainHead,
  ) => Promise<AuditVerdict>;
  readonly hasNoQueue?: boolean;
};

/** A naive trail; each flaw is one thing that trails get wrong. */
export const brokenAuditTrails: Broken<AuditTrailHarness> = {
  right: () => trailThat({}),
  flawed: {
    "numbers entries from 1 without a hole": () =>
      trailThat({ returned: (entry) => (entry.number === 3 ? { ...entry, number: 4 } : entry) }),
    "hashes each entry over the one before, the first over 64 zeros": () => trailThat({ isSalted: true }),
    "reads back what it was given": () =>
      trailThat({ read: (entry) => ({ ...entry, details: rounded(entry.details) }) }),
    "reads pages in ascending order, after a number and up to a limit": () => trailThat({ ignoresLimit: true }),
    "calls an empty trail and an untouched one intact, with the count of entries": () =>
      trailThat({
        verify: async (entries, digest, head) =>
          entries.length === 0
            ? { kind: "broken", atNumber: 1, reason: "nothing there" }
            : verifyAuditChain(digest, entries, head),
      }),
    // Looks at the links only.
    "finds an entry that was edited": () =>
      trailThat({ verify: async (entries, _, head) => verifyLinks(entries, head) }),
    // Takes up the chain again behind a hole.
    "finds an entry that was dropped": () =>
      trailThat({
        verify: async (entries, digest, head) => {
          const isHole = entries.some(({ number }, index) => number !== index + 1);
          const before = entries.filter(({ number }, index) => number === index + 1);
          const verdict = await verifyAuditChain(digest, before, isHole ? undefined : head);
          return verdict.kind === "intact" ? { kind: "intact", entries: entries.length } : verdict;
        },
      }),
    "finds that the last entry was dropped": () =>
      trailThat({ verify: (entries, digest) => verifyAuditChain(digest, entries) }),
    // Puts the entries in the order of their time before it looks.
    "finds entries that were swapped": () =>
      trailThat({
        verify: (entries, digest, head) => {
          const byTime = entries.toSorted((left, right) => left.atMs - right.atMs);
          return verifyAuditChain(
            digest,
            byTime.map((entry, index) => ({ ...entry, number: index + 1 })),
            head,
          );
        },
      }),
    "makes one chain of appends that come at the same time": () => trailThat({ hasNoQueue: true }),
  },
};

function trailThat(flaw: Flaw): AuditTrailHarness {
  const { digest } = brokenDigests.right() as { readonly digest: Digest };
  const used: Digest = flaw.isSalted === true ? { digest: (value) => digest.digest(["salt", value]) } : digest;
  let entries: ChainedAuditEntry[] = [];
  let head: AuditChainHead = EMPTY_AUDIT_CHAIN;
  let tail: Promise<unknown> = Promise.resolve();
  const trail: AuditTrail = {
    append(entry) {
      const write = async (): Promise<ChainedAuditEntry> => {
        const chained = await chainAuditEntry(used, entry, head);
        entries.push(chained);
        head = { number: chained.number, hash: chained.hash };
        return flaw.returned?.(chained) ?? chained;
      };
      const written = flaw.hasNoQueue === true ? write() : tail.then(write);
      tail = written;
      return written;
    },
    async read({ afterNumber, limit }) {
      const after = entries.filter(({ number }) => number > afterNumber);
      return after
        .slice(0, flaw.ignoresLimit === true ? after.length : limit)
        .map((entry) => flaw.read?.(entry) ?? entry);
    },
    verify: () => flaw.verify?.(entries, used, head) ?? verifyAuditChain(used, entries, head),
  };
  return {
    trail,
    digest,
    async tamper(tampering) {
      switch (tampering.kind) {
        case "edit":
          entries = entries.map((entry) =>
            entry.number === tampering.number ? { ...entry, details: tampering.details } : entry,
          );
          return;
        case "drop":
          entries = entries.filter(({ number }) => number !== tampering.number);
          return;
        case "swap": {
          const other = new Map([
            [tampering.first, tampering.second],
            [tampering.second, tampering.first],
          ]);
          entries = entries.map((entry) => ({
            ...(entries[(other.get(entry.number) ?? entry.number) - 1] ?? entry),
            number: entry.number,
          }));
        }
      }
    },
  };
}

function verifyLinks(entries: readonly ChainedAuditEntry[], head: AuditChainHead): AuditVerdict {
  let previousHash = EMPTY_AUDIT_CHAIN.hash;
  for (const [index, entry] of entries.entries()) {
    const fits = entry.number === index + 1 && entry.previousHash === previousHash;
    if (!fits) return { kind: "broken", atNumber: index + 1, reason: "a link is broken" };
    previousHash = entry.hash;
  }
  if (entries.length < head.number) return { kind: "broken", atNumber: entries.length + 1, reason: "the end is cut" };
  return { kind: "intact", entries: entries.length };
}

function rounded(details: Json): Json {
  const round = (_: string, value: unknown): unknown => (typeof value === "number" ? Math.round(value) : value);
  return JSON.parse(JSON.stringify(details), round) as Json;
}
