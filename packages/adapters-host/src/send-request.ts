import type { CancelSignal, HttpCall } from "@plimsoll/core";

/** One request to be sent. */
export type RequestOrder = {
  readonly call: HttpCall;
  /** Beside those of the call: secrets, keys. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly cancel?: CancelSignal | undefined;
};

/** What came of a request. */
export type RequestEnd =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  /** The request certainly did not arrive. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly retryable: boolean; readonly code?: string }
  /** It may have arrived. */
  | { readonly kind: "lost"; readonly reason: string };

/** An answer that is looked at is short; the rest of a longer one is not read. */
const MOST_ANSWER_BYTES = 256 * 1024;
const NEVER_ARRIVED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Sends a request and reads the answer. Follows no redirect, and never throws. */
export async function sendRequest({ call, cancel, headers, timeoutMs }: RequestOrder): Promise<RequestEnd> {
  const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username + url.password !== "") {
    return { kind: "unreachable", reason: "not an address of http or https without credentials", retryable: false };
  }
  const stop = new AbortController();
  const onCancel = (): void => stop.abort();
  cancel?.addEventListener("abort", onCancel);
  if (cancel?.aborted === true) stop.abort();
  try {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const type: Readonly<Record<string, string>> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(url, {
      method: call.method,
      headers: { ...type, ...call.headers, ...headers },
      redirect: "manual",
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body }),
    });
    return { kind: "answered", status: response.status, body: await readShort(response) };
  } catch (thrown) {
    return networkEnd(thrown, timeoutMs);
  } finally {
    cancel?.removeEventListener("abort", onCancel);
  }
}

async function readShort(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < MOST_ANSWER_BYTES;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString("utf8");
    chunks.push(value);
    size += value.length;
  }
  reader.cancel().catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString("utf8");
}

/** A network error's code only: messages quote addresses and headers. */
function networkEnd(thrown: unknown, timeoutMs: number): RequestEnd {
  let at = thrown as { name?: unknown; code?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth += 1) {
    if (at.name === "TimeoutError") return { kind: "lost", reason: `no answer within ${timeoutMs} ms` };
    if (at.name === "AbortError") return { kind: "lost", reason: "it was cancelled" };
    if (typeof at.code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(at.code)) {
      return NEVER_ARRIVED.has(at.code)
        ? { kind: "unreachable", reason: `not reachable (${at.code})`, retryable: true, code: at.code }
        : { kind: "lost", reason: `the connection broke (${at.code})` };
    }
    at = at.cause as typeof at;
  }
  return { kind: "unreachable", reason: "the request could not be sent", retryable: false };
}
