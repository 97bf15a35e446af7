import { chainAuditEntry, EMPTY_AUDIT_CHAIN } from "@plimsoll/core";
import type { AuditEntry, AuditTrail, ChainedAuditEntry, Digest } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** What somebody with access to the storage does behind the trail's back. */
export type AuditTampering =
  /** Changes the details of an entry and leaves its hash. */
  | { readonly kind: "edit"; readonly number: number; readonly details: string }
  /** Removes an entry. */
  | { readonly kind: "drop"; readonly number: number }
  /** Exchanges the contents, hashes included, of two entries, each under the other's number. */
  | { readonly kind: "swap"; readonly first: number; readonly second: number };

/** A trail and the storage under it. */
export type AuditTrailHarness = ClosableHarness & {
  readonly trail: AuditTrail;
  /** The digest that the trail was made with. */
  readonly digest: Digest;
  tamper(tampering: AuditTampering): Promise<void>;
};

/** The promises of an `AuditTrail`. */
export const auditTrailContract: PortContract<AuditTrailHarness> = {
  port: "AuditTrail",
  cases: [
    {
      name: "numbers entries from 1 without a hole",
      async run({ trail }) {
        const numbers = (await appendMany(trail, 3)).map((entry) => entry.number);
        ensureEqual(numbers, [1, 2, 3], "numbers");
      },
    },
    {
      name: "hashes each entry over the one before, the first over 64 zeros",
      async run({ trail, digest }) {
        let head = EMPTY_AUDIT_CHAIN;
        for (let index = 0; index < 3; index += 1) {
          const { hash, previousHash } = await trail.append(entryOf(index));
          const expected = await chainAuditEntry(digest, entryOf(index), head);
          ensureEqual(
            { hash, previousHash },
            { hash: expected.hash, previousHash: head.hash },
            `links of entry ${index + 1}`,
          );
          head = { number: index + 1, hash };
        }
      },
    },
    {
      name: "reads back what it was given",
      async run({ trail }) {
        const details = { text: "Größe 📈 'quoted' \"twice\"", nested: { list: [1, 2.5, null, true, { z: 1, a: 2 }] } };
        const appended = await trail.append({ ...entryOf(0), details });
        const [read] = await trail.read({ afterNumber: 0, limit: 1 });
        ensureEqual(read, appended, "the entry as read");
        ensureEqual(read?.details, details, "its details");
      },
    },
    {
      name: "reads pages in ascending order, after a number and up to a limit",
      async run({ trail }) {
        await appendMany(trail, 5);
        const page = await trail.read({ afterNumber: 1, limit: 3 });
        ensureEqual(
          page.map((entry) => entry.number),
          [2, 3, 4],
          "numbers after 1, at most 3",
        );
      },
    },
    {
      name: "calls an empty trail and an untouched one intact, with the count of entries",
      async run({ trail }) {
        ensureEqual(await trail.verify(), { kind: "intact", entries: 0 }, "verdict on an empty trail");
        await appendMany(trail, 4);
        ensureEqual(await trail.verify(), { kind: "intact", entries: 4 }, "verdict on an untouched trail");
      },
    },
    {
      name: "finds an entry that was edited",
      async run({ trail, tamper }) {
        await appendMany(trail, 4);
        await tamper({ kind: "edit", number: 2, details: "nothing happened" });
        await ensureBrokenAt(trail, 2);
      },
    },
    {
      name: "finds an entry that was dropped",
      async run({ trail, tamper }) {
        await appendMany(trail, 4);
        await tamper({ kind: "drop", number: 3 });
        await ensureBrokenAt(trail, 3);
      },
    },
    {
      name: "finds that the last entry was dropped",
      async run({ trail, tamper }) {
        await appendMany(trail, 4);
        await tamper({ kind: "drop", number: 4 });
        await ensureBrokenAt(trail, 4);
      },
    },
    {
      name: "finds entries that were swapped",
      async run({ trail, tamper }) {
        await appendMany(trail, 4);
        await tamper({ kind: "swap", first: 2, second: 3 });
        await ensureBrokenAt(trail, 2);
      },
    },
    {
      name: "makes one chain of appends that come at the same time",
      async run({ trail }) {
        const entries = Array.from({ length: 20 }, (_, index) => entryOf(index));
        await Promise.all(entries.map((entry) => trail.append(entry)));
        ensureEqual(await trail.verify(), { kind: "intact", entries: 20 }, "verdict on twenty appends at once");
      },
    },
  ],
};

function entryOf(index: number): AuditEntry {
  return {
    atMs: 1_700_000_000_000 + index,
    actor: "alice",
    action: "correction.add",
    subject: `slo-${index}`,
    details: { index },
  };
}

async function appendMany(trail: AuditTrail, count: number): Promise<readonly ChainedAuditEntry[]> {
  const entries: ChainedAuditEntry[] = [];
  for (let index = 0; index < count; index += 1) entries.push(await trail.append(entryOf(index)));
  return entries;
}

async function ensureBrokenAt(trail: AuditTrail, atNumber: number): Promise<void> {
  const verdict = await trail.verify();
  ensure(verdict.kind === "broken", "the trail was tampered with, and the verdict is intact");
  ensureEqual(verdict.atNumber, atNumber, `the first entry that is not whole (${verdict.reason})`);
  ensure(verdict.reason !== "", "the verdict has no reason");
}
