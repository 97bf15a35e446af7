import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProviderBehaviour } from "@plimsoll/testkit";

/** A request as a provider got it. */
export type ReceivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** What a provider answers; `drop` breaks the connection off instead. */
export type ProviderAnswer = {
  readonly drop?: true;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A provider of messages on this machine: answers as it is told, and keeps what it got. */
export class ProviderServer {
  readonly received: ReceivedRequest[] = [];
  /** Answers each request; undefined never answers. */
  answer: (request: ReceivedRequest) => ProviderAnswer | undefined;
  readonly #server: Server;
  #port = 0;

  constructor(answer: (request: ReceivedRequest) => ProviderAnswer | undefined) {
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const received = {
          method: request.method ?? "",
          path: request.url ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        };
        this.received.push(received);
        const answered = this.answer(received);
        if (answered === undefined) return;
        if (answered.drop === true) return void request.socket.destroy();
        response.writeHead(answered.status, { connection: "close", ...answered.headers });
        response.end(answered.body);
      });
    });
  }

  static async start(answer: (request: ReceivedRequest) => ProviderAnswer | undefined): Promise<ProviderServer> {
    const provider = new ProviderServer(answer);
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    provider.#port = (provider.#server.address() as AddressInfo).port;
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Behaves towards later requests as the contract asks. */
  async behave(behaviour: ProviderBehaviour, accept: (request: ReceivedRequest) => ProviderAnswer): Promise<void> {
    switch (behaviour.kind) {
      case "accept":
        this.answer = accept;
        return;
      case "status": {
        const wait = behaviour.retryAfterSeconds;
        const headers = wait === undefined ? {} : { "retry-after": String(wait) };
        this.answer = () => ({ status: behaviour.status, headers, body: behaviour.body });
        return;
      }
      case "malformed":
        this.answer = () => ({ status: 200, body: behaviour.body });
        return;
      case "drop":
        this.answer = () => ({ drop: true, status: 0, body: "" });
        return;
      case "refuse":
        return this.close();
      case "hang":
        this.answer = () => undefined;
    }
  }

  /** Each request as one text, its JSON decoded. */
  texts(): readonly string[] {
    return this.received.map(
      ({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${decoded(JSON.parse(body))}`,
    );
  }
}

function decoded(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}\n${decoded(part)}`)
    .join("\n");
}
