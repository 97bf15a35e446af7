import { allowsShell, type PlimsollConfig } from "@plimsoll/config";
import { PlimsollError, type Plimsoll, type SourceHealth } from "@plimsoll/core";
import { randomUUID } from "node:crypto";
import { pino, type DestinationStream, type Logger } from "pino";
import type { AdapterTypes } from "./adapter-types.js";
import type { Meta } from "./api.js";
import { openCallbacks } from "./callbacks/callback-settings.js";
import { openEngine, type OpenedEngine } from "./composition.js";
import { logGivenUp } from "./given-up-log.js";
import { accessToken } from "./http/access.js";
import type { Api } from "./http/context.js";
import { createFirstSignIn } from "./http/first-sign-in.js";
import { createLiveEvents } from "./http/live-events.js";
import { createServer, type ServerOptions } from "./http/server.js";
import { announceService, findLocalService, newToken, withdrawService } from "./local-state.js";
import { createLoop } from "./loop.js";
import { createServiceMetrics } from "./metrics.js";
import { iso } from "./present/slo-body.js";
import { createReportPublisher } from "./reports/report-publisher.js";
import { atMost } from "./sources/with-deadline.js";

/** How the service is started, beside its configuration. */
export type StartOptions = {
  /** Folder for the address and the local token. */
  readonly stateDirectory: string;
  readonly dashboardDirectory?: string;
  readonly version: string;
  /** Where log lines go; standard error when absent. */
  readonly logTo?: DestinationStream;
  readonly logLevel?: "debug" | "info" | "warn" | "error" | "silent";
  readonly demo?: boolean;
  /** Something that every page should say. */
  readonly notice?: string;
  /** Source and notifier types of one's own; the configuration was read with `registryWith` of the same. */
  readonly adapters?: readonly AdapterTypes[];
};

const CLOSE_WITHIN_MS = 3_000;

/** A service that runs. */
export type RunningService = {
  readonly address: string;
  /** Lets the first admin in, once and for a short while; absent when there are users. Not for a log. */
  readonly signInLink?: string;
  /** Stops taking requests, finishes what is under way, saves. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Starts the reference service. Throws a `PlimsollError` with one clear line for what a person can mend: a port in use,
 * a folder that cannot be written, storage that is not reachable, a service that runs already.
 */
export async function startService(config: PlimsollConfig, options: StartOptions): Promise<RunningService> {
  await refuseSecondService(options.stateDirectory);
  const bound = { address: "" };
  const callbacks = openCallbacks(config, process.env);
  const opened = await openEngine(config, {
    ...(callbacks === undefined ? {} : { actions: callbacks.actions }),
    incidentUrl: (id) => `${bound.address}/incidents/${id}`,
    ...(options.adapters === undefined ? {} : { adapters: options.adapters }),
  });
  const parts = assemble(config, options, opened);
  // Until the engine closes: what is given up on the way out is said too.
  logGivenUp(opened.engine, parts.serverOptions.logger);
  const listeners = callbacks?.listen(opened.engine, parts.serverOptions.logger);
  const close = async (server?: Api): Promise<void> => {
    try {
      await Promise.all([parts.stop(), listeners?.stop(), server === undefined ? undefined : closeServer(server)]);
      await withdrawService(options.stateDirectory, parts.secrets);
    } finally {
      await opened.close();
    }
  };

  let server: Api | undefined;
  try {
    server = await createServer({
      ...parts.serverOptions,
      ...listeners?.context,
      alertWebhooks: config.alertWebhooks,
      runbookPlatforms: {
        remediators: new Set(config.remediators.map(({ name }) => name)),
        fleets: new Set(config.fleets.map(({ name }) => name)),
        allowShell: allowsShell(config),
      },
    });
    const { host, port } = config.http;
    await listen(() => server?.listen({ host, port }) ?? Promise.resolve(), config.http);
    bound.address = addressOf(server.server.address(), host);
    await announceService(options.stateDirectory, { address: bound.address, ...parts.secrets, pid: process.pid });
  } catch (error) {
    // What failed first is what the person has to mend; a failure to tidy up after it would hide it.
    await close(server).catch(() => undefined);
    throw error;
  }
  parts.start();
  listeners?.start();
  const { address } = bound;
  const listening = server;
  let stopping: Promise<void> | undefined;
  const { firstSignIn } = parts;
  return {
    address,
    ...(firstSignIn === undefined ? {} : { signInLink: `${address}/sign-in/link#${firstSignIn.secret}` }),
    stop: () => (stopping ??= close(listening)),
  };
}

/** Two services with one state folder would take each other's address away. */
async function refuseSecondService(stateDirectory: string): Promise<void> {
  const running = await findLocalService(stateDirectory);
  if (running === undefined) return;
  throw new PlimsollError({
    code: "already-running",
    message: `A service already runs with the state folder ${stateDirectory}: ${running.address}, process ${running.pid}. Stop it first, or choose another folder with --state.`,
    retryable: false,
  });
}

/** Joins loop, metrics, reports and live events around an engine; nothing runs before `start`. */
function assemble(config: PlimsollConfig, options: StartOptions, { engine }: OpenedEngine) {
  const logger = createLogger(options);
  const startedAtMs = Date.now();
  const secrets = { token: newToken(), instance: randomUUID() };
  const live = createLiveEvents();
  const hasUsers = (): boolean => engine.access.users().length > 0;
  const firstSignIn = hasUsers() ? undefined : createFirstSignIn({ nowMs: () => Date.now(), hasUsers });
  let revision = 0;
  let lastRoundMs: number | undefined;
  const metrics = createServiceMetrics(engine, { liveConnections: () => live.connected, revision: () => revision });
  const publisher = createReportPublisher({ engine, reports: config.reports, logger });
  const loop = createLoop({
    engine,
    sliceMs: config.sliceMs,
    logger,
    metrics,
    onRound({ alertEvents, atMs, changed }) {
      lastRoundMs = Date.now();
      revision += 1;
      live.send({ type: "evaluated", at: iso(atMs), changed: [...changed] });
      if (alertEvents > 0) logger.info({ changed, alertEvents }, "alerts changed");
    },
    afterRound: () => publisher.publishDue(Date.now()),
  });
  const stopListening = engine.onIncident((id) => {
    revision += 1;
    live.send({ type: "incident", at: iso(Date.now()), id });
  });
  const serverOptions: ServerOptions = {
    engine,
    live,
    meta: () => metaBody(config, options, { engine, startedAtMs }),
    nowMs: () => Date.now(),
    revision: () => revision,
    ...(firstSignIn === undefined ? {} : { firstSignIn }),
    logger,
    ...reachedBy(config.http, secrets.token),
    ...(options.dashboardDirectory === undefined ? {} : { dashboardDirectory: options.dashboardDirectory }),
    metricsText: metrics.text,
    notReady: () => notReady(lastRoundMs, config.sliceMs),
    instance: secrets.instance,
    version: options.version,
  };
  return {
    serverOptions,
    secrets,
    firstSignIn,
    start: loop.start,
    async stop() {
      stopListening();
      // First, as nothing keeps a connection open longer than a page that watches.
      live.close();
      await loop.stop();
    },
  };
}

/** By which names, through whom and with which tokens the service is reached. */
function reachedBy({ allowedHosts, host, tokens, trustedProxies }: PlimsollConfig["http"], local: string) {
  return {
    host,
    allowedHosts,
    trustedProxies,
    tokens: [
      accessToken({ name: "local", role: "admin" }, local),
      ...tokens.map(({ name, role, token }) => accessToken({ name, role }, token.reveal())),
    ],
  };
}

function notReady(lastRoundMs: number | undefined, sliceMs: number): string | undefined {
  if (lastRoundMs === undefined) return "no round was evaluated yet";
  const behindMs = Date.now() - lastRoundMs;
  return behindMs > 3 * sliceMs ? `the last round was ${Math.round(behindMs / 1000)} s ago` : undefined;
}

/** Answers requests that are under way, though not those of a client that never reads. */
async function closeServer(server: Api): Promise<void> {
  const closing = server.close();
  await atMost(closing, CLOSE_WITHIN_MS);
  server.server.closeAllConnections();
  await closing;
}

function createLogger({ logLevel = "info", logTo }: StartOptions): Logger {
  const settings = {
    level: logLevel,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    // Secrets live in objects that print as [secret]; headers are the one other place where a token may stand.
    redact: ["req.headers.authorization", "req.headers.cookie", "headers.authorization"],
  };
  return pino(settings, logTo ?? pino.destination({ fd: 2, sync: false }));
}

async function listen(
  run: () => Promise<unknown>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    await run();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const words: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${port} on ${host} is in use; stop what uses it, or choose another with http.port in plimsoll.yaml or --port.`,
      EACCES: `Port ${port} needs more rights than this user has; choose one above 1023 with http.port in plimsoll.yaml or --port.`,
      EADDRNOTAVAIL: `${host} is no address of this machine; set http.host in plimsoll.yaml to one, such as 127.0.0.1.`,
    };
    const message = words[code ?? ""];
    if (message === undefined) throw cause;
    throw new PlimsollError({ code: "cannot-listen", message, retryable: false, cause });
  }
}

function addressOf(bound: string | { readonly port: number; readonly family: string } | null, host: string): string {
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function metaBody(
  config: PlimsollConfig,
  { demo = false, notice, version }: StartOptions,
  { engine, startedAtMs }: { readonly engine: Plimsoll; readonly startedAtMs: number },
): Promise<Meta> {
  const { sources } = await engine.health();
  return {
    version,
    startedAt: iso(startedAtMs),
    sliceMs: config.sliceMs,
    storage: config.storage.kind === "embedded" ? "embedded" : "server",
    demo,
    ...(notice === undefined ? {} : { notice }),
    sources: sources.map((source) => sourceBody(source, config)),
  };
}

function sourceBody(source: SourceHealth, config: PlimsollConfig): Meta["sources"][number] {
  return {
    name: source.name,
    type: config.sources.find(({ name }) => name === source.name)?.type ?? "unknown",
    state: source.state,
    ...(source.lastReadMs === undefined ? {} : { lastReadAt: iso(source.lastReadMs) }),
    ...(source.lastError === undefined ? {} : { lastError: source.lastError }),
    setAside: source.setAside.map((one) => ({ ...one })),
  };
}
