import {
  auditTrailContract,
  collectPages,
  describeContract,
  eventStoreContract,
  sliHistoryContract,
} from "@plimsoll/testkit";
import type { NewEvent, StoredEvent } from "@plimsoll/core";
import { postgresServer } from "@plimsoll/tools/components";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";

import { createPostgresStorage, type PostgresStorage } from "./postgres-storage.js";
import { openServerSql } from "./sql/server-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { emptyDatabase, storageHarnesses, testDigest } from "./testing/storage-harnesses.js";

const START_MS = 60_000;

let server: Awaited<ReturnType<typeof postgresServer>> = { kind: "unavailable", reason: "not started" };
let sql: SqlConnection | undefined;

beforeAll(async () => {
  server = await postgresServer();
}, START_MS);

afterAll(async () => {
  await sql?.close();
  if (server.kind === "running") await server.stop();
}, START_MS);

function urlOf(): string {
  if (server.kind === "unavailable") throw new Error(server.reason);
  return server.url;
}

const open = async (): Promise<SqlConnection> => {
  await sql?.close();
  return (sql = openServerSql({ url: urlOf(), maxConnections: 10, connectTimeoutMs: 10_000 }));
};

function onServer(name: string, body: (context: TestContext) => Promise<void>): void {
  it(name, { timeout: START_MS }, async (context) => {
    if (server.kind === "unavailable") context.skip(server.reason);
    await body(context);
  });
}

describe("on a server", () => {
  const harnesses = storageHarnesses(open, { canReopen: true });
  const framework = { describe, it: onServer };
  describeContract(framework, eventStoreContract, harnesses.eventStore);
  describeContract(framework, sliHistoryContract, harnesses.sliHistory);
  describeContract(framework, auditTrailContract, harnesses.auditTrail);
});

describe("several processes on one server", () => {
  const openBoth = async (): Promise<readonly [PostgresStorage, PostgresStorage]> => {
    const options = { digest: testDigest };
    const both = await Promise.all([
      createPostgresStorage({ url: urlOf() }, options),
      createPostgresStorage({ url: urlOf() }, options),
    ]);
    await emptyDatabase(await open());
    return both;
  };
  const closeAll = async (storages: readonly PostgresStorage[]): Promise<void> => {
    await Promise.all(storages.map((storage) => storage.close()));
  };

  onServer("migrate an empty database at the same time, once", async () => {
    const admin = await open();
    await admin.query("DROP SCHEMA IF EXISTS plimsoll CASCADE");
    const storages = await Promise.all(
      Array.from({ length: 4 }, () => createPostgresStorage({ url: urlOf() }, { digest: testDigest })),
    );
    const healths = await Promise.all(storages.map((storage) => storage.health()));
    expect(healths.map(({ kind }) => kind)).toEqual(["healthy", "healthy", "healthy", "healthy"]);
    await closeAll(storages);
  });

  onServer("show a follower of readAll every event of concurrent writers, each once", async () => {
    const storages = await openBoth();
    const [first, second] = storages;
    const followed: StoredEvent[] = [];
    let writing = true;
    const follow = async (): Promise<void> => {
      for (let done = false; !done;) {
        done = !writing;
        for (;;) {
          const page = await second.events.readAll({ afterPosition: followed.at(-1)?.position ?? 0, limit: 50 });
          followed.push(...page);
          if (page.length === 0) break;
        }
      }
    };
    const following = follow();
    await Promise.all(Array.from({ length: 8 }, (_, writer) => writeMany(storages[writer % 2] ?? first, writer, 100)));
    writing = false;
    await following;
    await closeAll(storages);
    expect(new Set(followed.map(({ id }) => id)).size).toBe(800);
    expect(followed.length).toBe(800);
  });

  onServer("do not pass an event that has drawn its position and is not committed yet", async () => {
    const storages = await openBoth();
    const [slow] = storages;
    const admin = await open();
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let drawn = (): void => undefined;
    const hasDrawn = new Promise<void>((resolve) => (drawn = resolve));
    // What an append does, held open before its commit.
    const unfinished = admin.transaction(async (transaction) => {
      await transaction.query("SELECT pg_advisory_xact_lock_shared(7546876302)");
      await transaction.query(
        "INSERT INTO plimsoll.events (stream, version, id, type, at_ms, actor, data) VALUES ('held', 1, 'held', 't', 0, 'a', '{}')",
      );
      drawn();
      await held;
    });
    await hasDrawn;
    await slow.events.append([{ stream: "quick", expectedVersion: 0, events: [eventOf("quick")] }]);
    const reader = { answered: false };
    const reading = slow.events.readAll({ afterPosition: 0, limit: 10 }).finally(() => (reader.answered = true));
    // The append is committed only once the reader waits for it, or has answered without waiting.
    const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    while (!reader.answered && (await admin.query(waiting)).length === 0);
    commit();
    await unfinished;
    expect((await reading).map(({ id }) => id)).toEqual(["held", "quick"]);
    await closeAll(storages);
  });

  onServer("let one writer win each version of a stream that all write to", async () => {
    const storages = await openBoth();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const { events } = storages[writer % 2] ?? storages[0];
        let won = 0;
        for (let version = 0; version < 25; version += 1) {
          const result = await events.append([
            { stream: "s", expectedVersion: version, events: [eventOf(`${writer}-${version}`)] },
          ]);
          if (result.ok) won += 1;
        }
        return won;
      }),
    );
    const versions = (await storages[0].events.read("s")).map(({ version }) => version);
    await closeAll(storages);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
    expect(outcomes.reduce((sum, won) => sum + won, 0)).toBe(versions.length);
  });

  onServer("append to the same streams in opposite order without a deadlock that anybody sees", async () => {
    const storages = await openBoth();
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const pair = Math.floor(index / 2);
        const streams = [`a-${pair}`, `b-${pair}`];
        const ordered = index % 2 === 0 ? streams : streams.toReversed();
        const { events } = storages[index % 2] ?? storages[0];
        return events.append(
          ordered.map((stream) => ({ stream, expectedVersion: 0, events: [eventOf(`${index}-${stream}`)] })),
        );
      }),
    );
    await closeAll(storages);
    expect(results.filter(({ ok }) => ok).length).toBe(20);
  });

  onServer("append the same slices at the same time, each kept once and in the order of sequences", async () => {
    const storages = await openBoth();
    const slices = Array.from({ length: 500 }, (_, index) => ({
      sloId: `slo-${index % 50}`,
      sliceMs: Math.floor(index / 50) * 15_000,
      good: 1,
      total: 1,
      slices: 1,
    }));
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, writer) => (storages[writer % 2] ?? storages[0]).history.append(slices)),
    );
    const loaded = await collectPages(storages[1].history.loadSince(0));
    await closeAll(storages);
    expect(outcomes.reduce((sum, { appended }) => sum + appended.length, 0)).toBe(500);
    expect(new Set(loaded.map(({ sloId, sliceMs }) => `${sloId}/${sliceMs}`)).size).toBe(500);
    expect(loaded.length).toBe(500);
  });

  onServer("keep one audit chain between them", async () => {
    const storages = await openBoth();
    const entry = { atMs: 0, actor: "alice", action: "test", subject: "s", details: {} };
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => (storages[index % 2] ?? storages[0]).audit.append(entry)),
    );
    const verdict = await storages[0].audit.verify();
    await closeAll(storages);
    expect(verdict).toEqual({ kind: "intact", entries: 40 });
  });
});

describe("a server that refuses", () => {
  onServer("is named without the password, in the error and in all that hangs on it", async () => {
    const url = new URL(urlOf());
    url.password = "wr0ng-pass%2Fword";
    const error: unknown = await createPostgresStorage({ url: url.href }, { digest: testDigest }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: "storage-access-denied", retryable: false });
    expect(everythingIn(error)).not.toMatch(/wr0ng-pass/u);
  });

  onServer("is told apart from a database that is not there", async () => {
    const url = new URL(urlOf());
    url.pathname = "/nowhere";
    const opening = createPostgresStorage({ url: url.href }, { digest: testDigest });
    await expect(opening).rejects.toMatchObject({ code: "storage-not-found", retryable: false });
  });
});

function eventOf(id: string): NewEvent {
  return { id, type: "t", atMs: 0, actor: "engine", data: { id } };
}

async function writeMany({ events }: PostgresStorage, writer: number, count: number): Promise<void> {
  for (let version = 0; version < count; version += 1) {
    const result = await events.append([
      { stream: `w-${writer}`, expectedVersion: version, events: [eventOf(`${writer}-${version}`)] },
    ]);
    if (!result.ok) throw new Error(`writer ${writer} was refused at version ${version}`);
  }
}

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [
    error.message,
    error.stack ?? "",
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
    everythingIn(error.cause),
  ].join("\n");
}
