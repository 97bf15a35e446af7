import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { unavailable, type RunningServer, type UnavailableComponent } from "./component.ts";
import { loadEmbeddedPostgres } from "./embedded-postgres.ts";
import { withFolderLock } from "./folder-lock.ts";
import { freePort } from "./free-port.ts";

/**
 * A PostgreSQL server with an empty database of the caller's own: on the server that TEST_POSTGRES_URL names,
 * else real binaries from npm in a temporary folder. `stop` drops the database, and the server when it was started for it.
 */
export async function postgresServer(): Promise<RunningServer | UnavailableComponent> {
  const named = process.env["TEST_POSTGRES_URL"];
  if (named !== undefined && named !== "") return databaseOn(named);
  try {
    return await embeddedServer();
  } catch (error) {
    return unavailable(
      "PostgreSQL",
      `the server from npm did not start: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function databaseOn(serverUrl: string): Promise<RunningServer> {
  const database = `plimsoll_test_${randomBytes(6).toString("hex")}`;
  await administer(serverUrl, `CREATE DATABASE ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const stop = once(() => administer(serverUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
  return { kind: "running", url: url.href, origin: "environment", stop };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function embeddedServer(): Promise<RunningServer> {
  // Loaded when needed: its platform package is not there on every platform.
  const { default: EmbeddedPostgres } = await loadEmbeddedPostgres();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chmodSync(folder, 0o755); // The server's own user has to get through to its data folder.
  const port = await freePort();
  const messages: string[] = [];
  const note = (message: unknown) => void messages.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    // PostgreSQL refuses to run as root; as root the package makes itself a user.
    createPostgresUser: isRoot,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1"],
    onLog: note,
    onError: note,
  });
  const stop = once(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    // Test files run side by side, and only one of them may add the user.
    await withFolderLock(join(tmpdir(), "plimsoll-postgres-user.lock"), () => server.initialise());
    await server.start();
    await server.createDatabase("plimsoll");
  } catch (error) {
    await stop().catch(note);
    throw new Error(
      `${error instanceof Error ? error.message : String(error)} ${messages.slice(-5).join(" ")}`.trim(),
      { cause: error },
    );
  }
  return { kind: "running", url: `postgres://postgres:postgres@127.0.0.1:${port}/plimsoll`, origin: "npm", stop };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
