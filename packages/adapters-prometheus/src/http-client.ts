import { readFileSync } from "node:fs";
import {
  durationTextMs,
  revealSecret,
  failure,
  PlimsollError,
  success,
  type CancelSignal,
  type Result,
} from "@plimsoll/core";
import type { Agent, request } from "undici";
import type { HttpSettings } from "./http-settings.js";
import { problem, type ReadProblem } from "./read-problem.js";
import { redactor, shownUrl } from "./secret-text.js";

/** One request: a GET without a form, a POST of it otherwise. */
export type HttpQuestion = {
  readonly url: URL;
  readonly form?: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly cancel?: CancelSignal;
};

/** A complete answer, whatever its status. */
export type HttpAnswer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** Whether the framing proves that the body is all there was. */
  readonly isFramed: boolean;
};

/** Speaks HTTP with bounded connections, a deadline, and no secret in any word of it. */
export interface HttpClient {
  ask(question: HttpQuestion): Promise<Result<HttpAnswer, ReadProblem>>;
  /** Takes secrets out of words that came from outside. */
  redact(text: string): string;
  close(): Promise<void>;
}

/** Opens a pool that belongs to one source. Throws a PlimsollError when a TLS file cannot be read. */
export function createHttpClient(settings: HttpSettings, urls: readonly URL[]): HttpClient {
  const headers = requestHeaders(settings);
  const redact = redactor([
    ...Object.values(headers),
    ...Object.values(headers).map((value) => value.replace(/^(Bearer|Basic) /, "")),
    ...(settings.basicAuth === undefined ? [] : [revealSecret(settings.basicAuth.password)]),
    ...urls.flatMap((url) => [decodeURIComponent(url.password), decodeURIComponent(url.username)]),
  ]);
  const timeoutMs = durationTextMs(settings.timeout);
  const pool = createPool({
    connections: settings.connections,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    connect: { timeout: timeoutMs, ...tlsOptions(settings) },
  });
  const ask = (question: HttpQuestion) =>
    askOnce({ pool, headers, timeoutMs, redact, limit: settings.maxResponseBytes }, question);
  return { ask, redact, close: async () => (await pool()).agent.destroy() };
}

type Pool = { readonly agent: Agent; readonly request: typeof request };

/** Loads the library with the first question: who only checks settings would wait for a hundred files to no purpose. */
function createPool(options: Agent.Options): () => Promise<Pool> {
  let opened: Promise<Pool> | undefined;
  return () =>
    (opened ??= import("undici").then((undici) => ({ agent: new undici.Agent(options), request: undici.request })));
}

function requestHeaders(settings: HttpSettings): Record<string, string> {
  const given = Object.entries({ ...settings.headers, ...settings.secretHeaders });
  const headers: Record<string, string> = Object.fromEntries(given.map(([name, value]) => [name, revealSecret(value)]));
  if (settings.bearerToken !== undefined) headers["authorization"] = `Bearer ${revealSecret(settings.bearerToken)}`;
  if (settings.basicAuth !== undefined) {
    headers["authorization"] = basicAuthorization(
      settings.basicAuth.username,
      revealSecret(settings.basicAuth.password),
    );
  }
  return headers;
}

function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function tlsOptions(settings: HttpSettings) {
  const { tls } = settings;
  if (tls === undefined) return {};
  return {
    ...(tls.ca === undefined ? {} : { ca: pem("ca", tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: pem("cert", tls.cert) }),
    ...(tls.key === undefined ? {} : { key: pem("key", tls.key) }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: !tls.insecureSkipVerify,
  };
}

function pem(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new PlimsollError({
      code: "tls-file-unreadable",
      message: `tls.${what}: cannot read ${path} (${why}). Give the path of a PEM file that this process may read.`,
      retryable: false,
      cause,
    });
  }
}

type Wire = {
  readonly pool: () => Promise<Pool>;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly limit: number;
  readonly redact: (text: string) => string;
};

async function askOnce(wire: Wire, question: HttpQuestion): Promise<Result<HttpAnswer, ReadProblem>> {
  const where = shownUrl(question.url);
  if (question.cancel?.aborted === true) return failure(problem("cancelled", `the request to ${where} was cancelled`));
  const stop = new AbortController();
  const onCancel = () => stop.abort("cancelled");
  const deadline = setTimeout(() => stop.abort("timeout"), wire.timeoutMs);
  question.cancel?.addEventListener("abort", onCancel);
  try {
    const { agent, request } = await wire.pool();
    const options = { ...requestOptions(wire, question), dispatcher: agent, signal: stop.signal };
    const response = await request(withoutUserinfo(question.url), options);
    const body = await readLimited(response.body, wire.limit);
    if (body === undefined) {
      return failure(
        problem(
          "response-too-large",
          `${where} answered more than ${wire.limit} bytes; raise \`maxResponseBytes\` or ask for less`,
        ),
      );
    }
    const { headers } = response;
    return success({
      status: response.statusCode,
      contentType: String(headers["content-type"] ?? ""),
      body,
      isFramed: headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined,
    });
  } catch (error) {
    if (stop.signal.reason === "cancelled")
      return failure(problem("cancelled", `the request to ${where} was cancelled`));
    if (stop.signal.reason === "timeout")
      return failure(problem("timeout", `${where} did not answer within ${wire.timeoutMs} ms`));
    return failure(problem("unreachable", `${where} could not be read: ${wire.redact(wordsOf(error))}`));
  } finally {
    clearTimeout(deadline);
    question.cancel?.removeEventListener("abort", onCancel);
  }
}

function requestOptions(wire: Wire, question: HttpQuestion) {
  const { url, form } = question;
  const own =
    url.username === ""
      ? {}
      : { authorization: basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password)) };
  const base = {
    headersTimeout: 0,
    bodyTimeout: 0,
    headers: { accept: question.accept, ...own, ...wire.headers },
  };
  if (form === undefined) return { ...base, method: "GET" as const };
  return {
    ...base,
    method: "POST" as const,
    headers: { ...base.headers, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  };
}

function withoutUserinfo(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

async function readLimited(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    // Leaving the loop destroys the stream and its connection.
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.find((one) => one instanceof Error) : undefined;
  const words = error.message === "" && inner instanceof Error ? inner.message : error.message;
  return words === "" ? ((error as NodeJS.ErrnoException).code ?? error.name) : words;
}
