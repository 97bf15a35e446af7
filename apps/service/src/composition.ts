import { randomUUID } from "node:crypto";
import {
  createMemoryEventBus,
  createNodeCredentials,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import {
  createConsoleNotifier,
  createEmailNotifier,
  createPagerDutyNotifier,
  createSlackAppNotifier,
  createSlackWebhookNotifier,
  createTeamsNotifier,
  createTelegramNotifier,
  createWebhookNotifier,
} from "@plimsoll/adapters-notifiers";
import { createPostgresStorage, type PostgresStorage } from "@plimsoll/adapters-postgres";
import { createProbeSource, createSnapshotSource } from "@plimsoll/adapters-probe";
import { createPrometheusSource, createScrapeSource } from "@plimsoll/adapters-prometheus";
import type { NotifierConfig, PlimsollConfig, SourceConfig, StorageConfig } from "@plimsoll/config";
import {
  createPlimsoll,
  type Clock,
  type EngineSettings,
  type MakeActions,
  type Notifier,
  type Plimsoll,
  type SliSource,
} from "@plimsoll/core";
import { joinAdapters, type AdapterTypes } from "./adapter-types.js";
import { responsePorts, runbooksOf } from "./response-ports.js";
import { partSettings } from "./sources/reading-settings.js";
import { withDeadline } from "./sources/with-deadline.js";

/** An engine with the storage below it. */
export type OpenedEngine = {
  readonly engine: Plimsoll;
  readonly storage: PostgresStorage;
  readonly clock: Clock;
  /** Saves the ledger and closes everything. Idempotent. */
  close(): Promise<void>;
};

// A source's answer must come well before the next slice, and a slow one is better cut than waited for.
const LONGEST_READ_MS = 10_000;

/** Chooses the adapters that a configuration asks for, and opens the engine on them. */
export async function openEngine(
  config: PlimsollConfig,
  options: {
    readonly incidentUrl?: (incidentId: string) => string;
    /** `leave` for whoever only looks: what is due waits for the service. */
    readonly timers?: "listen" | "leave";
    /** Makes the buttons of messages. */
    readonly actions?: MakeActions;
    /** Types beside those that the service ships with. */
    readonly adapters?: readonly AdapterTypes[];
  } = {},
): Promise<OpenedEngine> {
  const { actions, adapters = [], ...settings } = options;
  const own = joinAdapters(adapters);
  const clock = createSystemClock();
  const digest = createNodeDigest();
  const storage = await openStorage(config.storage, digest);
  // What is open already when a later step fails is closed again: a watched folder alone would keep the process alive.
  const sources: Record<string, SliSource> = {};
  let engine: Plimsoll;
  let timer: Awaited<ReturnType<PostgresStorage["openTimer"]>> | undefined;
  try {
    for (const source of config.sources) {
      sources[source.name] = withDeadline(sourceFor(source, own, clock), Math.min(LONGEST_READ_MS, config.sliceMs));
    }
    const notifiers = Object.fromEntries(
      config.notifiers.map((notifier) => [notifier.name, notifierFor(notifier, own, clock)]),
    );
    const { audit, events, history } = storage;
    const ids = createUlidIdSource({ clock });
    const bus = createMemoryEventBus();
    const library = await runbooksOf(config);
    timer = await storage.openTimer({ clock });
    engine = await createPlimsoll({
      ports: {
        clock,
        ids,
        digest,
        credentials: createNodeCredentials(),
        history,
        events,
        bus,
        audit,
        timer,
        sources,
        notifiers,
        ...responsePorts(config, own, clock),
      },
      settings: { ...engineSettings(config, actions), ...library, ...settings },
    });
  } catch (error) {
    await Promise.allSettled(Object.values(sources).map(async (source) => source.close?.()));
    await timer?.close();
    await storage.close();
    throw error;
  }
  return { engine, storage, clock, close: closeOnce(engine, timer, storage) };
}

/** Closes in order, each step also when the one before it failed; tells the first failure. */
function closeOnce(
  engine: Plimsoll,
  timer: { close(): Promise<void> },
  storage: Pick<PostgresStorage, "close">,
): () => Promise<void> {
  const close = async (): Promise<void> => {
    try {
      await timer.close();
      await engine.close();
    } finally {
      try {
        await engine.checkpoint();
      } finally {
        await storage.close();
      }
    }
  };
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}

/** A report on demand over a month has a month before it to compare with, whatever the objectives' windows are. */
const MONTH_MS = 30 * 86_400_000;

function engineSettings(config: PlimsollConfig, actions?: MakeActions): EngineSettings {
  return {
    sliceMs: config.sliceMs,
    services: config.services,
    slos: config.slos,
    corrections: config.corrections,
    freezeWindows: config.freezeWindows,
    gathersKnown: true,
    incidents: config.incidents,
    notify: config.notify,
    longestReportMs: config.reports.reduce((longest, { periodMs }) => Math.max(longest, periodMs), MONTH_MS),
    onCall: config.onCall,
    ...(config.routing === undefined ? {} : { routing: config.routing }),
    ...(config.automation === undefined ? {} : { automation: config.automation }),
    // Never the same twice: a lease of a process that died must not look like this one's own.
    runner: `service-${randomUUID()}`,
    // Without holding the process open: a send that hangs is no reason to live on.
    delivery: {
      pause: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
      ...(config.throttle === undefined ? {} : { throttle: config.throttle }),
      ...(actions === undefined ? {} : { actions }),
    },
    reading: Object.fromEntries(
      config.sources.map(({ name, settings, type }) => [name, partSettings(type, settings).reading]),
    ),
  };
}

function openStorage(storage: StorageConfig, digest: ReturnType<typeof createNodeDigest>): Promise<PostgresStorage> {
  const target = storage.kind === "embedded" ? { directory: storage.folder } : { url: storage.url.reveal() };
  return createPostgresStorage(target, { digest });
}

type OwnTypes = ReturnType<typeof joinAdapters>;

/** Settings come parsed by the type's own schema in the registry; each adapter reads them again by the same schema. */
function sourceFor({ type, settings }: SourceConfig, own: OwnTypes, clock: Clock): SliSource {
  const adapter = own.sources.get(type);
  if (adapter !== undefined) return adapter.create(partSettings(type, settings).own as never, { clock });
  const make = SOURCES[type];
  if (make === undefined) throw new RangeError(`there is no source type ${type}`);
  return make(partSettings(type, settings).own as never, clock);
}

const SOURCES: Readonly<Record<string, (settings: never, clock: Clock) => SliSource>> = {
  prometheus: (settings, clock) => createPrometheusSource(settings, { clock }),
  scrape: (settings, clock) => createScrapeSource(settings, { clock }),
  snapshot: (settings, clock) => createSnapshotSource(settings, { clock }),
  probe: (settings, clock) => createProbeSource(settings, { clock }),
};

function notifierFor({ type, settings }: NotifierConfig, own: OwnTypes, clock: Clock): Notifier {
  const adapter = own.notifiers.get(type);
  if (adapter !== undefined) return adapter.create(settings as never, { clock });
  const make = NOTIFIERS[type];
  if (make === undefined) throw new RangeError(`there is no notifier type ${type}`);
  return make(settings as never);
}

const NOTIFIERS: Readonly<Record<string, (settings: never) => Notifier>> = {
  console: (settings) => createConsoleNotifier(settings),
  webhook: (settings) => createWebhookNotifier(settings),
  slack: (settings) => createSlackWebhookNotifier(settings),
  "slack-app": (settings) => createSlackAppNotifier(settings),
  teams: (settings) => createTeamsNotifier(settings),
  telegram: (settings) => createTelegramNotifier(settings),
  pagerduty: (settings) => createPagerDutyNotifier(settings),
  email: (settings) => createEmailNotifier(settings),
};
