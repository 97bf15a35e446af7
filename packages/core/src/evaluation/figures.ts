import { formatDuration } from "../slo/duration.js";
import type { SloWindow } from "../slo/slo-window.js";

const DAY_MS = 86_400_000;

/** Writes a burn rate: `6.2x`, `0.31x`, `138x`. */
export function formatBurn(burn: number | undefined): string {
  if (burn === undefined) return "nothing";
  if (burn >= 100) return `${Math.round(burn)}x`;
  return `${Number(burn.toFixed(burn >= 1 ? 1 : 2))}x`;
}

/** Writes a rule's factor, which is exact and not measured: `14.4x`, `0.9333x`. */
export function formatFactor(factor: number): string {
  return `${Number(factor.toPrecision(4))}x`;
}

/** Writes a share of a budget: whole percents, with decimals where it is small: `41 %`, `2.5 %`, `0.02 %`. */
export function formatShare(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  return `${Number(percent.toFixed(size >= 10 ? 0 : size >= 1 ? 1 : 2))} %`;
}

/**
 * Says what is left of a budget: `41 % is left`, and once it is spent by how much it is overspent: `overspent by 25 %`,
 * from twice the budget on `overspent 74.6 times`. Everything that shows a budget says it with this.
 */
export function formatRemaining(remainingRatio: number): string {
  return remainingRatio < 0 ? overspentWords(-remainingRatio) : `${formatShare(remainingRatio)} is left`;
}

/** The same for a column that is headed with what it shows: `41 %`, `overspent by 25 %`. */
export function formatBudgetLeft(remainingRatio: number): string {
  return remainingRatio < 0 ? overspentWords(-remainingRatio) : formatShare(remainingRatio);
}

function overspentWords(ratio: number): string {
  if (ratio >= 2) return `overspent ${Number(ratio.toFixed(ratio >= 100 ? 0 : 1))} times`;
  return ratio < 0.0001 ? "overspent by under 0.01 %" : `overspent by ${formatShare(ratio)}`;
}

/** Writes an SLI or a target, cut to four decimals, so that 100 % means that nothing was bad. */
export function formatRatio(ratio: number): string {
  return `${Math.floor(ratio * 1e6 + 1e-6) / 1e4} %`;
}

/** Names a period: `30 days`, `36 h`, `the month`. */
export function formatPeriod(window: SloWindow): string {
  if (window.kind === "calendar") return `the ${window.unit}`;
  const days = window.lengthMs / DAY_MS;
  if (!Number.isInteger(days)) return formatDuration(window.lengthMs);
  return days === 1 ? "1 day" : `${days} days`;
}

/** Names what belongs to a period: `30 days' budget`, `the month's budget`. */
export function formatPeriodBudget(window: SloWindow): string {
  const period = formatPeriod(window);
  return `${period}${period.endsWith("s") ? "'" : "'s"} budget`;
}
