import type { NotificationFailure, NotificationOutcome } from "@plimsoll/core";

/** A request to a provider. */
export type PostRequest = {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  readonly timeoutMs: number;
  /** Gives up earlier. */
  readonly signal?: AbortSignal;
  /** Reads no more of an answer than this; default 64 KiB. */
  readonly maxAnswerBytes?: number;
};

/** What a provider answered, or why there is no answer; nothing in it comes from the request. */
export type PostAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: string; readonly retryAfterMs?: number }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Providers answer in a few hundred bytes; a page of HTML need not be read to its end. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Nobody waits longer than this for a message; a provider that asks for more is asked again sooner. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** Sends JSON and reads a short answer. Follows no redirect, and never throws for what the network does. */
export async function postJson(request: PostRequest): Promise<PostAnswer> {
  const { url, timeoutMs, body } = request;
  const address = new URL(url);
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "plimsoll",
    ...request.headers,
  };
  if (address.username !== "" || address.password !== "") {
    // `fetch` refuses an address with credentials in it.
    const credentials = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers["authorization"] ??= `Basic ${Buffer.from(credentials).toString("base64")}`;
    address.username = "";
    address.password = "";
  }
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
    const response = await fetch(address, { method: "POST", headers, body, redirect: "manual", signal });
    const text = await readShort(response, request.maxAnswerBytes ?? MAX_ANSWER_BYTES);
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), response.headers.get("date"));
    return {
      kind: "answered",
      status: response.status,
      body: text,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch (thrown) {
    return { kind: "unreachable", reason: networkReason(thrown, timeoutMs) };
  }
}

async function readShort(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < maxBytes;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString("utf8");
    chunks.push(value);
    size += value.length;
  }
  // The rest is of no use, and its failing neither.
  reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

/**
 * Reads a Retry-After header: seconds, or an instant held against the provider's own clock.
 * Source: RFC 9110, section 10.2.3.
 */
export function parseRetryAfter(retryAfter: string | null, date: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.parse(date ?? "");
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_MS) : undefined;
}

/** A network error's code only: messages quote addresses. */
function networkReason(thrown: unknown, timeoutMs: number): string {
  let at = thrown as { name?: unknown; code?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth += 1) {
    if (at.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
    if (typeof at.code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(at.code)) return `not reachable (${at.code})`;
    at = at.cause as typeof at;
  }
  return "not reachable";
}

/** Whether an HTTP status may be another one next time. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Why a status says that a message was not taken. */
export function failureOfStatus(status: number): NotificationFailure {
  if (status === 429) return "rate-limited";
  return isRetryableStatus(status) ? "unavailable" : "refused";
}

/** The outcome of a request that is not made, or that the provider refuses in words: a person has to look. */
export function refusedOutcome(reason: string): NotificationOutcome {
  return { kind: "failed", retryable: false, failure: "refused", reason };
}

/** The outcome of a success that is not in the provider's own words: whether the message was taken is in doubt, so it is sent again a few times. */
export function doubtfulOutcome(reason: string): NotificationOutcome {
  return { kind: "failed", retryable: true, failure: "doubtful", reason };
}

/** The outcome of an answer that is no success; `detail` is the provider's own word, secrets taken out. */
export function failedOutcome(provider: string, answer: PostAnswer, detail?: string): NotificationOutcome {
  if (answer.kind === "unreachable")
    return { kind: "failed", retryable: true, failure: "unreachable", reason: `${provider}: ${answer.reason}` };
  const { status, retryAfterMs } = answer;
  const why =
    status >= 300 && status < 400
      ? ": it redirects elsewhere, which is not followed"
      : detail === undefined
        ? ""
        : `: ${detail}`;
  return {
    kind: "failed",
    retryable: isRetryableStatus(status),
    failure: failureOfStatus(status),
    reason: `${provider} answered with status ${status}${why}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Whether the provider took the message. */
export function isSuccess(answer: PostAnswer): boolean {
  return answer.kind === "answered" && answer.status >= 200 && answer.status < 300;
}
