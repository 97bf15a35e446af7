import type { CheckVerdict, HttpCall, Json, JsonTest, RunbookCheck, StepOutcome } from "@plimsoll/core";
import type { RequestEnd } from "./send-request.js";

/** What an answer, or the lack of one, means for an action. */
export function outcomeOf(call: HttpCall, end: RequestEnd): StepOutcome {
  const failed = (reason: string, retryable: boolean, mayHaveActed: boolean): StepOutcome => {
    const reads = call.method === "GET" || call.method === "HEAD";
    return { kind: "failed", reason, retryable, mayHaveActed: mayHaveActed && !reads };
  };
  switch (end.kind) {
    case "unreachable":
      return failed(end.reason, end.retryable, false);
    case "lost":
      return failed(end.reason, true, true);
    case "answered": {
      const { status } = end;
      if (isListed(call, status)) return { kind: "succeeded", summary: `answered ${status}`, data: { status } };
      const later = status === 408 || status === 425 || status === 429;
      return failed(`answered ${status}, which is not expected`, later || status >= 500, status < 300 || status >= 500);
    }
  }
}

/** What an answer, or the lack of one, means for a check. */
export function verdictOf(check: Extract<RunbookCheck, { readonly kind: "http" }>, end: RequestEnd): CheckVerdict {
  if (end.kind !== "answered") return { verdict: "unknown", saw: end.reason };
  const { body, status } = end;
  if (!isListed(check.call, status)) return { verdict: "fails", saw: `answered ${status}` };
  if (check.includes !== undefined && !body.includes(check.includes)) {
    return { verdict: "fails", saw: `answered ${status} without ${JSON.stringify(check.includes)}` };
  }
  return check.json === undefined ? { verdict: "holds", saw: `answered ${status}` } : jsonVerdict(check.json, body);
}

function jsonVerdict(test: JsonTest, body: string): CheckVerdict {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { verdict: "unknown", saw: "the answer is not JSON" };
  }
  const found = valueAt(value, test.path.split("."));
  if (found === undefined) return { verdict: "unknown", saw: `the answer has no ${test.path}` };
  const saw = `${test.path} is ${shown(found)}`;
  const numbers = typeof found === "number";
  if ((test.below !== undefined || test.above !== undefined) && !numbers) return { verdict: "unknown", saw };
  const holds =
    (test.below === undefined || (numbers && found < test.below)) &&
    (test.above === undefined || (numbers && found > test.above)) &&
    (test.equals === undefined || found === test.equals);
  return { verdict: holds ? "holds" : "fails", saw };
}

function valueAt(value: unknown, path: readonly string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at as Json;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function isListed({ status: listed }: HttpCall, status: number): boolean {
  return listed.some(({ from, to }) => from <= status && status <= to);
}
