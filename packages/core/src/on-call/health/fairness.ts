import type { OnCallInterval } from "../schedule/schedule.js";
import { onCallLoad } from "./on-call-load.js";

/** How well a schedule covers its time, and how evenly it spreads it. */
export type Fairness = {
  /** The share of the range in which somebody is on call. */
  readonly coverageRatio: number;
  /** How alike the times on call are: 1 when all are equal; the mean, over all pairs of people, of the shorter time over the longer. */
  readonly balanceRatio: number;
  /** round((coverage % + balance %) / 2), 0 to 100. */
  readonly score: number;
};

/**
 * Scores a range of shifts. `personIds` are those among whom the time should be spread; absent, those who are on call in it.
 * One person alone is in balance, and so are two who both have no time. An empty range is covered.
 */
export function fairness(shifts: readonly OnCallInterval[], personIds?: readonly string[]): Fairness {
  const loads = onCallLoad({ shifts, people: [], pages: [] });
  const onCallMs = new Map(loads.map((load) => [load.personId, load.onCallMs]));
  const times = [...new Set(personIds ?? onCallMs.keys())].map((personId) => onCallMs.get(personId) ?? 0);
  const coverageRatio = coverage(shifts);
  const balanceRatio = balance(times);
  return { coverageRatio, balanceRatio, score: Math.round((coverageRatio * 100 + balanceRatio * 100) / 2) };
}

function coverage(shifts: readonly OnCallInterval[]): number {
  let coveredMs = 0;
  let allMs = 0;
  for (const { fromMs, toMs, people } of shifts) {
    allMs += toMs - fromMs;
    if (people.length > 0) coveredMs += toMs - fromMs;
  }
  return allMs === 0 ? 1 : coveredMs / allMs;
}

function balance(times: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  for (const [index, time] of times.entries()) {
    for (const other of times.slice(index + 1)) {
      const longer = Math.max(time, other);
      sum += longer === 0 ? 1 : Math.min(time, other) / longer;
      pairs += 1;
    }
  }
  return pairs === 0 ? 1 : sum / pairs;
}
