import { collectPages, historySlicesArbitrary } from "@plimsoll/testkit";
import type { HistorySlice, StoredSlice } from "@plimsoll/core";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { migrate } from "./migrate.js";
import { createPostgresSliHistory } from "./postgres-sli-history.js";
import { openEmbeddedSql } from "./sql/embedded-sql.js";
import type { SqlConnection } from "./sql/sql.js";
import { emptyDatabase } from "./testing/storage-harnesses.js";

const START_MS = 120_000;
const SLICE_MS = 15_000;
const FROM_MS = 1_700_000_010_000;

describe("slices in small pages", () => {
  let sql: SqlConnection;
  beforeAll(async () => {
    sql = await openEmbeddedSql(undefined);
    await migrate(sql);
  }, START_MS);
  afterAll(() => sql.close());

  it(
    "come whole and in order, whatever the page size, the gaps and the order of storing",
    { timeout: START_MS },
    async () => {
      const history = historySlicesArbitrary({
        sloIds: ["b", "a", "B-2"],
        fromMs: FROM_MS,
        sliceMs: SLICE_MS,
        maxSlices: 30,
      });
      const farAway: HistorySlice = { sloId: "a", sliceMs: FROM_MS + 400 * 86_400_000, good: 1, total: 1, slices: 1 };
      await fc.assert(
        fc.asyncProperty(
          history.chain((slices) => fc.shuffledSubarray([...slices, farAway], { minLength: slices.length })),
          fc.integer({ min: 1, max: 7 }),
          fc.integer({ min: 0, max: 30 }),
          async (slices, pageSlices, cut) => {
            await emptyDatabase(sql);
            const kept = createPostgresSliHistory(sql, { pageSlices });
            const { appended } = await kept.append(slices);
            const fromMs = FROM_MS + cut * SLICE_MS;
            const loaded = await collectPages(kept.load({ fromMs, toMs: Number.MAX_SAFE_INTEGER }));
            expect(loaded).toEqual(appended.filter(({ sliceMs }) => sliceMs >= fromMs).toSorted(byTimeThenSlo));
            expect(await collectPages(kept.loadSince(0))).toEqual(appended);
            expect(await kept.prune(fromMs)).toBe(appended.length - loaded.length);
            expect(await collectPages(kept.load({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }))).toEqual(loaded);
          },
        ),
        { numRuns: 15 },
      );
    },
  );
});

function byTimeThenSlo(left: StoredSlice, right: StoredSlice): number {
  return left.sliceMs - right.sliceMs || (left.sloId < right.sloId ? -1 : 1);
}
