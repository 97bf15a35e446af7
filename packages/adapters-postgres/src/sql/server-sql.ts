import { PlimsollError } from "@plimsoll/core";
import pg from "pg";

import { storageErrorOf } from "./storage-error.js";
import type { Sql, SqlConnection, SqlRow, SqlStatement } from "./sql.js";

/** How to reach a server. */
export type ServerSqlSettings = {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
};

/** Opens a pool to a PostgreSQL server. Nothing is connected before the first query. */
export function openServerSql({ url, maxConnections, connectTimeoutMs }: ServerSqlSettings): SqlConnection {
  const { location, secrets } = describeUrl(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "plimsoll",
  });
  // An idle connection that breaks is replaced by the pool at the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  const guard = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw storageErrorOf(error, location, secrets);
    }
  };
  let closing: Promise<void> | undefined;
  return {
    backend: "server",
    location,
    query: (statement, parameters) => guard(() => runOn(pool, statement, parameters)),
    async transaction(work) {
      const client = await guard(() => pool.connect());
      const sql: Sql = {
        query: (statement, parameters) => guard(() => runOn(client, statement, parameters)),
        transaction: (inner) => inner(sql),
      };
      let broken = false;
      try {
        await sql.query("BEGIN");
        const value = await work(sql);
        await sql.query("COMMIT");
        return value;
      } catch (error) {
        broken = await sql.query("ROLLBACK").then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        client.release(broken);
      }
    },
    // Without parameters the server takes several statements; a connection on which one failed is not used again.
    script: (text) => guard(async () => rowsOfAll(await pool.query<SqlRow>(text))),
    close: () => (closing ??= guard(() => pool.end())),
  };
}

/** The driver gives a list where there were several statements, whatever its types say. */
function rowsOfAll(result: pg.QueryResult<SqlRow> | readonly pg.QueryResult<SqlRow>[]): readonly SqlRow[] {
  return [result].flat().flatMap(({ rows }) => rows);
}

async function runOn(
  target: pg.Pool | pg.PoolClient,
  statement: SqlStatement,
  parameters: readonly unknown[] = [],
): Promise<readonly SqlRow[]> {
  const query = typeof statement === "string" ? { text: statement } : statement;
  const result = await target.query<SqlRow>({ ...query, values: [...parameters] });
  return result.rows;
}

/** Names a server without its password, and lists what must not be said. */
export function describeUrl(url: string): { readonly location: string; readonly secrets: readonly string[] } {
  // `URL.parse` would give no reason; the reason that `new URL` throws holds the whole text, and is not passed on.
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(?:ql)?:$/u.test(parsed.protocol)) {
    throw new PlimsollError({
      code: "storage-bad-url",
      message:
        "The storage URL is not of the form postgres://user:password@host:port/database (it is not shown, as it may hold a password).",
      retryable: false,
    });
  }
  const secrets = [parsed.password, safelyDecoded(parsed.password), parsed.searchParams.get("password") ?? ""];
  return { location: `${parsed.protocol}//${parsed.host}${parsed.pathname}`, secrets };
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
