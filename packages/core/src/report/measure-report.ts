import { burnOf } from "../burn-rate/burn-rate.js";
import { evaluate } from "../evaluation/evaluate.js";
import { coverageOf, NEEDED_COVERAGE_RATIO } from "../evaluation/judgement.js";
import { setScene, withGaps, type EvaluationContext } from "../evaluation/scene.js";
import type { WindowReader } from "../evaluation/window-reader.js";
import type { Slo } from "../slo/slo.js";
import type { ReportFigures, ReportPeriod } from "./report.js";

const HOUR_MS = 3_600_000;

/** Reads what one SLO did in a period: its counts, its worst hour, and how well it was measured. */
export function measureReport(
  slo: Slo,
  read: WindowReader,
  options: { readonly period: ReportPeriod; readonly bornMs?: number; readonly context: EvaluationContext },
): ReportFigures {
  const { period, bornMs = period.fromMs, context } = options;
  const coveredFromMs = Math.min(Math.max(period.fromMs, bornMs), period.toMs);
  const scene = setScene(slo, read, context);
  const whole = withGaps(scene, read(period.fromMs, period.toMs));
  let worstBurn: ReportFigures["worstBurn"];
  let thinHours = 0;
  // Slices that are still on their way are neither missing nor good: the newest hour ends where the data do.
  for (const { fromMs, toMs } of clockHours(coveredFromMs, Math.min(period.toMs, scene.endMs))) {
    const hour = withGaps(scene, read(fromMs, toMs));
    if (hour.toMs - hour.fromMs > toMs - fromMs) continue;
    if (coverageOf(hour.measured, hour.expected) < NEEDED_COVERAGE_RATIO) thinHours += 1;
    const rate = burnOf(hour.bad, hour.total, scene.budget);
    if (rate > (worstBurn?.burnRate ?? -1)) worstBurn = { burnRate: rate, atMs: fromMs, lengthMs: toMs - fromMs };
  }
  return {
    sloId: slo.id,
    coveredFromMs,
    evaluation: evaluate(slo, read, context),
    bad: whole.bad,
    total: whole.total,
    coverageRatio: coverageOf(whole.measured, whole.expected),
    worstBurn,
    thinHours,
  };
}

/** Hours of the clock, as the ledger's cells are: a sum over any other hour is one over two of them. The edges cut theirs. */
function clockHours(fromMs: number, untilMs: number): readonly ReportPeriod[] {
  const hours: ReportPeriod[] = [];
  for (let atMs = fromMs; atMs < untilMs;) {
    const toMs = Math.min((Math.floor(atMs / HOUR_MS) + 1) * HOUR_MS, untilMs);
    hours.push({ fromMs: atMs, toMs });
    atMs = toMs;
  }
  return hours;
}
