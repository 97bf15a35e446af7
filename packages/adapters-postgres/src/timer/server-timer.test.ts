import { createManualClock, describeContract, timerContract } from "@plimsoll/testkit";
import { postgresServer } from "@plimsoll/tools/components";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";

import { openServerSql } from "../sql/server-sql.js";
import type { SqlConnection } from "../sql/sql.js";
import { timerHarnesses } from "../testing/timer-harness.js";
import { BOSS_SCHEMA } from "./boss.js";
import { openPostgresTimer, type PostgresTimer } from "./postgres-timer.js";

const START_MS = 60_000;
const MINUTE_MS = 60_000;

let server: Awaited<ReturnType<typeof postgresServer>> = { kind: "unavailable", reason: "not started" };
const opened: SqlConnection[] = [];

function open(): SqlConnection {
  if (server.kind === "unavailable") throw new Error(server.reason);
  const sql = openServerSql({ url: server.url, maxConnections: 4, connectTimeoutMs: 10_000 });
  opened.push(sql);
  return sql;
}

beforeAll(async () => {
  server = await postgresServer();
}, START_MS);

afterAll(async () => {
  await Promise.all(opened.map((sql) => sql.close()));
  if (server.kind === "running") await server.stop();
}, START_MS);

function onServer(name: string, body: (context: TestContext) => Promise<void>): void {
  it(name, { timeout: START_MS }, async (context) => {
    if (server.kind === "unavailable") context.skip(server.reason);
    await body(context);
  });
}

describe("timers on a server", () => {
  let sql: SqlConnection | undefined;
  describeContract(
    { describe, it: onServer },
    timerContract,
    timerHarnesses(
      () => (sql ??= open()),
      async () => (sql = open()),
    ),
  );
});

describe("timers of two processes on one server", () => {
  const openBoth = async () => {
    const clock = createManualClock("2026-01-31T12:00:00Z");
    await open().script(`DROP SCHEMA IF EXISTS ${BOSS_SCHEMA} CASCADE`);
    const timers = await Promise.all([1, 2].map(() => openPostgresTimer(open(), { clock, fires: "manual" })));
    const [first, second] = timers;
    if (first === undefined || second === undefined) throw new Error("not opened");
    const woken: string[] = [];
    const listen = (timer: PostgresTimer, name: string) =>
      timer.consume("", async ({ key, fence }) => void woken.push(`${name} ${key}#${fence}`));
    await listen(first, "first");
    await listen(second, "second");
    const close = async () => void (await Promise.all(timers.map((timer) => timer.close())));
    return { clock, first, second, woken, close };
  };

  onServer("hand over once what one of them scheduled and handled", async () => {
    const { clock, first, second, woken, close } = await openBoth();
    await first.schedule({ key: "a", atMs: clock.nowMs() + MINUTE_MS, fence: 1 });
    clock.advance(MINUTE_MS);
    await second.adopt();
    await first.runDue();
    clock.advance(MINUTE_MS);
    await second.runDue();
    await close();
    expect(woken).toEqual(["first a#1"]);
  });

  onServer("let one take over what the other did not live to hand over, a second late", async () => {
    const { clock, first, second, woken, close } = await openBoth();
    await first.schedule({ key: "a", atMs: clock.nowMs() + MINUTE_MS, fence: 1 });
    await first.close();
    clock.advance(MINUTE_MS);
    await second.adopt();
    await second.runDue();
    expect(woken).toEqual([]);
    clock.advance(999);
    await second.runDue();
    expect(woken).toEqual([]);
    clock.advance(1);
    await second.runDue();
    await close();
    expect(woken).toEqual(["second a#1"]);
  });

  onServer("hand over in the one that goes on what both scheduled, and the other stored first", async () => {
    const { clock, first, second, woken, close } = await openBoth();
    await first.schedule({ key: "a", atMs: clock.nowMs(), fence: 1 });
    await second.schedule({ key: "a", atMs: clock.nowMs(), fence: 1 });
    const entry = { key: "a", atMs: clock.nowMs() + MINUTE_MS, fence: 3 };
    await first.schedule(entry);
    await second.schedule(entry);
    await first.close();
    clock.advance(MINUTE_MS);
    await second.runDue();
    await close();
    expect(woken).toEqual(["second a#3"]);
  });

  onServer("leave out what was replaced in the process that scheduled it", async () => {
    const { clock, first, second, woken, close } = await openBoth();
    await first.schedule({ key: "a", atMs: clock.nowMs() + 500, fence: 1 });
    await second.adopt();
    await first.schedule({ key: "a", atMs: clock.nowMs() + 2 * MINUTE_MS, fence: 2 });
    clock.advance(MINUTE_MS);
    await second.runDue();
    await close();
    expect(woken).toEqual([]);
  });

  onServer("install pg-boss at the same time, once", async () => {
    await open().script(`DROP SCHEMA IF EXISTS ${BOSS_SCHEMA} CASCADE`);
    const clock = createManualClock("2026-01-31T12:00:00Z");
    const timers = await Promise.all([1, 2, 3, 4].map(() => openPostgresTimer(open(), { clock, fires: "manual" })));
    await timers[0]?.schedule({ key: "a", atMs: clock.nowMs(), fence: 1 });
    const late = await openPostgresTimer(open(), { clock, fires: "manual" });
    expect(late.pending).toBe(1);
    await Promise.all([...timers, late].map((timer) => timer.close()));
  });
});
