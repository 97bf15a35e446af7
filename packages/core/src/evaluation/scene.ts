import { burnOf } from "../burn-rate/burn-rate.js";
import type { Slo } from "../slo/slo.js";
import { budgetRatio } from "../slo/target.js";
import type { FreezeReason, WindowBurn } from "./evaluation.js";
import { coverageOf, gapsOf, isLate, lateAfterMs, NEEDED_COVERAGE_RATIO, windowEndMs } from "./judgement.js";
import type { WindowCounts, WindowReader } from "./window-reader.js";

/** What is known about an SLO's data beside the counts. */
export type EvaluationContext = {
  readonly nowMs: number;
  readonly sliceMs: number;
  /** Everything before it is final; undefined when its source never answered. */
  readonly watermarkMs: number | undefined;
  /** How its source failed last time, where reading again does not mend it: no rule may speak. */
  readonly failure?: { readonly source: string; readonly code: string; readonly message: string };
  /** How its source failed last time, where it may work again: it silences nothing by itself, and tells why data are missing. */
  readonly trouble?: EvaluationContext["failure"];
};

/** One SLO at one instant: what its windows are read with, and whether its source can say anything at all. */
export type Scene = {
  readonly slo: Slo;
  readonly context: EvaluationContext;
  readonly budget: number;
  readonly endMs: number;
  /** How old its data may be. */
  readonly allowedMs: number;
  readonly late: boolean;
  /** The source is late or failed, and a gap is not to count as bad: no rule may speak. */
  readonly silent: boolean;
  readonly read: WindowReader;
};

/** Sets the scene for an evaluation. */
export function setScene(slo: Slo, read: WindowReader, context: EvaluationContext): Scene {
  const { nowMs, sliceMs, watermarkMs = Number.NaN, failure } = context;
  const allowedMs = lateAfterMs(slo, sliceMs);
  const late = isLate(nowMs, watermarkMs, allowedMs);
  return {
    slo,
    context,
    budget: budgetRatio(slo.target),
    endMs: windowEndMs(nowMs, watermarkMs, sliceMs, allowedMs),
    allowedMs,
    late,
    silent: slo.gapIs === "gap" && (late || failure !== undefined),
    read,
  };
}

/** Counts a window's gaps as bad events where the SLO says so. */
export function withGaps(scene: { readonly slo: Pick<Slo, "gapIs"> }, counts: WindowCounts): WindowCounts {
  if (scene.slo.gapIs === "gap") return counts;
  const gaps = gapsOf(counts.measured, counts.expected);
  return { ...counts, bad: counts.bad + gaps, total: counts.total + gaps, measured: counts.measured + gaps };
}

/** Reads the burn over the window of a length that ends where the scene's data end. */
export function windowBurn(scene: Scene, lengthMs: number): WindowBurn {
  const counts = withGaps(scene, scene.read(scene.endMs - lengthMs, scene.endMs));
  const burn = burnOf(counts.bad, counts.total, scene.budget);
  return {
    lengthMs,
    fromMs: counts.fromMs,
    toMs: counts.toMs,
    bad: counts.bad,
    total: counts.total,
    burnRate: Number.isNaN(burn) ? undefined : burn,
    coverageRatio: coverageOf(counts.measured, counts.expected),
  };
}

/** Why no rule of an SLO may speak. */
export function silenceReasons(scene: Scene, behindAtMostMs: number): readonly FreezeReason[] {
  const { nowMs, watermarkMs, failure } = scene.context;
  const reasons: FreezeReason[] = [];
  if (failure !== undefined) reasons.push({ kind: "source", ...failure });
  if (scene.late) {
    reasons.push({
      kind: "watermark",
      watermarkMs,
      behindMs: watermarkMs === undefined ? behindAtMostMs : nowMs - watermarkMs,
      allowedMs: scene.allowedMs,
    });
  }
  return reasons;
}

/** What a source that may work again said last, to be told beside why no rule may speak. */
export function troubleReasons({ context: { trouble } }: Scene): readonly FreezeReason[] {
  return trouble === undefined ? [] : [{ kind: "source", ...trouble }];
}

/** Why a window cannot be used, when it was measured too thinly. */
export function coverageReason(window: WindowBurn): FreezeReason | undefined {
  if (window.coverageRatio >= NEEDED_COVERAGE_RATIO) return undefined;
  return {
    kind: "coverage",
    windowMs: window.lengthMs,
    coverageRatio: window.coverageRatio,
    neededRatio: NEEDED_COVERAGE_RATIO,
  };
}
