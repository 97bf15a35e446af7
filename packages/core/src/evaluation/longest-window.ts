import { longestPeriodMs } from "../slo/period.js";
import type { Slo } from "../slo/slo.js";
import { GATE_SIX_HOURS_MS, lateAfterMs } from "./judgement.js";

/**
 * Says how far back from now evaluating these SLOs may reach: their periods, their rules' windows and the gate's, from a
 * watermark that is as late as it may be. A ledger must hold at least that.
 */
export function longestWindowMs(slos: readonly Slo[], sliceMs: number): number {
  const windows = slos.flatMap(({ window, alerting }) => [
    longestPeriodMs(window),
    ...alerting.rules.flatMap(({ longMs, shortMs }) => [longMs, shortMs]),
  ]);
  const longest = windows.reduce((longer, windowMs) => Math.max(longer, windowMs), GATE_SIX_HOURS_MS);
  return longest + slos.reduce((most, slo) => Math.max(most, lateAfterMs(slo, sliceMs)), lateAfterMs({}, sliceMs));
}
