import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import {
  createMemoryEventStore,
  createMemoryTimer,
  createNodeDigest,
  createSystemClock,
} from "@plimsoll/adapters-memory";
import { createPostgresStorage, type PostgresStorage } from "@plimsoll/adapters-postgres";
import {
  buildRoutes,
  createAlertIntake,
  createJournal,
  createMaintenanceCalendar,
  createRoutingBook,
  createRoutingDesk,
  createSilenceIndex,
  externalAlert,
  routeAlert,
  type AlertIntake,
  type EventStore,
  type ExternalAlert,
  type Labels,
  type RouteSpec,
} from "@plimsoll/core";

import { startAlertmanager } from "./alertmanager.js";
import { row, type BenchResult, type BenchRow } from "./bench-result.js";
import { startBenchServer } from "./storage-server.js";

const BATCH = 64;
// As a request by HTTP would be: who handed it in is stored with it.
const HAND_IN = { actor: "prometheus", via: "prometheus", address: "10.0.0.1", bodyHash: "0".repeat(64) };
const SENDERS = 8;
const SILENCES = 10_000;
const GROUPS = 10_000;
const ROUTES = 1_000;
const ACTIVE = 10_000;
const REPEATS = 3;
const AIM_SERVER_PER_S = 10_000;
const AIM_EMBEDDED_PER_S = 3_000;
const AIM_FIRST_NOTICE_MS = 100;
const AIM_LIST_MS = 100;
const AIM_DECISION_MS = 10;

/** Measures alerts from elsewhere: taken in and stored durably, listed, decided on, and first told of. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const alerts = quick ? 6_400 : 32_000;
  const rows: BenchRow[] = [...(await measureDecision(quick))];
  const notes: string[] = [
    `Alerts in batches of ${BATCH} from ${SENDERS} senders at once; each alert is new, is routed, joins a group of 64 labels' worth, and is an event with its outbox row.`,
    "Repeats are the same alerts sent again: known, not stored again. Listing is the whole list as JSON.",
  ];
  // What storing costs is the difference to this.
  rows.push(...(await measureIntake("in memory", createMemoryEventStore(), { alerts })));
  const embedded = await openEmbedded();
  try {
    rows.push(...(await measureIntake("embedded", embedded.storage.events, { alerts, aim: AIM_EMBEDDED_PER_S })));
  } finally {
    await embedded.close();
  }
  const server = await startBenchServer();
  if (server.kind === "unavailable") notes.push(`Not measured on a server: ${server.reason}`);
  else {
    const storage = await createPostgresStorage({ url: server.url }, { digest: createNodeDigest() });
    try {
      rows.push(...(await measureIntake("server", storage.events, { alerts, aim: AIM_SERVER_PER_S })));
    } finally {
      await storage.close();
      await server.stop();
    }
  }
  const rival = await measureAlertmanager(alerts);
  if (typeof rival === "string") notes.push(`Alertmanager was not measured: ${rival}`);
  else rows.push(...rival);
  notes.push(`Rates and latencies are by the wall clock; the load at the end was ${(loadavg()[0] ?? 0).toFixed(1)}.`);
  return { name: "incidents", rows, notes };
}

async function openEmbedded(): Promise<{ readonly storage: PostgresStorage; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  const storage = await createPostgresStorage({ directory: join(folder, "storage") }, { digest: createNodeDigest() });
  return {
    storage,
    async close() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SIMPLE_ROUTES: RouteSpec = {
  receiver: "ops",
  groupBy: ["alertname", "cluster"],
  routes: [{ matchers: ["urgent=yes"], receiver: "pager", groupWaitMs: 0 }],
};

function openIntake(events: EventStore, spec: RouteSpec) {
  const root = buildRoutes(spec, { receivers: ["ops", "pager"] });
  if (!root.ok) throw new Error(JSON.stringify(root.error));
  const clock = createSystemClock();
  const book = createRoutingBook(root.value, []);
  const journal = createJournal(events, [...book.projections]);
  const rules = {
    root: root.value,
    silences: createSilenceIndex(),
    inhibitor: book.inhibitor,
    maintenance: createMaintenanceCalendar([]),
  };
  const timer = createMemoryTimer({ clock });
  const desk = createRoutingDesk({ clock, journal, book, events, rules, timer });
  return { book, desk, intake: createAlertIntake({ clock, journal, book, rules, desk }) };
}

function alertOf(index: number, extra: Labels = {}): ExternalAlert {
  const labels = {
    alertname: `Alert${index % 50}`,
    cluster: `cluster-${index % 7}`,
    instance: `10.0.${(index >> 8) % 256}.${index % 256}:9100`,
    job: `job-${index % 20}`,
    severity: index % 3 === 0 ? "page" : "ticket",
    number: String(index),
    ...extra,
  };
  const annotations = { summary: `instance ${index} is down`, runbook_url: "https://runbooks.example/down" };
  const made = externalAlert(
    { source: "bench", labels, annotations },
    { nowMs: Date.now(), resolveTimeoutMs: 3_600_000 },
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

async function measureIntake(
  name: string,
  events: EventStore,
  { aim, alerts }: { readonly alerts: number; readonly aim?: number },
): Promise<readonly BenchRow[]> {
  const { book, intake } = openIntake(events, SIMPLE_ROUTES);
  const warmUp = 640;
  await send(
    intake.take,
    Array.from({ length: warmUp }, (_, index) => alertOf(10_000_000 + index)),
  );
  const fresh = Array.from({ length: alerts }, (_, index) => alertOf(index));
  const cpuBefore = process.threadCpuUsage();
  const newSeconds = await secondsOf(() => send(intake.take, fresh));
  const cpu = process.threadCpuUsage(cpuBefore);
  const repeatSeconds = await secondsOf(() => send(intake.take, fresh));
  const latencies: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const urgent = alertOf(20_000_000 + index, { urgent: "yes", cluster: `urgent-${index}` });
    latencies.push((await secondsOf(() => intake.take([urgent]))) * 1_000);
    if (!book.trace(urgent.key).some(({ rule }) => rule === "notified")) throw new Error("nobody was told");
  }
  const all = book.active(Date.now());
  if (all.length < Math.min(alerts, ACTIVE)) throw new Error(`only ${all.length} alerts are active`);
  const listed = median(
    Array.from({ length: 9 }, () => msOf(() => JSON.stringify(book.active(Date.now()).slice(0, ACTIVE)))),
  );
  return [
    higher(`${name}: new alerts taken in, routed and stored`, alerts / newSeconds, "alerts/s", aim),
    row(`${name}: processor time of the intake's own thread per new alert`, (cpu.user + cpu.system) / alerts, "us"),
    higher(`${name}: repeated alerts taken in and known`, alerts / repeatSeconds, "alerts/s"),
    row(`${name}: first notice decided and stored, group wait zero, median`, median(latencies), "ms"),
    row(
      `${name}: first notice decided and stored, group wait zero, worst of 50`,
      Math.max(...latencies),
      "ms",
      AIM_FIRST_NOTICE_MS,
    ),
    row(`${name}: ${Math.min(all.length, ACTIVE)} active alerts listed as JSON`, listed, "ms", AIM_LIST_MS),
  ];
}

async function send(take: AlertIntake["take"], alerts: readonly ExternalAlert[]): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < alerts.length) {
      const batch = alerts.slice(next, (next += BATCH));
      await take(batch, HAND_IN);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** One decision: which routes, which silences, whether inhibited, which group; with as many of each as the aim says. */
async function measureDecision(quick: boolean): Promise<readonly BenchRow[]> {
  const routes = Array.from({ length: ROUTES }, (_, index): RouteSpec => ({
    matchers: [index % 4 === 0 ? `job=~"job-${index}-.*"` : `job="job-${index}"`, 'severity=~"page|ticket"'],
  }));
  const root = buildRoutes({ receiver: "ops", groupBy: ["number"], routes }, { receivers: ["ops"] });
  if (!root.ok) throw new Error(JSON.stringify(root.error));
  const silences = createSilenceIndex();
  for (let index = 0; index < SILENCES; index += 1) {
    const value =
      index % 10 === 0
        ? { operator: "=~" as const, value: `10\\.${index % 250}\\..*` }
        : { operator: "=" as const, value: `i-${index}` };
    silences.put({
      id: `s${index}`,
      matchers: [
        { name: "instance", ...value },
        { name: "severity", operator: "!=", value: "none" },
      ],
      startsAtMs: 0,
      endsAtMs: Number.MAX_SAFE_INTEGER,
      author: "bench",
      reason: "bench",
      createdAtMs: 0,
    });
  }
  const book = createRoutingBook(root.value, []);
  const rules = { root: root.value, silences, inhibitor: book.inhibitor, maintenance: createMaintenanceCalendar([]) };
  for (let index = 0; index < GROUPS; index += 1) book.groups.place(alertOf(index), Date.now());
  if (book.groups.size !== GROUPS) throw new Error(`there are ${book.groups.size} groups`);
  const decide = (number: number, job: string): number => {
    const alert = alertOf(1_000_000 + number, { job });
    return msOf(() => {
      routeAlert(rules, alert.labels, alert.startsAtMs);
      book.groups.place(alert, alert.startsAtMs);
    });
  };
  const rounds = quick ? 2_000 : 10_000;
  const walls: number[] = [];
  const quickest: number[] = [];
  const cpuBefore = process.threadCpuUsage();
  for (let index = 0; index < rounds; index += 1) {
    const job = `job-${index % ROUTES}${index % 8 === 0 ? "-x" : ""}`;
    // Three alerts that differ in their group only: what is more than the quickest is what others did to this process.
    const times = Array.from({ length: REPEATS }, (_, repeat) => decide(index * REPEATS + repeat, job));
    walls.push(...times);
    quickest.push(Math.min(...times));
  }
  const cpu = process.threadCpuUsage(cpuBefore);
  const p99 = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * 0.99)] ?? 0;
  const words = `one decision with ${SILENCES} silences, ${GROUPS} groups, ${ROUTES} routes`;
  const cpuMs = (cpu.user + cpu.system) / 1_000 / rounds / REPEATS;
  return [
    row(`${words}, mean processor time`, cpuMs, "ms"),
    row(`${words}, median`, median(walls), "ms"),
    row(`${words}, p99 of all`, p99(walls), "ms"),
    row(`${words}, p99, each the quickest of ${REPEATS} alike`, p99(quickest), "ms", AIM_DECISION_MS),
  ];
}

/** The same alerts, over HTTP, to a real Alertmanager, which keeps them in memory. */
async function measureAlertmanager(alerts: number): Promise<readonly BenchRow[] | string> {
  const rival = await startAlertmanager();
  if (rival.kind === "unavailable") return rival.reason;
  try {
    const bodies = Array.from({ length: Math.ceil(alerts / BATCH) }, (_, batch) =>
      JSON.stringify(
        Array.from({ length: Math.min(BATCH, alerts - batch * BATCH) }, (_, index) => {
          const { annotations, labels } = alertOf(batch * BATCH + index);
          return { labels, annotations };
        }),
      ),
    );
    let next = 0;
    const sender = async (): Promise<void> => {
      while (next < bodies.length) {
        const body = bodies[next++] ?? "";
        const answer = await fetch(`${rival.url}/api/v2/alerts`, {
          method: "POST",
          body,
          headers: { "content-type": "application/json" },
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}`);
      }
    };
    const seconds = await secondsOf(() => Promise.all(Array.from({ length: SENDERS }, sender)));
    const list = await secondsOf(async () => (await fetch(`${rival.url}/api/v2/alerts`)).arrayBuffer());
    return [
      higher("Alertmanager over HTTP: alerts taken in, in memory", alerts / seconds, "alerts/s"),
      row(`Alertmanager over HTTP: ${alerts} active alerts listed`, list * 1_000, "ms"),
    ];
  } finally {
    await rival.stop();
  }
}

function msOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function higher(metric: string, value: number, unit: string, aim?: number): BenchRow {
  const shown = { metric, value: Number(value.toPrecision(4)), unit };
  return aim === undefined ? shown : { ...shown, aim, met: value >= aim };
}
