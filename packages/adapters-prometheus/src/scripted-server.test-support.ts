import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SliReading } from "@plimsoll/core";

/** What a scripted server does with a request; `form` is the body of a POST. */
export type Script = (request: IncomingMessage, response: ServerResponse, form: URLSearchParams) => void;

/** Starts an HTTP server on loopback whose behaviour a test changes as it goes. */
export async function scriptedServer(first: Script) {
  let script = first;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => script(request, response, new URLSearchParams(Buffer.concat(chunks).toString())));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    act(next: Script) {
      script = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers a metrics page. */
export function page(text: string, type = "text/plain; version=0.0.4"): Script {
  return (_, response) => response.writeHead(200, { "content-type": type }).end(text);
}

/** Answers JSON. */
export function json(body: unknown, status = 200): Script {
  return (_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Samples as `[first slice, end slice, good/total or the measurement]`. */
export function slicesOf(reading: SliReading, startMs: number, sliceMs: number): readonly unknown[] {
  if (reading.kind === "failed") throw new Error(`${reading.code}: ${reading.message}`);
  return reading.samples.map(({ fromMs, toMs, measurement }) => [
    (fromMs - startMs) / sliceMs,
    (toMs - startMs) / sliceMs,
    measurement.kind === "counts" ? `${measurement.good}/${measurement.total}` : measurement,
  ]);
}
