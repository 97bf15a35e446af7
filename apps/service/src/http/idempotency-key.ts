import { createHash, randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpProblem } from "./problem.js";

const KEY = /^[\x21-\x7e]{1,128}$/;
const WORDS =
  "1 to 128 visible ASCII characters, without spaces; a new one for each request, the same for its repetition";

/** The header for a route's `schema.headers`: shown in the OpenAPI document, and checked before the route runs. */
export const idempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(KEY, WORDS)
    .optional()
    .describe(`makes the request safe to repeat, whatever became of the first: ${WORDS}`),
});

/**
 * Reads the Idempotency-Key of a request as the `causeId` of its command: the same key of the same caller is done once.
 * Undefined where none was sent: every request is one of its own then.
 */
export function idempotencyCause({ caller, headers }: Pick<FastifyRequest, "caller" | "headers">): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !KEY.test(key)) {
    // It is not repeated: what was sent in a header may be anything.
    throw new HttpProblem(400, {
      code: "invalid",
      message: `The Idempotency-Key is not one: send ${WORDS}.`,
      path: "idempotency-key",
    });
  }
  // By kind too, as a person and a token may have one name; and encoded, so that no name reaches into another's keys.
  return `http/${caller === undefined ? "" : `${caller.by}:${encodeURIComponent(caller.name)}`}/${key}`;
}

/** The id of what a cause makes: the same cause, the same id; and fit for an address. */
export function idOfCause(cause: string): string {
  return sha256(cause).slice(0, ID_LENGTH);
}

/** What of a request says what is asked for, and under which key. */
export type KeyedRequest = Pick<FastifyRequest, "caller" | "headers"> & {
  readonly params: unknown;
  readonly body: unknown;
};

const ID_LENGTH = 32;
/** How much of an id is the key's; what is left tells what was asked for under it. */
const KEY_LENGTH = 20;
const ASKED_LENGTH = 24;

/**
 * The cause of what a request asks with a verb, so that one key may go through several: the key's, and a print of what is
 * asked, so that a key that was used for something else can be told.
 */
export function causeOfRequest(request: KeyedRequest, verb: string): string {
  const cause = idempotencyCause(request);
  return cause === undefined ? `http/${randomUUID()}/${verb}` : `${cause}/${verb}/${printOf(request, ASKED_LENGTH)}`;
}

/** Refuses a request whose key was used for the same verb and something else, by the causes that were handled. */
export function refuseReusedKey(request: KeyedRequest, causeId: string, handled: Iterable<string>): void {
  if (idempotencyCause(request) === undefined) return;
  const ofKey = causeId.slice(0, -ASKED_LENGTH);
  for (const cause of handled) {
    if (!cause.startsWith(ofKey) || cause.startsWith(causeId)) continue;
    // A key may itself have slashes: what follows has to be a print, and nothing that only begins alike.
    if (ASKED.test(cause.slice(ofKey.length))) throw keyReused(request);
  }
}

const ASKED = /^[0-9a-f]{24}(?:\/|$)/;

/**
 * The id of what a request makes, where it has a key: the same request, the same id. Refuses one whose key made something
 * else, by the ids that are there.
 */
export function idOfRequest(request: KeyedRequest, there: Iterable<string>): { readonly id?: string } {
  const cause = idempotencyCause(request);
  if (cause === undefined) return {};
  const ofKey = sha256(cause).slice(0, KEY_LENGTH);
  const id = `${ofKey}${printOf(request, ID_LENGTH - KEY_LENGTH)}`;
  for (const one of there) if (one.startsWith(ofKey) && !one.startsWith(id)) throw keyReused(request);
  return { id };
}

function printOf({ body, params }: KeyedRequest, length: number): string {
  // A verb that needs no body is the same with an empty one.
  return sha256(JSON.stringify([params ?? {}, body ?? {}])).slice(0, length);
}

function keyReused({ headers }: KeyedRequest): HttpProblem {
  const key = String(headers["idempotency-key"]);
  return new HttpProblem(409, {
    code: "key-reused",
    message: `The Idempotency-Key ${JSON.stringify(key)} was used for something else, and nothing was done. Send a new key for a new request.`,
    path: "idempotency-key",
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
