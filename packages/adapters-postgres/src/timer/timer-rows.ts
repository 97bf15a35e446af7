import { createHash } from "node:crypto";

import type { TimerEntry } from "@plimsoll/core";
import type { PgBoss } from "pg-boss";

import type { Sql, SqlRow } from "../sql/sql.js";
import { BOSS_SCHEMA, TIMER_QUEUE } from "./boss.js";

/** Keeps entries as jobs of pg-boss: one job for each key and fence, so that storing one twice stores it once. */
export type TimerRows = {
  insert(entry: TimerEntry): Promise<void>;
  remove(entry: TimerEntry): Promise<void>;
  /** Every entry, also those that a newer one of the same key replaces. */
  all(): AsyncIterable<readonly TimerEntry[]>;
  /** What is due by then. */
  dueBy(atMs: number): Promise<readonly TimerEntry[]>;
  has(entry: TimerEntry): Promise<boolean>;
};

type Change = {
  readonly kind: "insert" | "remove";
  readonly id: string;
  readonly entry: TimerEntry;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

const MOST_CHANGES = 2_000; // in a statement
// Each page sorts what is left where the server has no statistics yet, so that a few large ones are quicker than many.
const PAGE = 50_000;

const OPEN = `FROM ${BOSS_SCHEMA}.job WHERE name = '${TIMER_QUEUE}' AND state < 'active'`;

export function createTimerRows(sql: Sql, boss: PgBoss): TimerRows {
  let waiting: Change[] = [];
  let writing = false;

  const write = async (changes: readonly Change[]): Promise<void> => {
    // The last word on each entry; a job that is both stored and removed in one go need not be stored.
    const last = new Map(changes.map((change) => [change.id, change]));
    const inserts = [...last.values()].filter(({ kind }) => kind === "insert");
    const removed = [...last.values()].filter(({ kind }) => kind === "remove").map(({ id }) => id);
    // What is new before what it replaces goes, so that a crash between them loses no key.
    if (inserts.length > 0) await boss.insert(TIMER_QUEUE, inserts.map(toJob), { returnId: false });
    if (removed.length > 0) await boss.deleteJob(TIMER_QUEUE, removed);
  };

  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const changes = waiting.slice(0, MOST_CHANGES);
      waiting = waiting.slice(MOST_CHANGES);
      try {
        await write(changes);
        for (const { done } of changes) done();
      } catch (error) {
        for (const { failed } of changes) failed(error);
      }
    }
    writing = false;
  };

  // What comes while a statement is under way goes into the next one together.
  const change = (kind: Change["kind"], entry: TimerEntry): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ kind, entry, id: idOf(entry), done: resolve, failed: reject });
      if (!writing) void drain();
    });

  return {
    insert: (entry) => change("insert", entry),
    remove: (entry) => change("remove", entry),
    async *all() {
      let after = "00000000-0000-0000-0000-000000000000";
      for (;;) {
        const rows = await sql.query(`SELECT id, data ${OPEN} AND id > $1 ORDER BY id LIMIT ${PAGE}`, [after]);
        yield rows.map(mapRowToEntry);
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return;
        after = String(last["id"]);
      }
    },
    async dueBy(atMs) {
      const rows = await sql.query(`SELECT id, data ${OPEN} AND start_after <= $1 LIMIT ${PAGE}`, [isoOf(atMs)]);
      return rows.map(mapRowToEntry);
    },
    async has(entry) {
      return (await sql.query(`SELECT 1 ${OPEN} AND id = $1`, [idOf(entry)])).length > 0;
    },
  };
}

function toJob({ id, entry }: Change) {
  const { key, atMs, fence } = entry;
  return { id, singletonKey: key, startAfter: isoOf(atMs), data: { key, atMs, fence } };
}

/** The same entry has the same id in every process. */
function idOf({ key, fence }: TimerEntry): string {
  const hex = createHash("sha256").update(`${fence}/${key}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function mapRowToEntry(row: SqlRow): TimerEntry {
  const { key, atMs, fence } = row["data"] as TimerEntry;
  return { key, atMs, fence };
}
