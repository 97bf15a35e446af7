import { createHash } from "node:crypto";

import type { Digest, Json } from "@plimsoll/core";
import type {
  AuditTrailHarness,
  ClosableHarness,
  EventStoreHarness,
  MakeHarness,
  PortContract,
  SliHistoryHarness,
} from "@plimsoll/testkit";

import { createStorageOn, type PostgresStorage } from "../postgres-storage.js";
import type { Sql, SqlConnection } from "../sql/sql.js";

/** A digest for tests: hashes canonical JSON. */
export const testDigest: Digest = {
  digest: async (value) =>
    createHash("sha256")
      .update(JSON.stringify(sorted(value)))
      .digest("hex"),
};

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, sorted(member as Json)]),
  );
}

/** Keeps only those cases of a contract that a predicate names. */
export function casesOf<Harness>(
  contract: PortContract<Harness>,
  keep: (name: string) => boolean,
): PortContract<Harness> {
  return { ...contract, cases: contract.cases.filter(({ name }) => keep(name)) };
}

/** Whether a case needs storage that can be opened again. */
export function needsRestart(name: string): boolean {
  return name.includes("across a restart");
}

/** Opens the same database each time it is called; the connection before is closed first. */
export type OpenDatabase = () => Promise<SqlConnection>;

/** Makes harnesses of every storage port over one database that is emptied for each case. */
export function storageHarnesses(
  open: OpenDatabase,
  settings: { readonly canReopen: boolean },
): {
  readonly eventStore: MakeHarness<EventStoreHarness>;
  readonly sliHistory: MakeHarness<SliHistoryHarness>;
  readonly auditTrail: MakeHarness<AuditTrailHarness>;
} {
  const openEmpty = async (): Promise<{ readonly sql: SqlConnection; readonly storage: PostgresStorage }> => {
    const sql = await open();
    const storage = await createStorageOn(sql, { digest: testDigest });
    await emptyDatabase(sql);
    return { sql, storage };
  };
  const reopen = async (): Promise<PostgresStorage> => createStorageOn(await open(), { digest: testDigest });
  const closable: ClosableHarness = {};
  return {
    async eventStore() {
      const { storage } = await openEmpty();
      const again = settings.canReopen ? { reopen: async () => (await reopen()).events } : {};
      return { ...closable, store: storage.events, ...again };
    },
    async sliHistory() {
      const { sql, storage } = await openEmpty();
      const again = settings.canReopen ? { reopen: async () => (await reopen()).history } : {};
      return { ...closable, history: storage.history, damageCheckpoint: () => flipAByte(sql), ...again };
    },
    async auditTrail() {
      const { sql, storage } = await openEmpty();
      return { ...closable, trail: storage.audit, digest: testDigest, tamper: (tampering) => tamper(sql, tampering) };
    },
  };
}

/** Empties every table as if the database were new. */
export async function emptyDatabase(sql: Sql): Promise<void> {
  await sql.query(
    `TRUNCATE plimsoll.events, plimsoll.outbox, plimsoll.slo_keys, plimsoll.slice_blocks, plimsoll.ledger_checkpoint,
     plimsoll.ledger_checkpoint_piece, plimsoll.audit RESTART IDENTITY`,
  );
  await sql.query("UPDATE plimsoll.slice_counter SET latest = 0");
  await sql.query("UPDATE plimsoll.audit_head SET number = 0, hash = repeat('0', 64)");
}

async function flipAByte(sql: Sql): Promise<void> {
  await sql.query(
    "UPDATE plimsoll.ledger_checkpoint_piece SET bytes = set_byte(bytes, 3, get_byte(bytes, 3) # 1) WHERE number = 1",
  );
}

async function tamper(sql: Sql, tampering: Parameters<AuditTrailHarness["tamper"]>[0]): Promise<void> {
  switch (tampering.kind) {
    case "edit":
      await sql.query("UPDATE plimsoll.audit SET details = to_json($2::text) WHERE number = $1", [
        tampering.number,
        tampering.details,
      ]);
      return;
    case "drop":
      await sql.query("DELETE FROM plimsoll.audit WHERE number = $1", [tampering.number]);
      return;
    case "swap":
      for (const [from, to] of [
        [tampering.first, -1],
        [tampering.second, tampering.first],
        [-1, tampering.second],
      ]) {
        await sql.query("UPDATE plimsoll.audit SET number = $2 WHERE number = $1", [from, to]);
      }
  }
}
