import type { Fault } from "./fault.js";
import { LabError } from "./lab-error.js";
import type { Result } from "./result.js";

// A minute is longer than any timeout in the lab: more delay would only hide the fault as an outage.
const LONGEST_LATENCY_MS = 60_000;

/** Reads a share written in per cent, `40%`, as a ratio in (0, 1]. */
export function parsePercent(text: string): Result<number, LabError> {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  if (match === null) return invalid(`"${text}" is not a share. Write it in per cent, such as 40%.`);
  const percent = Number(match[1]);
  if (percent <= 0 || percent > 100) {
    return invalid(`"${text}" is out of range. A share is more than 0% and at most 100%.`);
  }
  return { ok: true, value: percent / 100 };
}

/** Reads a length of time, `800ms` or `1.5s`, as milliseconds above 0 and up to a minute. */
export function parseMilliseconds(text: string): Result<number, LabError> {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s)$/.exec(text.trim());
  if (match === null)
    return invalid(`"${text}" is not a length of time. Write it with its unit, such as 800ms or 1.5s.`);
  const milliseconds = Math.round(Number(match[1]) * (match[2] === "s" ? 1_000 : 1));
  if (milliseconds < 1 || milliseconds > LONGEST_LATENCY_MS) {
    return invalid(`"${text}" is out of range. A latency is between 1ms and 60s.`);
  }
  return { ok: true, value: milliseconds };
}

/** Reads which instances are meant: a number from 1, or `all`. */
export function parseInstance(text: string): Result<number | "all", LabError> {
  if (text === "all") return { ok: true, value: "all" };
  if (/^[1-9]\d{0,3}$/.test(text)) return { ok: true, value: Number(text) };
  return invalid(`"${text}" is not an instance. Write its number, such as 2, or all.`);
}

/** The flags of `lab break`, as they were typed. */
export type FaultOptions = {
  readonly errors?: string | undefined;
  readonly latency?: string | undefined;
  /** The share of requests that `latency` delays; all when absent. */
  readonly share?: string | undefined;
  readonly crash?: boolean | undefined;
};

/** Reads the flags of `lab break` as faults; none at all is an error, as is a share without a latency. */
export function parseFaultOptions(options: FaultOptions): Result<readonly Fault[], LabError> {
  const faults: Fault[] = [];
  if (options.errors !== undefined) {
    const ratio = parsePercent(options.errors);
    if (!ratio.ok) return named("--errors", ratio.error);
    faults.push({ kind: "errors", ratio: ratio.value });
  }
  if (options.share !== undefined && options.latency === undefined) {
    return invalid("--share says how many requests --latency delays. Add --latency, such as --latency 800ms.");
  }
  if (options.latency !== undefined) {
    const addedMs = parseMilliseconds(options.latency);
    if (!addedMs.ok) return named("--latency", addedMs.error);
    const ratio = parsePercent(options.share ?? "100%");
    if (!ratio.ok) return named("--share", ratio.error);
    faults.push({ kind: "latency", addedMs: addedMs.value, ratio: ratio.value });
  }
  if (options.crash === true) faults.push({ kind: "crash" });
  if (faults.length === 0) {
    return invalid("Nothing to break. Say at least one of --errors 40%, --latency 800ms, --crash.");
  }
  return { ok: true, value: faults };
}

function invalid(message: string): { readonly ok: false; readonly error: LabError } {
  return { ok: false, error: new LabError("invalid-input", message) };
}

function named(flag: string, error: LabError): { readonly ok: false; readonly error: LabError } {
  return invalid(`${flag}: ${error.message}`);
}
