import { isPlimsollError } from "@plimsoll/core";
import type { AuditTrail, Digest, EventStore, SliHistory } from "@plimsoll/core";

import { migrate } from "./migrate.js";
import { createPostgresAuditTrail } from "./postgres-audit-trail.js";
import { createPostgresEventStore } from "./postgres-event-store.js";
import { createPostgresSliHistory } from "./postgres-sli-history.js";
import { openEmbeddedSql } from "./sql/embedded-sql.js";
import { openServerSql } from "./sql/server-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { openPostgresTimer, type PostgresTimer, type PostgresTimerSettings } from "./timer/postgres-timer.js";

/** Where storage is: a server, a folder of this process's own, or memory that ends with the process. */
export type StorageTarget =
  /** `postgres://user:password@host:port/database` */
  { readonly url: string } | { readonly directory: string } | { readonly memory: true };

/** What storage needs beside a place. */
export type PostgresStorageOptions = {
  /** Hashes the audit chain. */
  readonly digest: Digest;
  /** Most connections to a server; default 10. */
  readonly maxConnections?: number;
  /** How long to wait for a connection to a server; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Slices in a statement or a page; default 10,000. */
  readonly pageSlices?: number;
};

/** How storage is. `location` never holds a password. */
export type StorageHealth =
  | {
      readonly kind: "healthy";
      readonly backend: "embedded" | "server";
      readonly location: string;
      readonly serverVersion: string;
      readonly schema: number;
    }
  | {
      readonly kind: "unhealthy";
      readonly backend: "embedded" | "server";
      readonly location: string;
      readonly reason: string;
    };

/** Everything that is kept, behind the ports that keep it. */
export type PostgresStorage = {
  readonly events: EventStore;
  readonly history: SliHistory;
  readonly audit: AuditTrail;
  /** Opens the durable timers, in a schema of their own; to be closed before the storage is. */
  openTimer(settings: PostgresTimerSettings): Promise<PostgresTimer>;
  /** Ends connections and gives the folder free; idempotent. */
  close(): Promise<void>;
  /** Asks the database; answers instead of throwing. */
  health(): Promise<StorageHealth>;
};

const DEFAULT_CONNECTIONS = 10;
const DEFAULT_CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens storage and brings its schema to this version.
 *
 * Throws a `PlimsollError`: `storage-in-use`, `storage-folder-unusable`, `storage-newer-than-code`, `storage-bad-url`,
 * `storage-unavailable`, `storage-access-denied`, `storage-not-found`. No message holds a password.
 */
export async function createPostgresStorage(
  target: StorageTarget,
  options: PostgresStorageOptions,
): Promise<PostgresStorage> {
  return createStorageOn(await open(target, options), options);
}

/** Brings an open database to this version's schema and puts the ports over it; closes it when that fails. */
export async function createStorageOn(sql: SqlConnection, options: PostgresStorageOptions): Promise<PostgresStorage> {
  try {
    const schema = await migrate(sql);
    const settings = options.pageSlices === undefined ? {} : { pageSlices: options.pageSlices };
    return {
      events: createPostgresEventStore(sql),
      history: createPostgresSliHistory(sql, settings),
      audit: createPostgresAuditTrail(sql, options.digest),
      openTimer: (timerSettings) => openPostgresTimer(sql, timerSettings),
      close: () => sql.close(),
      health: () => healthOf(sql, schema),
    };
  } catch (error) {
    await sql.close().catch(() => undefined);
    throw error;
  }
}

async function open(target: StorageTarget, options: PostgresStorageOptions): Promise<SqlConnection> {
  const { maxConnections = DEFAULT_CONNECTIONS, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  if ("url" in target) return openServerSql({ url: target.url, maxConnections, connectTimeoutMs });
  return openEmbeddedSql("directory" in target ? target.directory : undefined);
}

async function healthOf(sql: SqlConnection, schema: number): Promise<StorageHealth> {
  const { backend, location } = sql;
  try {
    const [row] = await sql.query("SELECT current_setting('server_version') AS version");
    return { kind: "healthy", backend, location, serverVersion: String(row?.["version"]), schema };
  } catch (error) {
    const reason = isPlimsollError(error) ? error.message : String(error);
    return { kind: "unhealthy", backend, location, reason };
  }
}
