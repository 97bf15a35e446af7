import type { PlimsollConfig } from "@plimsoll/config";
import { pino } from "pino";
import type { AdapterTypes } from "./adapter-types.js";
import { openEngine } from "./composition.js";
import { accessToken } from "./http/access.js";
import { createLiveEvents } from "./http/live-events.js";
import { createServer } from "./http/server.js";
import { newToken } from "./local-state.js";
import { iso } from "./present/slo-body.js";

/** What is stored, answered by the API's own routes without a socket. */
export type StoredApi = {
  /** Answers a GET of `/api/v1/...` as the service would. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Gives the storage free. Idempotent. */
  close(): Promise<void>;
};

/**
 * Opens the storage for reading while no service runs; throws `storage-in-use` when one does. Nothing is measured and no
 * round is run: a reader that finds old data must not raise alerts about them, nor call anybody.
 */
export async function openStoredApi(
  config: PlimsollConfig,
  options: { readonly adapters?: readonly AdapterTypes[] } = {},
): Promise<StoredApi> {
  const opened = await openEngine(config, { ...options, timers: "leave" });
  const { engine } = opened;
  const openedAtMs = Date.now();
  // Who can open the storage may read all of it, what only admins see included.
  const token = newToken();
  try {
    const server = await createServer({
      engine,
      live: createLiveEvents(),
      nowMs: () => Date.now(),
      meta: async () => ({
        version: "stored",
        startedAt: iso(openedAtMs),
        sliceMs: config.sliceMs,
        storage: config.storage.kind === "embedded" ? "embedded" : "server",
        demo: false,
        sources: [],
      }),
      logger: pino({ level: "silent" }),
      // Answered without a socket, so nobody but the caller can ask.
      host: "localhost",
      instance: "stored",
      revision: () => 0,
      allowedHosts: [],
      tokens: [accessToken({ name: "stored", role: "admin" }, token)],
      metricsText: async () => "",
      notReady: () => "no service runs",
      version: "stored",
    });
    return {
      async get(path) {
        const headers = { host: "localhost", authorization: `Bearer ${token}` };
        const { body, statusCode } = await server.inject({ method: "GET", url: path, headers });
        return { status: statusCode, body };
      },
      async close() {
        await server.close();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}
