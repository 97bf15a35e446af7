import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeContract, timerContract } from "@plimsoll/testkit";
import { afterAll, beforeAll, describe, it } from "vitest";

import { openEmbeddedSql } from "../sql/embedded-sql.js";
import type { SqlConnection } from "../sql/sql.js";
import { timerHarnesses } from "../testing/timer-harness.js";

const START_MS = 60_000; // compiling the database takes seconds on a busy machine

const framework = {
  describe,
  it: (name: string, body: (context: unknown) => Promise<void>) => it(name, { timeout: START_MS }, body),
};

describe("timers embedded in a folder", () => {
  let folder = "";
  let sql: SqlConnection | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plimsoll-timers-"));
    sql = await openEmbeddedSql(join(folder, "store"));
  }, START_MS);
  afterAll(async () => {
    await sql?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const present = (): SqlConnection => {
    if (sql === undefined) throw new Error("not opened");
    return sql;
  };
  const again = async (): Promise<SqlConnection> => {
    await sql?.close();
    return (sql = await openEmbeddedSql(join(folder, "store")));
  };
  describeContract(framework, timerContract, timerHarnesses(present, again));
});
