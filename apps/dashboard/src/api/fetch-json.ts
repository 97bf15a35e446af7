import type { Problem } from "./answers.js";
import type { ServerClock } from "./server-clock.js";
import { record, text, type Check } from "./shape.js";

/** Why there is no answer, as a person can use it. */
export type Failure =
  | { readonly kind: "unreachable"; readonly message: string }
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  | { readonly kind: "misfit"; readonly message: string };

export type Fetched =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: Failure };

export type FetchJson = (path: string, check: Check, signal: AbortSignal) => Promise<Fetched>;

const problem: Check = record({ code: text, message: text });

/** Makes the one way in which this page asks the service: same origin, checked at the edge, failures as values. */
export function createFetchJson(clock: ServerClock, fetchFrom: typeof fetch = fetch): FetchJson {
  return async (path, check, signal) => {
    let response: Response;
    let body: string;
    const askedAtMs = Date.now();
    try {
      response = await fetchFrom(path, { signal, headers: { accept: "application/json" }, cache: "no-store" });
      body = await response.text();
    } catch (error) {
      if (signal.aborted) throw error;
      return failed({ kind: "unreachable", message: "The service does not answer." });
    }
    clock.learn(response.headers.get("date"), askedAtMs, Date.now());
    const value = parse(body);
    if (!response.ok) return failed(refusal(path, response.status, value));
    const misfit = value === undefined ? "it is not JSON" : check(value, "");
    if (misfit === undefined) return { ok: true, value };
    const message = `The answer to ${path} is not what this page expects, ${misfit}. Page and service may be of different versions: reload the page.`;
    return failed({ kind: "misfit", message });
  };
}

function failed(failure: Failure): Fetched {
  return { ok: false, failure };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** Proxies in front of the service answer for it when it is gone, with pages of their own. */
function refusal(path: string, status: number, value: unknown): Failure {
  if (problem(value, "") === undefined) return { kind: "refused", status, message: (value as Problem).message };
  if (status === 502 || status === 503 || status === 504) {
    return { kind: "unreachable", message: `The service does not answer (status ${status}).` };
  }
  return { kind: "refused", status, message: `The service refused ${path} with status ${status}.` };
}
