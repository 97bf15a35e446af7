import type { Problem } from "./answers.js";
import { csrfSecret, type CsrfSecret } from "./csrf-secret.js";
import { record, text, type Check } from "./shape.js";

/** Why nothing was written, as a person can use it; `code` is the service's own, such as `wrong-role` or `not-allowed`. */
export type WriteFailure =
  | { readonly kind: "unreachable"; readonly message: string }
  | { readonly kind: "refused"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: "misfit"; readonly message: string };

export type Written<Answer> =
  | { readonly ok: true; readonly value: Answer }
  | { readonly ok: false; readonly failure: WriteFailure };

export type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

export type WriteOptions = {
  /** Makes a repetition of this write the same write; one for each time that a person decides. */
  readonly idempotencyKey?: string;
  /** Looks at the answer; without it the answer is taken as it is. */
  readonly check?: Check;
};

/** Writes to the API: `path` is what follows `/api/v1`. Never throws; an answer without a body has the value undefined. */
export type Write = <Answer = unknown>(
  method: WriteMethod,
  path: string,
  body?: unknown,
  options?: WriteOptions,
) => Promise<Written<Answer>>;

const problem: Check = record({ code: text, message: text });
const PATIENCE_MS = 30_000;

/** Makes the one way in which this page writes: with the session's second secret, and problems as values. */
export function createWrite(secret: CsrfSecret, fetchFrom: typeof fetch = (...asked) => fetch(...asked)): Write {
  return async <Answer>(method: WriteMethod, path: string, body?: unknown, options: WriteOptions = {}) => {
    let response: Response;
    let answered: string;
    try {
      response = await fetchFrom(`/api/v1${path}`, {
        method,
        headers: headersOf(secret.read(), body, options.idempotencyKey),
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      answered = await response.text();
    } catch {
      return failed({
        kind: "unreachable",
        message: "The service does not answer, so it is not known whether this was written. Look, and try again.",
      });
    }
    const value = parse(answered);
    if (!response.ok) return failed(refusal(response.status, value));
    const misfit = options.check?.(value, "");
    if (misfit === undefined) return { ok: true, value: value as Answer };
    const message = `It was written, but the answer is not what this page expects, ${misfit}. Reload the page.`;
    return failed({ kind: "misfit", message });
  };
}

export const write: Write = createWrite(csrfSecret);

function headersOf(csrf: string | undefined, body: unknown, key: string | undefined): Record<string, string> {
  return {
    accept: "application/json",
    ...(csrf === undefined ? {} : { "x-plimsoll-csrf": csrf }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
}

function failed(failure: WriteFailure): { readonly ok: false; readonly failure: WriteFailure } {
  return { ok: false, failure };
}

function parse(body: string): unknown {
  try {
    return body === "" ? undefined : (JSON.parse(body) as unknown);
  } catch {
    return undefined;
  }
}

function refusal(status: number, value: unknown): WriteFailure {
  if (problem(value, "") === undefined) {
    const { code, message } = value as Problem;
    return { kind: "refused", status, code, message };
  }
  // Proxies in front of the service answer for it when it is gone.
  if (status === 502 || status === 503 || status === 504) {
    return { kind: "unreachable", message: `The service does not answer (status ${status}).` };
  }
  return { kind: "refused", status, code: "refused", message: `The service refused this with status ${status}.` };
}
