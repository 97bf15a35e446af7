import { Agent, request as httpRequest } from "node:http";

/** One request to another process of the lab. */
export type ServiceCall = {
  readonly url: string;
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly body: string;
  readonly timeoutMs: number;
  /** Ends the call early, as when the one who asked went away. */
  readonly signal?: AbortSignal | undefined;
};

/** How a call ended. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly code: number; readonly body: string }
  | { readonly kind: "timed-out" }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** Whether the other side certainly did not begin: the same call may go elsewhere. */
      readonly safeToRepeat: boolean;
    };

// Shorter than the servers keep an idle connection, so that none is used just as the other side closes it.
const IDLE_MS = 15_000;
const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: IDLE_MS });

/** Calls a service over HTTP and answers how it ended; never throws. */
export function callService(call: ServiceCall): Promise<CallOutcome> {
  return new Promise((resolve) => {
    let timedOut = false;
    const { hostname, port } = new URL(call.url);
    const outgoing = httpRequest(
      {
        hostname,
        port,
        // As it came: resolved against the address, `//elsewhere/` would lead out of the lab.
        path: call.path,
        method: call.method,
        agent,
        headers: {
          "x-request-id": call.requestId,
          ...(call.body === ""
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(call.body) }),
        },
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (body += chunk));
        incoming.on("end", () => finish({ kind: "answered", code: incoming.statusCode ?? 502, body }));
        incoming.on("error", fail);
      },
    );
    const timer = setTimeout(() => {
      timedOut = true;
      outgoing.destroy();
    }, call.timeoutMs);
    function finish(outcome: CallOutcome): void {
      clearTimeout(timer);
      resolve(outcome);
    }
    function fail(error: NodeJS.ErrnoException): void {
      if (timedOut) return finish({ kind: "timed-out" });
      const neverSent = error.code === "ECONNREFUSED";
      // A kept-alive connection may have been closed just before it was used again; only a read may be sent twice.
      const stale = error.code === "ECONNRESET" && outgoing.reusedSocket && call.method === "GET";
      finish({ kind: "failed", reason: error.code ?? error.message, safeToRepeat: neverSent || stale });
    }
    outgoing.on("error", fail);
    outgoing.end(call.body);
  });
}
