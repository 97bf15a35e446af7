import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** A service that the tests of a file ask. */
export type AnsweringService = {
  address(): string;
  /** What it was asked in this test: the method, the address and the body, where there is one. */
  readonly asked: string[];
  /** The Idempotency-Keys that came with it. */
  readonly keys: string[];
};

/** What a request is answered with, as JSON; 200 where nothing else is said. */
type Answer = { readonly status?: number; readonly body: unknown };

/** Starts a service that answers as it is told, for as long as the tests of the file run. */
export function answeringService(answer: (method: string, url: string) => Answer): AnsweringService {
  const asked: string[] = [];
  const keys: string[] = [];
  let service: Server | undefined;
  let port = 0;
  beforeAll(async () => {
    const opened = createServer((request, response) => {
      const { method = "", url = "" } = request;
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const key = request.headers["idempotency-key"];
        if (typeof key === "string") keys.push(key);
        asked.push(`${method} ${url}${text === "" ? "" : ` ${text}`}`);
        const { body, status = 200 } = answer(method, url);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => opened.once("listening", resolve));
    service = opened;
    ({ port } = opened.address() as AddressInfo);
  });
  afterAll(() => {
    service?.closeAllConnections();
    service?.close();
  });
  beforeEach(() => {
    asked.length = 0;
    keys.length = 0;
  });
  return { address: () => `http://127.0.0.1:${port}`, asked, keys };
}
