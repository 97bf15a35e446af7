import { chainAuditEntry, EMPTY_AUDIT_CHAIN, verifyAuditChain } from "@plimsoll/core";
import type { AuditChainHead, AuditTrail, ChainedAuditEntry, Digest, Json } from "@plimsoll/core";

import type { Sql, SqlRow } from "./sql/sql.js";

const PAGE_ENTRIES = 1_000;

const READ = `SELECT number, at_ms, actor, action, subject, details, previous_hash, hash
  FROM plimsoll.audit WHERE number > $1 ORDER BY number LIMIT $2`;

/** Makes the audit trail of an open and migrated database. The last link is kept apart, so that a cut end shows. */
export function createPostgresAuditTrail(sql: Sql, digest: Digest): AuditTrail {
  return {
    append: (entry) =>
      sql.transaction(async (transaction) => {
        const [row] = await transaction.query("SELECT number, hash FROM plimsoll.audit_head FOR UPDATE");
        const chained = await chainAuditEntry(digest, entry, headOf(row));
        await transaction.query("INSERT INTO plimsoll.audit VALUES ($1, $2, $3, $4, $5, $6::text::json, $7, $8)", [
          chained.number,
          chained.atMs,
          chained.actor,
          chained.action,
          chained.subject,
          JSON.stringify(chained.details),
          chained.previousHash,
          chained.hash,
        ]);
        await transaction.query("UPDATE plimsoll.audit_head SET number = $1, hash = $2", [
          chained.number,
          chained.hash,
        ]);
        return chained;
      }),
    read: ({ afterNumber, limit }) => readPage(sql, afterNumber, limit),
    async verify() {
      // The head before the entries: one that is appended meanwhile is not a cut end.
      const [row] = await sql.query("SELECT number, hash FROM plimsoll.audit_head");
      const head = headOf(row);
      return verifyAuditChain(digest, readUpTo(sql, head), head);
    },
  };
}

async function readPage(sql: Sql, afterNumber: number, limit: number): Promise<readonly ChainedAuditEntry[]> {
  return (await sql.query(READ, [afterNumber, limit])).map(mapRowToEntry);
}

async function* readUpTo(sql: Sql, head: AuditChainHead): AsyncGenerator<ChainedAuditEntry> {
  for (let after = 0; ;) {
    const page = await readPage(sql, after, PAGE_ENTRIES);
    for (const entry of page) if (entry.number <= head.number) yield entry;
    after = page.at(-1)?.number ?? after;
    if (page.length < PAGE_ENTRIES || after >= head.number) return;
  }
}

function headOf(row: SqlRow | undefined): AuditChainHead {
  if (row === undefined) return EMPTY_AUDIT_CHAIN;
  return { number: Number(row["number"]), hash: String(row["hash"]) };
}

function mapRowToEntry(row: SqlRow): ChainedAuditEntry {
  return {
    number: Number(row["number"]),
    atMs: Number(row["at_ms"]),
    actor: String(row["actor"]),
    action: String(row["action"]),
    subject: String(row["subject"]),
    details: row["details"] as Json,
    previousHash: String(row["previous_hash"]),
    hash: String(row["hash"]),
  };
}
