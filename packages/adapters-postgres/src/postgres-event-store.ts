import { failure, PlimsollError, success } from "@plimsoll/core";
import type { EventStore, Json, NewEvent, Result, StoredEvent, StreamWrite, VersionConflict } from "@plimsoll/core";

import { StorageError } from "./sql/storage-error.js";
import type { Sql, SqlRow } from "./sql/sql.js";

const COLUMNS = "e.position, e.stream, e.version, e.id, e.type, e.at_ms, e.actor, e.data";

// Held shared by every append until it has committed, exclusively by a reader who must know that none is under way.
const APPEND_LOCK = 7_546_876_302;

/*
 * Events and outbox rows in one statement, and nothing when a version is not as expected: see migration 5.
 *
 * Positions come from a sequence, so an append may commit after another that has higher positions. Whoever follows
 * `readAll` must not pass the hole that it leaves meanwhile: see `readAll` below. One exclusive lock around every append
 * would also do, and would let only one at a time wait for the disk.
 */
const APPEND = {
  name: "plimsoll-append",
  text: "SELECT position FROM plimsoll.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9) AS position",
};

const READ = {
  name: "plimsoll-read",
  text: `SELECT ${COLUMNS} FROM plimsoll.events e WHERE e.stream = $1 AND e.version > $2 ORDER BY e.version`,
};

const READ_ALL = {
  name: "plimsoll-read-all",
  text: `SELECT ${COLUMNS} FROM plimsoll.events e WHERE e.position > $1 ORDER BY e.position LIMIT $2`,
};

const PENDING = {
  name: "plimsoll-outbox-pending",
  text: `SELECT ${COLUMNS} FROM plimsoll.outbox o JOIN plimsoll.events e USING (position) ORDER BY o.position LIMIT $1`,
};

const SETTLE = {
  name: "plimsoll-outbox-settle",
  text: `DELETE FROM plimsoll.outbox o USING plimsoll.events e WHERE e.position = o.position AND e.id = ANY($1::text[])`,
};

const DEADLOCK = "40P01";
const DUPLICATE = "23505";
const MAX_ATTEMPTS = 5; // two appends over the same streams in opposite order may stop each other once or twice

/** Makes the event store of an open and migrated database. */
export function createPostgresEventStore(sql: Sql): EventStore {
  return {
    append: (writes) => append(sql, writes),
    read: async (stream, afterVersion = 0) => (await sql.query(READ, [stream, afterVersion])).map(mapRowToEvent),
    readAll: (query) => readAll(sql, query),
    outbox: {
      pending: async (limit) => (await sql.query(PENDING, [limit])).map(mapRowToEvent),
      async settle(eventIds) {
        if (eventIds.length > 0) await sql.query(SETTLE, [[...eventIds]]);
      },
    },
  };
}

// A hole in the positions is an append that failed, or one that has not committed yet. Once the lock is had, none is under
// way that drew a position below those seen, so the page as it is then read (by a statement of its own, which sees all that
// was committed before) can be passed for good.
async function readAll(
  sql: Sql,
  query: { readonly afterPosition: number; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  const { afterPosition, limit } = query;
  const page = (await sql.query(READ_ALL, [afterPosition, limit])).map(mapRowToEvent);
  if (page.every(({ position }, index) => position === afterPosition + index + 1)) return page;
  return sql.transaction(async (transaction) => {
    await transaction.query("SELECT pg_advisory_xact_lock($1::bigint)", [APPEND_LOCK]);
    return (await transaction.query(READ_ALL, [afterPosition, limit])).map(mapRowToEvent);
  });
}

async function append(
  sql: Sql,
  writes: readonly StreamWrite[],
): Promise<Result<readonly StoredEvent[], VersionConflict>> {
  refuseRepeatedStream(writes);
  const events = writes.flatMap(({ stream, expectedVersion, events: added }) =>
    added.map((event, index) => ({ stream, version: expectedVersion + index + 1, event })),
  );
  const parameters = [
    writes.map(({ stream }) => stream),
    writes.map(({ expectedVersion }) => expectedVersion),
    events.map(({ stream }) => stream),
    events.map(({ version }) => version),
    ...columnsOf(events.map(({ event }) => event)),
  ];
  const rows = await tryAppend(sql, parameters);
  if (rows !== "duplicate" && rows.length === events.length && events.length > 0) {
    return success(
      events.map(({ stream, version, event }, index): StoredEvent => {
        const { id, type, atMs, actor } = event;
        return {
          id,
          type,
          atMs,
          actor,
          data: copyOf(event.data),
          stream,
          version,
          position: Number(rows[index]?.["position"]),
        };
      }),
    );
  }
  // Nothing was written. An append without events lands here too: it asks only whether the versions are right.
  const conflict = await findConflict(sql, writes);
  if (conflict !== undefined) return failure(conflict);
  if (events.length === 0) return success([]);
  throw idTaken(events.map(({ event }) => event.id));
}

async function tryAppend(sql: Sql, parameters: readonly unknown[]): Promise<readonly SqlRow[] | "duplicate"> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sql.query(APPEND, parameters);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (error.sqlState === DUPLICATE) return "duplicate";
      if (error.sqlState !== DEADLOCK || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

async function findConflict(sql: Sql, writes: readonly StreamWrite[]): Promise<VersionConflict | undefined> {
  const rows = await sql.query(
    "SELECT stream, max(version) AS version FROM plimsoll.events WHERE stream = ANY($1::text[]) GROUP BY stream",
    [writes.map(({ stream }) => stream)],
  );
  const versions = new Map(rows.map((row) => [String(row["stream"]), Number(row["version"])]));
  for (const { stream, expectedVersion } of writes) {
    const actualVersion = versions.get(stream) ?? 0;
    if (actualVersion !== expectedVersion) return { code: "version-conflict", stream, expectedVersion, actualVersion };
  }
  return undefined;
}

function columnsOf(events: readonly NewEvent[]): readonly unknown[] {
  return [
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ atMs }) => atMs),
    events.map(({ actor }) => actor),
    events.map(({ data }) => JSON.stringify(data)),
  ];
}

function mapRowToEvent(row: SqlRow): StoredEvent {
  return {
    position: Number(row["position"]),
    stream: String(row["stream"]),
    version: Number(row["version"]),
    id: String(row["id"]),
    type: String(row["type"]),
    atMs: Number(row["at_ms"]),
    actor: String(row["actor"]),
    data: row["data"] as Json,
  };
}

function copyOf(data: Json): Json {
  return JSON.parse(JSON.stringify(data)) as Json;
}

function refuseRepeatedStream(writes: readonly StreamWrite[]): void {
  const streams = writes.map(({ stream }) => stream);
  const repeated = streams.find((stream, index) => streams.indexOf(stream) < index);
  if (repeated === undefined) return;
  throw new PlimsollError({
    code: "stream-written-twice",
    message: `One append holds two writes to stream "${repeated}": put all its events into one write.`,
    retryable: false,
  });
}

function idTaken(ids: readonly string[]): PlimsollError<"event-id-taken"> {
  return new PlimsollError({
    code: "event-id-taken",
    message: `One of the event ids ${ids.map((id) => `"${id}"`).join(", ")} belongs to another event already: ids are unique over the whole store.`,
    retryable: false,
  });
}
