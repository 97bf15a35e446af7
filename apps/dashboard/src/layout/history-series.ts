import type { SloHistory } from "../api/answers.js";

/** A step measured less than this is a gap in the lines: the same share that a rule needs to be judged. */
export const SHOWN_COVERAGE_RATIO = 0.9;

export type HistorySeries = {
  /** Seconds, as the chart takes them. */
  readonly at: readonly number[];
  readonly remainingPercent: readonly (number | null)[];
  readonly bad: readonly (number | null)[];
  /** Where too little was measured, in seconds. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
};

/** Turns the history into lines with honest gaps. */
export function historySeries(history: Pick<SloHistory, "points" | "stepMs">): HistorySeries {
  const stepSeconds = history.stepMs / 1000;
  const gaps: { from: number; to: number }[] = [];
  const at: number[] = [];
  const remainingPercent: (number | null)[] = [];
  const bad: (number | null)[] = [];
  for (const point of history.points) {
    const seconds = Date.parse(point.at) / 1000;
    const measured = point.coverageRatio >= SHOWN_COVERAGE_RATIO;
    at.push(seconds);
    remainingPercent.push(measured ? point.remainingRatio * 100 : null);
    // Bad events that were counted are true, however much else was missed.
    bad.push(measured || point.bad > 0 ? point.bad : null);
    if (measured) continue;
    const last = gaps.at(-1);
    if (last !== undefined && Math.abs(last.to - (seconds - stepSeconds)) < 1) last.to = seconds;
    else gaps.push({ from: seconds - stepSeconds, to: seconds });
  }
  return { at, remainingPercent, bad, gaps };
}

/** The chart in a sentence, for those who do not see it. */
export function historyWords(history: Pick<SloHistory, "points">, budget: (ratio: number) => string): string {
  const first = history.points[0];
  const last = history.points.at(-1);
  if (first === undefined || last === undefined) return "Nothing was measured in this period.";
  const lowest = history.points.reduce((low, point) => (point.remainingRatio < low.remainingRatio ? point : low));
  const badSteps = history.points.filter(({ bad }) => bad > 0).length;
  return (
    `Budget left over the period: ${budget(first.remainingRatio)} at the start, ${budget(last.remainingRatio)} now, ` +
    `lowest ${budget(lowest.remainingRatio)}. Bad events in ${badSteps} of ${history.points.length} steps.`
  );
}
