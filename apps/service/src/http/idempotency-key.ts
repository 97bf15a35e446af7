import { createHash } from "node:crypto";
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
  return createHash("sha256").update(cause).digest("hex").slice(0, 32);
}
