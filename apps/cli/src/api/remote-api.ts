import { CliError, EXIT, usageError } from "../cli-error.js";
import type { ApiAnswer, Sent, WritableApi } from "./api.js";

const PATIENCE_MS = 30_000;

/** The API of a service that runs. The token is sent only to the address that it was found with. */
export function createRemoteApi(address: string, token?: string): WritableApi {
  const base = baseOf(address);
  const ask = async (method: string, path: string, { body, expectedVersion, key }: Sent = {}): Promise<ApiAnswer> => {
    try {
      const answer = await fetch(new URL(path, base), {
        method,
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
          ...(expectedVersion === undefined ? {} : { "if-match": `"${expectedVersion}"` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      throw new CliError(
        EXIT.unavailable,
        `The service at ${base.origin} does not answer (${reasonOf(error)}). Is it running, and is this its address?`,
        error,
      );
    }
  };
  return { get: (path) => ask("GET", path), send: ask, close: async () => {} };
}

function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw usageError(
    `--address: ${JSON.stringify(address.slice(0, 80))} is no address; write it as http://127.0.0.1:4700.`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown reason";
  if (error.name === "TimeoutError") return `no answer in ${PATIENCE_MS / 1_000} s`;
  const cause = error.cause as { readonly code?: unknown } | undefined;
  return typeof cause?.code === "string" ? cause.code : error.message;
}
