import type { FastifyRequest } from "fastify";
import { randomUUID } from "node:crypto";
import { idempotencyCause } from "../idempotency-key.js";

/** Names the cause of what a request asks of a run; every verb has its own, so that one key may go through a whole run. */
export function causeOf(request: FastifyRequest, verb: string): string {
  return `${idempotencyCause(request) ?? `http/${randomUUID()}`}/${verb}`;
}
