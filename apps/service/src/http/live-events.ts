import type { ServerResponse } from "node:http";
import type { LiveEvent } from "../api.js";

/** Tells every connected page what changed. */
export type LiveEvents = {
  send(event: LiveEvent): void;
  /** Takes over a response and keeps it open. Answers false when there are too many already. */
  connect(response: ServerResponse): boolean;
  readonly connected: number;
  close(): void;
};

// Each open page costs a socket; a page in a loop must not take the service down.
const MOST_CONNECTIONS = 200;
const HEARTBEAT_MS = 20_000; // below the minute after which proxies drop a silent connection

export function createLiveEvents(): LiveEvents {
  const connections = new Set<ServerResponse>();
  let number = 0;
  const heartbeat = setInterval(() => {
    for (const response of connections) response.write(": still here\n\n");
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    send(event) {
      number += 1;
      const block = `id: ${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      for (const response of connections) response.write(block);
    },
    connect(response) {
      if (connections.size >= MOST_CONNECTIONS) return false;
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
      });
      response.write("retry: 2000\n\n");
      connections.add(response);
      response.on("close", () => connections.delete(response));
      return true;
    },
    get connected() {
      return connections.size;
    },
    close() {
      clearInterval(heartbeat);
      for (const response of connections) response.end();
      connections.clear();
    },
  };
}
