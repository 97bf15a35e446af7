import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import {
  createMemoryEventBus,
  createMemoryPorts,
  createNodeCredentials,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import { createPostgresStorage, type StorageTarget } from "@plimsoll/adapters-postgres";
import { createPlimsoll, type EnginePorts, type Plimsoll } from "@plimsoll/core";

import { quantile, row, type BenchOptions, type BenchResult, type BenchRow } from "./bench-result.js";
import { startBenchServer } from "./storage-server.js";

const AIM_LATENESS_MS = 1_000; // a page is decided within a second of being due
const STEP_MS = 60_000;
const STEPS = 3;
const AT_A_TIME = 16;

type OpenPorts = { readonly ports: EnginePorts; close(): Promise<void> };

/** Measures how late the steps of many open escalations are decided and stored, by the whole engine on its storage. */
export async function run({ quick = false }: BenchOptions = {}): Promise<BenchResult> {
  const incidents = quick ? 1_000 : 10_000;
  const rows: BenchRow[] = [];
  const notes = [
    `${incidents.toLocaleString("en")} incidents are declared, each of which calls one person every ${STEP_MS / 1_000} s; nobody acknowledges. From the second call on, lateness is the wall clock's time at which the call was stored and brought to those who react, less the time at which it was due.`,
    "Messages are owed and not sent: the notifier is another's matter. Everything runs in one process.",
    `load at the start: ${loadavg()[0]?.toFixed(1)}`,
  ];
  const awake = setInterval(() => undefined, 1_000);
  await measure("memory", await inMemory(), { incidents, rows });
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-escalation-"));
  try {
    await measure("embedded", await onStorage({ directory: folder }), { incidents, rows });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const server = await startBenchServer();
  if (server.kind === "unavailable") notes.push(`Not measured on a server: ${server.reason}`);
  else {
    try {
      await measure("server", await onStorage({ url: server.url }), { incidents, rows });
    } finally {
      await server.stop();
    }
  }
  clearInterval(awake);
  notes.push(`load at the end: ${loadavg()[0]?.toFixed(1)}`);
  return { name: "escalation", rows, notes };
}

async function measure(
  name: string,
  { close, ports }: OpenPorts,
  { incidents, rows }: { readonly incidents: number; readonly rows: BenchRow[] },
): Promise<void> {
  const place = `${name}, ${incidents.toLocaleString("en")} open`;
  const lateness: number[] = [];
  let allCalled = (): void => undefined;
  const called = new Promise<void>((resolve) => (allCalled = resolve));
  const due = new Map<string, number>();
  const engine = await open(ports);
  await ports.bus.subscribe("bench", async ({ atMs, stream, type }) => {
    if (type !== "escalation.step-fired") return;
    const dueMs = due.get(stream);
    if (dueMs !== undefined) lateness.push(Date.now() - dueMs);
    due.set(stream, atMs + STEP_MS);
    if (lateness.length === incidents * (STEPS - 1)) allCalled();
  });
  const startMs = Date.now();
  let next = 0;
  const declare = async (): Promise<void> => {
    while (next < incidents) {
      next += 1;
      // As many a second as a minute has room for, so that the calls of later minutes spread as well.
      const aheadMs = (next * STEP_MS) / incidents - (Date.now() - startMs);
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
      await engine.declareIncident({ actor: "bench", title: `Down ${next}`, severity: "SEV1", service: "shop" });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, declare));
  rows.push(row(`${place}: declared in`, (Date.now() - startMs) / 1_000, "s"));
  await called;
  rows.push(row(`${place}: call decided late by, median`, quantile(lateness, 0.5), "ms"));
  rows.push(row(`${place}: call decided late by, p99`, quantile(lateness, 0.99), "ms", AIM_LATENESS_MS));
  rows.push(row(`${place}: call decided late by, worst`, quantile(lateness, 1), "ms", AIM_LATENESS_MS));
  await engine.close();
  await close();
}

function open(ports: EnginePorts): Promise<Plimsoll> {
  const ada = [{ kind: "person", personId: "ada" }] as const;
  const steps = Array.from({ length: STEPS + 2 }, () => ({ targets: ada, delayMs: STEP_MS }));
  return createPlimsoll({
    ports,
    settings: {
      sliceMs: 15_000,
      services: [{ id: "shop", tier: 1, dependsOn: [] }],
      slos: [],
      corrections: [],
      freezeWindows: [],
      incidents: { cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
      notify: { pages: [], tickets: [], incidents: [] },
      reading: {},
      onCall: {
        people: [{ id: "ada", name: "Ada", zone: "UTC", contacts: [{ notifier: "pager" }] }],
        teams: [],
        schedules: [],
        policies: [{ id: "all", steps, repeat: 0, fallback: ada }],
        policyOf: new Map(),
        defaultPolicy: "all",
      },
    },
  });
}

async function inMemory(): Promise<OpenPorts> {
  return { ports: createMemoryPorts(), close: async () => undefined };
}

async function onStorage(target: StorageTarget): Promise<OpenPorts> {
  const clock = createSystemClock();
  const digest = createNodeDigest();
  const storage = await createPostgresStorage(target, { digest });
  const timer = await storage.openTimer({ clock });
  const { audit, events, history } = storage;
  const ids = createUlidIdSource({ clock });
  const bus = createMemoryEventBus();
  const credentials = createNodeCredentials();
  return {
    ports: { clock, digest, credentials, ids, history, events, bus, audit, timer, sources: {}, notifiers: {} },
    async close() {
      await timer.close();
      await storage.close();
    },
  };
}
