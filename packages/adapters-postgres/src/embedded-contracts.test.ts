import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { auditTrailContract, describeContract, eventStoreContract, sliHistoryContract } from "@plimsoll/testkit";
import { afterAll, beforeAll, describe, it } from "vitest";

import { openEmbeddedSql } from "./sql/embedded-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { casesOf, needsRestart, storageHarnesses } from "./testing/storage-harnesses.js";

const START_MS = 60_000; // compiling the database takes seconds on a busy machine

const framework = {
  describe,
  it: (name: string, body: (context: unknown) => Promise<void>) => it(name, { timeout: START_MS }, body),
};

describe("embedded in memory", () => {
  let sql: SqlConnection | undefined;
  beforeAll(async () => {
    sql = await openEmbeddedSql(undefined);
  }, START_MS);
  afterAll(() => sql?.close());

  const open = async (): Promise<SqlConnection> => sql ?? openEmbeddedSql(undefined);
  const harnesses = storageHarnesses(open, { canReopen: false });
  const staysOpen = (name: string): boolean => !needsRestart(name);
  describeContract(framework, casesOf(eventStoreContract, staysOpen), harnesses.eventStore);
  describeContract(framework, casesOf(sliHistoryContract, staysOpen), harnesses.sliHistory);
  describeContract(framework, auditTrailContract, harnesses.auditTrail);
});

describe("embedded in a folder", () => {
  let folder = "";
  let sql: SqlConnection | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plimsoll-embedded-"));
  });
  afterAll(async () => {
    await sql?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (): Promise<SqlConnection> => {
    await sql?.close();
    return (sql = await openEmbeddedSql(join(folder, "store")));
  };
  const harnesses = storageHarnesses(open, { canReopen: true });
  describeContract(framework, casesOf(eventStoreContract, needsRestart), harnesses.eventStore);
  describeContract(framework, casesOf(sliHistoryContract, needsRestart), harnesses.sliHistory);
});
