import {
  createMemoryEventBus,
  createMemoryTimer,
  createNodeCredentials,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import { createPostgresStorage, type PostgresStorage, type StorageTarget } from "@plimsoll/adapters-postgres";
import { createPlimsoll, defineSettings, defineSlo, type HistorySlice, type Plimsoll } from "@plimsoll/core";

import { row, type BenchRow } from "./bench-result.js";

const SLICE_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAYS = 30;
const BATCH = 20_000;
const RESTART_AIM_MS = 10_000; // 10,000 SLOs x 30 days

type Process = { readonly storage: PostgresStorage; readonly engine: Plimsoll };

/** Measures how long a process takes from opening its storage to its first evaluation, with 30 days behind it. */
export async function measureRestart(
  { name, target }: { readonly name: string; readonly target: StorageTarget },
  quick: boolean,
): Promise<readonly BenchRow[]> {
  const sloIds = Array.from({ length: quick ? 1_000 : 10_000 }, (_, index) => `slo-${index}`);
  const before = await start(target, []);
  await fill(before.storage, sloIds);
  await stop(before);
  const first = await start(target, sloIds);
  await first.engine.checkpoint();
  await stop(first);

  const startedMs = performance.now();
  const again = await start(target, sloIds);
  const openMs = performance.now() - startedMs;
  await again.engine.round();
  const evaluatedMs = performance.now() - startedMs;
  const { restored } = await again.engine.health();
  await stop(again);
  if (restored.from !== "checkpoint") throw new Error(`it was restored from ${restored.from}, not from a checkpoint`);
  const what = `${name}: restart with ${sloIds.length.toLocaleString("en")} SLOs x ${DAYS} days`;
  return [
    row(`${what}, ledger restored`, openMs, "ms"),
    row(`${what}, all evaluated`, evaluatedMs, "ms", quick ? undefined : RESTART_AIM_MS),
  ];
}

async function start(target: StorageTarget, sloIds: readonly string[]): Promise<Process> {
  const clock = createSystemClock();
  const digest = createNodeDigest();
  const storage = await createPostgresStorage(target, { digest });
  const slos = sloIds.map((id) =>
    defineSlo(
      {
        id,
        service: "shop",
        target: 0.999,
        window: `${DAYS}d`,
        sli: { kind: "events", selector: { source: "none", query: {} } },
      },
      { sliceMs: SLICE_MS },
    ),
  );
  const { audit, events, history } = storage;
  const engine = await createPlimsoll({
    settings: defineSettings({ sliceMs: SLICE_MS, slos, services: [{ id: "shop", tier: 1, dependsOn: [] }] }),
    ports: {
      audit,
      clock,
      digest,
      events,
      history,
      bus: createMemoryEventBus(),
      credentials: createNodeCredentials(),
      ids: createUlidIdSource({ clock }),
      timer: createMemoryTimer({ clock }),
      sources: {},
      notifiers: {},
    },
  });
  return { storage, engine };
}

async function stop({ engine, storage }: Process): Promise<void> {
  await engine.close();
  await storage.close();
}

/** An hour's slices as one each for 30 days, and every slice of the last hour. */
async function fill({ history }: PostgresStorage, sloIds: readonly string[]): Promise<void> {
  const nowMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const hours = Array.from({ length: DAYS * 24 }, (_, back) => nowMs - (back + 2) * HOUR_MS).toReversed();
  const slices = Array.from({ length: HOUR_MS / SLICE_MS }, (_, index) => nowMs - HOUR_MS + index * SLICE_MS);
  let batch: HistorySlice[] = [];
  for (const sliceMs of [...hours, ...slices]) {
    for (const sloId of sloIds)
      batch.push({ sloId, sliceMs, good: 990 + (batch.length % 10), total: 1_000, slices: 1 });
    if (batch.length < BATCH) continue;
    await history.append(batch);
    batch = [];
  }
  await history.append(batch);
}
