import Fastify from "fastify";
import type { AddressInfo } from "node:net";

/*
 * Bare Fastify: what the service's reads are held against. `/` is hello world as its own documentation writes it;
 * `/text/<bytes>` sends so many bytes that are ready, for answers that are large.
 */
const api = Fastify();
const texts = new Map<number, string>();

function textOf(bytes: number): string {
  const known = texts.get(bytes) ?? JSON.stringify({ text: "x".repeat(Math.max(0, bytes - 11)) });
  texts.set(bytes, known);
  return known;
}

api.get("/", async () => ({ hello: "world" }));
api.get<{ Params: { bytes: string } }>("/text/:bytes", async (request, reply) => {
  return reply.type("application/json; charset=utf-8").send(textOf(Number(request.params.bytes)));
});

await api.listen({ host: "127.0.0.1", port: 0 });
process.send?.(`http://127.0.0.1:${(api.server.address() as AddressInfo).port}`);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
