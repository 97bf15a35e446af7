import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A call of a method of the Bot API. */
export type BotCall = { readonly method: string; readonly parameters: Readonly<Record<string, unknown>> };

/** The part of the Bot API that the service uses, over HTTP on this machine, with the queue that Telegram keeps. */
export type TelegramServer = {
  readonly url: string;
  readonly calls: readonly BotCall[];
  /** Resolves once the calls so far fit; looks again at each call, and when a caller went away. */
  until(fits: (calls: readonly BotCall[]) => boolean): Promise<void>;
  /** How many requests wait for news. */
  readonly waiting: number;
  press(data: string, from?: number): void;
  /** Answers the next calls of a method so, or breaks their connection off, until it is called without. */
  refuse(method: string, how?: "drop" | "hang" | { readonly status: number; readonly body: object }): void;
  /** A webhook is set: nobody may ask for updates. */
  webhook: boolean;
  close(): Promise<void>;
};

type Update = { readonly update_id: number };

export async function startTelegramServer(firstUpdate = 100): Promise<TelegramServer> {
  const calls: BotCall[] = [];
  const refused = new Map<string, "drop" | "hang" | { readonly status: number; readonly body: object }>();
  const watchers = new Set<() => void>();
  let queue: Update[] = [];
  let nextUpdate = firstUpdate;
  let held: ServerResponse | undefined;
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };

  const give = (): void => {
    if (held === undefined || queue.length === 0) return;
    const response = held;
    held = undefined;
    send(response, 200, { ok: true, result: queue.slice(0, 10) });
  };
  const updates = (response: ServerResponse, offset: unknown): void => {
    // As Telegram does: whoever asks last is heard, and the one before is told.
    if (held !== undefined) send(held, 409, refusal("terminated by other getUpdates request"));
    held = undefined;
    if (self.webhook) return send(response, 409, refusal("can't use getUpdates method while webhook is active"));
    if (typeof offset === "number") queue = queue.filter(({ update_id: id }) => id >= offset);
    held = response;
    response.on("close", () => {
      if (held === response) held = undefined;
      changed();
    });
    give();
  };
  const server = createServer((request, response) => void take(request, response));
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parameters = JSON.parse(await text(request)) as Readonly<Record<string, unknown>>;
    const method = request.url?.split("/").at(-1) ?? "";
    calls.push({ method, parameters });
    const how = refused.get(method);
    if (how === "drop") request.socket.destroy();
    else if (how !== undefined && how !== "hang") send(response, how.status, how.body);
    else if (how === undefined && method === "getUpdates") updates(response, parameters["offset"]);
    else if (how === undefined) send(response, 200, { ok: true, result: { message_id: calls.length } });
    changed();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const self: TelegramServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    until: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!fits(calls)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    get waiting() {
      return held === undefined ? 0 : 1;
    },
    press(data, from = 4711) {
      const id = nextUpdate++;
      queue.push({ update_id: id, callback_query: { id: `q${id}`, from: { id: from }, data } } as Update);
      give();
    },
    refuse(method, how) {
      if (how === undefined) refused.delete(method);
      else refused.set(method, how);
    },
    webhook: false,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

function refusal(why: string): object {
  return { ok: false, error_code: 409, description: `Conflict: ${why}` };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
