import type { PlimsollConfig } from "@plimsoll/config";
import { PlimsollError, type SourceHealth } from "@plimsoll/core";
import { pino, type DestinationStream, type Logger } from "pino";
import type { Meta } from "./api.js";
import { openEngine } from "./composition.js";
import { accessToken } from "./http/access.js";
import { createLiveEvents } from "./http/live-events.js";
import { createServer } from "./http/server.js";
import { announceService, newToken, withdrawService } from "./local-state.js";
import { createLoop } from "./loop.js";
import { createServiceMetrics } from "./metrics.js";
import { iso } from "./present/slo-body.js";
import { createReportPublisher } from "./reports/report-publisher.js";

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
};

/** A service that runs. */
export type RunningService = {
  readonly address: string;
  /** Stops taking requests, finishes what is under way, saves. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Starts the reference service. Throws a `PlimsollError` with one clear line for what a person can mend: a port in use,
 * a folder that cannot be written, storage that is not reachable.
 */
export async function startService(config: PlimsollConfig, options: StartOptions): Promise<RunningService> {
  const logger = createLogger(options);
  const startedAtMs = Date.now();
  const { host } = config.http;
  let address = "";
  const opened = await openEngine(config, { incidentUrl: (id) => `${address}/incidents/${id}` });
  const { engine } = opened;
  const live = createLiveEvents();
  const metrics = createServiceMetrics(engine, () => live.connected);
  const publisher = createReportPublisher({ engine, reports: config.reports, logger, startedAtMs });
  const token = newToken();
  let lastRoundMs: number | undefined;

  const loop = createLoop({
    engine,
    sliceMs: config.sliceMs,
    logger,
    metrics,
    onRound({ atMs, changed, alertEvents }) {
      lastRoundMs = atMs;
      live.send({ type: "evaluated", at: iso(atMs), changed: [...changed] });
      if (alertEvents > 0) logger.info({ changed, alertEvents }, "alerts changed");
    },
    afterRound: () => publisher.publishDue(Date.now()),
  });
  const stopListening = engine.onIncident((id) => live.send({ type: "incident", at: iso(Date.now()), id }));

  const meta = async (): Promise<Meta> => ({
    version: options.version,
    startedAt: iso(startedAtMs),
    sliceMs: config.sliceMs,
    storage: config.storage.kind === "embedded" ? "embedded" : "server",
    demo: options.demo ?? false,
    ...(options.notice === undefined ? {} : { notice: options.notice }),
    sources: (await engine.health()).sources.map((source) => sourceBody(source, config)),
  });
  const notReady = (): string | undefined => {
    if (lastRoundMs === undefined) return "no round was evaluated yet";
    const behindMs = Date.now() - lastRoundMs;
    return behindMs > 3 * config.sliceMs ? `the last round was ${Math.round(behindMs / 1000)} s ago` : undefined;
  };

  const stopAll = async (): Promise<void> => {
    stopListening();
    await loop.stop();
    live.close();
    await withdrawService(options.stateDirectory);
    await opened.close();
  };

  try {
    const server = await createServer({
      engine,
      live,
      meta,
      nowMs: () => Date.now(),
      logger,
      allowedHosts: [host, ...config.http.allowedHosts],
      tokens: [
        accessToken({ name: "local", role: "admin" }, token),
        ...config.http.tokens.map(({ name, role, token: secret }) => accessToken({ name, role }, secret.reveal())),
      ],
      ...(options.dashboardDirectory === undefined ? {} : { dashboardDirectory: options.dashboardDirectory }),
      metricsText: metrics.text,
      notReady,
      version: options.version,
    });
    await listen(() => server.listen({ host, port: config.http.port }), config.http);
    address = addressOf(server.server.address(), host);
    await announceService(options.stateDirectory, { address, token, pid: process.pid });
    loop.start();
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      live.close();
      await server.close();
      await stopAll();
    };
    return { address, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stopAll();
    throw error;
  }
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

async function listen(run: () => Promise<unknown>, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
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
