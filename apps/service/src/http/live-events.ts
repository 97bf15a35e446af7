import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { LiveEvent } from "../api.js";

/** Tells every connected page what changed. */
export type LiveEvents = {
  send(event: LiveEvent): void;
  /** Takes over a response and keeps it open. Answers false when there are too many already, or the service is stopping. */
  connect(response: ServerResponse, headers?: OutgoingHttpHeaders): boolean;
  readonly connected: number;
  /** Ends every stream and takes no more. Idempotent. */
  close(): void;
};

// Each open page costs a socket; a page in a loop must not take the service down.
const MOST_CONNECTIONS = 200;
const HEARTBEAT_MS = 20_000; // below the minute after which proxies drop a silent connection
// A page that does not read is dropped, not buffered for; it asks for everything anew when it comes back. Well above the
// largest single event, which names every one of 10,000 SLOs.
const MOST_BUFFERED_BYTES = 1024 * 1024;

export function createLiveEvents(
  limits: { readonly connections?: number; readonly bufferedBytes?: number } = {},
): LiveEvents {
  const { bufferedBytes = MOST_BUFFERED_BYTES, connections: most = MOST_CONNECTIONS } = limits;
  const connections = new Set<ServerResponse>();
  let number = 0;
  let closed = false;
  const drop = (response: ServerResponse): void => {
    connections.delete(response);
    response.destroy();
  };
  const writeAll = (block: string): void => {
    for (const response of connections) {
      response.write(block);
      if (response.writableLength > bufferedBytes) drop(response);
    }
  };
  const heartbeat = setInterval(() => writeAll(": still here\n\n"), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    send(event) {
      number += 1;
      writeAll(`id: ${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    connect(response, headers = {}) {
      if (closed || connections.size >= most) return false;
      response.on("close", () => connections.delete(response));
      // Whoever vanished in the middle of a write is no failure of ours.
      response.on("error", () => drop(response));
      response.writeHead(200, {
        ...headers,
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
      });
      response.write("retry: 2000\n\n");
      connections.add(response);
      return true;
    },
    get connected() {
      return connections.size;
    },
    close() {
      closed = true;
      clearInterval(heartbeat);
      for (const response of connections) response.end();
      connections.clear();
    },
  };
}
