import { PLACEHOLDER, placeholderName } from "./placeholder.js";
import type { Runbook, RunbookAction, RunbookCheck, RunbookStep } from "./runbook.js";

/** A value that would make an address lead elsewhere than its runbook says. */
export type StrayValue = {
  /** The parameter's name. */
  readonly name: string;
  readonly value: string;
  /** The step whose address it is; absent for the health check's. */
  readonly stepId?: string;
  readonly address: string;
  /** What the value does, and what may be there. */
  readonly reason: string;
};

type Place = { readonly before: string; readonly name: string; readonly after: string };
type Values = Readonly<Record<string, string>>;

/** Up to the end of `https://`, or of a parameter that holds as much. */
const ORIGIN_BEGINS = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|\{\{\s*[A-Za-z0-9_-]+\s*\}\}(?::\/\/)?)/;
const HOST_PART = /^[A-Za-z0-9._:-]+$/;
const SCHEME = /^[A-Za-z]+$/;
const OPEN_ADDRESS = /^(?:https?:\/\/)?[A-Za-z0-9._:-]+$/;
const USER_INFO = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?[^/]*@/;

/**
 * Finds the values that change an address beyond the place where they are put: a path segment stays one segment and never
 * leads up, a host stays a host. A parameter that an address begins with may be a whole address.
 */
export function strayValues(runbook: Runbook, values: Values): readonly StrayValue[] {
  const health = runbook.health === undefined ? [] : checkAddresses(runbook.health.check);
  return [
    ...health.flatMap((address) => strayIn(address, values)),
    ...runbook.steps.flatMap((step) =>
      stepAddresses(step).flatMap((address) =>
        strayIn(address, values).map((stray) => ({ ...stray, stepId: step.id })),
      ),
    ),
  ];
}

function stepAddresses({ action, compensation, precondition, verify }: RunbookStep): readonly string[] {
  return [
    ...(precondition === undefined ? [] : checkAddresses(precondition)),
    ...actionAddresses(action),
    ...(verify === undefined ? [] : checkAddresses(verify.check)),
    ...(compensation === undefined || compensation.kind === "undo" ? [] : actionAddresses(compensation)),
  ];
}

function actionAddresses(action: RunbookAction): readonly string[] {
  if (action.kind === "wait-until") return checkAddresses(action.until.check);
  return action.kind === "http" ? [action.call.url] : [];
}

function checkAddresses(check: RunbookCheck): readonly string[] {
  if (check.kind === "not") return checkAddresses(check.check);
  return check.kind === "http" ? [check.call.url] : [];
}

function strayIn(address: string, values: Values): readonly StrayValue[] {
  return [...address.matchAll(PLACEHOLDER)].flatMap((match) => {
    const [whole] = match;
    const name = placeholderName(whole);
    const value = values[name];
    const place = { before: address.slice(0, match.index), name, after: address.slice(match.index + whole.length) };
    const reason = value === undefined ? undefined : (strays(place, value) ?? leadsUp(place, value, values));
    return value === undefined || reason === undefined ? [] : [{ name, value, address, reason }];
  });
}

function strays({ after, before }: Place, value: string): string | undefined {
  if (before === "") return straysAtBeginning(after, value);
  const path = before.replace(ORIGIN_BEGINS, "");
  if (/[?#]/.test(path)) return undefined;
  if (path.includes("/")) {
    return /[/%]/.test(value) ? "goes beyond one segment of the path; it may hold neither / nor %" : undefined;
  }
  return HOST_PART.test(value) ? undefined : "is no part of a host; it may hold letters, digits and . _ : -";
}

function straysAtBeginning(after: string, value: string): string | undefined {
  if (after.startsWith("://")) return SCHEME.test(value) ? undefined : "is no scheme, such as https";
  if (USER_INFO.test(value)) return "has an @ in its host; name the host alone";
  const closed = after === "" || /^[/?#]/.test(after);
  return closed || OPEN_ADDRESS.test(value) ? undefined : "is more than scheme and host, and a host goes on after it";
}

/** Whether the segments that the value comes to stand in are `.` or `..`, also where their neighbours make them so. */
function leadsUp({ after, before, name }: Place, value: string, values: Values): string | undefined {
  if (/[?#]/.test(before)) return undefined;
  const around = `${before.slice(before.lastIndexOf("/") + 1)}{{${name}}}${after.replace(/[/?#].*$/s, "")}`;
  const filled = around.replace(PLACEHOLDER, (_whole, other: string) => values[other] ?? "");
  const segments = filled.replaceAll(/%2e/gi, ".").split("/");
  return segments.some((segment) => segment === "." || segment === "..")
    ? "makes a segment that is . or .., which leads to another place"
    : undefined;
}
