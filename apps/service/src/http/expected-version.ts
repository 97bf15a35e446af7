import type { SeenVersion } from "@plimsoll/core";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { idempotencyHeaders } from "./idempotency-key.js";
import { HttpProblem } from "./problem.js";

const TAG = /^(?:\*|"(\d{1,15})")$/;
const WORDS = 'the ETag of an answer, such as "7", in its quotes; or *, for any';

/** The header for a route's `schema.headers`: the write is refused at any other version than this one. */
export const ifMatchHeaders = {
  "if-match": z.string().regex(TAG, WORDS).optional().describe(`refuses the write at another version: ${WORDS}`),
};

/** The headers of a route that changes something, and whose requests need no key of their own. */
export const versionHeaders = z.looseObject(ifMatchHeaders);
/** The headers of a route that changes something, once for each key. */
export const changeHeaders = idempotencyHeaders.extend(ifMatchHeaders);

/** The version that a writer has seen, and how they said so: a header is answered with 412, a field with 409. */
export type ExpectedVersion = { readonly version: number; readonly by: "header" | "body" };

/** Reads the version that a write expects, from `If-Match` or from the body's `expectedVersion`. */
export function expectedVersionOf(
  { headers }: Pick<FastifyRequest, "headers">,
  inBody: number | undefined,
): ExpectedVersion | undefined {
  const header = headers["if-match"];
  const digits = header === undefined ? undefined : TAG.exec(header)?.[1];
  if (digits === undefined) return inBody === undefined ? undefined : { version: inBody, by: "body" };
  const version = Number(digits);
  if (inBody === undefined || inBody === version) return { version, by: "header" };
  throw new HttpProblem(400, {
    code: "invalid",
    message: `If-Match says version ${version}, and expectedVersion in the body ${inBody}. Send one of them.`,
    path: "expectedVersion",
  });
}

/** The version that a writer expects, as the engine's commands take it. */
export function seenBy(expected: ExpectedVersion | undefined): SeenVersion {
  return expected === undefined ? {} : { expectedVersion: expected.version };
}

/** The answer to a write at another version than its author saw; undefined for a refusal of any other kind. */
export function mismatched(
  error: { readonly code: string; readonly message: string; readonly presentVersion?: number },
  expected: ExpectedVersion | undefined,
): HttpProblem | undefined {
  const { code, message, presentVersion: version } = error;
  if (code !== "version-mismatch" || version === undefined) return undefined;
  const status = expected?.by === "header" ? 412 : 409;
  return new HttpProblem(status, { code, message, version }, { etag: versionTag(version) });
}

/** The tag of a version, as the ETag header has it. */
export function versionTag(version: number): string {
  return `"${version}"`;
}
