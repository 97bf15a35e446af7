import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import type { BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import { resolveRules } from "../burn-rate/resolve-rules.js";
import type { Slo } from "../slo/slo.js";
import type { WindowCounts, WindowReader } from "./window-reader.js";

/** Objectives and histories for tests of this package. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const NOW_MS = Date.UTC(2026, 10, 20, 12);
export const SLICE_MS = 60_000;

export function makeSlo(
  part: Partial<Slo> & { readonly rules?: readonly BurnRateRule[]; readonly minBadEvents?: number } = {},
): Slo {
  const { rules, minBadEvents, ...rest } = part;
  return {
    id: "payments-availability",
    service: "payments",
    version: 1,
    target: 0.999,
    window: { kind: "rolling", lengthMs: 30 * DAY_MS },
    sli: { kind: "events", selector: { source: "test", query: {} } },
    mode: "active",
    gapIs: "gap",
    alerting: {
      rules: rules ?? resolveRules("google", { periodMs: 30 * DAY_MS, sliceMs: SLICE_MS }),
      minBadEvents: minBadEvents ?? 3,
      suppressedBy: [],
    },
    policy: DEFAULT_BUDGET_POLICY,
    ...rest,
  };
}

/** One slice of a history; an absent one is a gap. */
export type TestSlice = { readonly bad: number; readonly total: number };

/** Counts a history by brute force: every slice whose start lies in [fromMs, toMs). */
export function historyReader(
  slices: ReadonlyMap<number, TestSlice>,
  options: { readonly bornMs?: number; readonly sliceMs?: number } = {},
): WindowReader {
  const { bornMs = -Infinity, sliceMs = SLICE_MS } = options;
  return (fromMs, toMs): WindowCounts => {
    let bad = 0;
    let total = 0;
    let measured = 0;
    for (const [atMs, slice] of slices) {
      if (atMs < fromMs || atMs >= toMs) continue;
      bad += slice.bad;
      total += slice.total;
      measured += 1;
    }
    const expected = Math.max(0, Math.round((toMs - Math.max(fromMs, bornMs)) / sliceMs));
    return { bad, total, measured, expected, fromMs, toMs, edge: { bad: 0, total: 0 } };
  };
}

/** A history of even slices that end at `toMs`; `sliceAt` may answer undefined for a gap. */
export function history(
  options: { readonly fromMs: number; readonly toMs: number; readonly sliceMs?: number },
  sliceAt: (atMs: number) => TestSlice | undefined,
): Map<number, TestSlice> {
  const { fromMs, toMs, sliceMs = SLICE_MS } = options;
  const slices = new Map<number, TestSlice>();
  for (let atMs = fromMs; atMs < toMs; atMs += sliceMs) {
    const slice = sliceAt(atMs);
    if (slice !== undefined) slices.set(atMs, slice);
  }
  return slices;
}

/** Answers each window by its length: for tests that state burns outright. */
export function readerByLength(
  ratios: Readonly<Record<number, { bad: number; total: number; measured?: number; expected?: number }>>,
): WindowReader {
  return (fromMs, toMs) => {
    const given = ratios[toMs - fromMs] ?? { bad: 0, total: 0 };
    const expected = given.expected ?? (toMs - fromMs) / SLICE_MS;
    return {
      bad: given.bad,
      total: given.total,
      measured: given.measured ?? expected,
      expected,
      fromMs,
      toMs,
      edge: { bad: 0, total: 0 },
    };
  };
}
