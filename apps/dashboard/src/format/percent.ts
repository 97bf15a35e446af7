const SMALLEST_DECIMALS = 6;

/**
 * Writes the signed remainder of a budget: `41.2 %`, `-1,240 %`, `-0.003 %`.
 *
 * It is cut towards minus infinity, so that the page never promises more than there is: what is overspent by a hair is
 * below zero, and 100 % means that nothing was spent.
 */
export function formatBudget(remainingRatio: number): string {
  const percent = remainingRatio * 100;
  const size = Math.abs(percent);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : smallDecimals(size);
  const shown = cut(percent, decimals);
  if (shown === 0 && percent > 0) return "under 0.000001 %";
  if (shown === 0 && percent < 0) return "-0.000001 %";
  return `${group(shown, decimals)} %`;
}

/** Two digits that matter, as far as there is room. */
function smallDecimals(size: number): number {
  return size === 0 ? 0 : Math.min(SMALLEST_DECIMALS, Math.ceil(-Math.log10(size)) + 1);
}

/** The remainder with the word that says what it means: `41.2 % left`, `overspent by 31 %`, `overspent 12.4 times`. */
export function budgetWords(remainingRatio: number): string {
  if (remainingRatio < 0) return budgetFigure(remainingRatio);
  return remainingRatio === 0 ? "0 % left (all spent)" : `${formatBudget(remainingRatio)} left`;
}

/** The same under a heading that says what it is: `41.2 %`, `overspent by 31 %`. */
export function budgetFigure(remainingRatio: number): string {
  if (remainingRatio >= 0) return formatBudget(remainingRatio);
  // From twice the budget on times are easier to grasp than hundreds of percents.
  if (remainingRatio > -2) return `overspent by ${formatBudget(remainingRatio).slice(1)}`;
  return `overspent ${group(-cut(remainingRatio * 100, 0) / 100, remainingRatio <= -100 ? 0 : 1)} times`;
}

/** Writes a measured SLI or a coverage, cut to four decimals: 100 % means that nothing was bad. */
export function formatRatio(ratio: number): string {
  return `${group(cut(ratio * 100, 4), 4)} %`;
}

/** Writes a target as it was set: `99.9 %`. */
export function formatTarget(target: number): string {
  return `${Number((target * 100).toPrecision(12))} %`;
}

/** Writes a share of a budget: `2 %`, `0.02 %`, `138.9 %`. */
export function formatShare(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  const decimals = size >= 1000 ? 0 : size >= 10 ? 1 : 2;
  const shown = Number(percent.toFixed(decimals));
  if (shown === 0 && percent > 0) return "under 0.01 %";
  return `${group(shown, decimals)} %`;
}

/** Cuts down. A hair is added first: 0.412 * 100 is 41.199999999999996 in binary. */
function cut(percent: number, decimals: number): number {
  const scale = 10 ** decimals;
  const scaled = percent * scale;
  return Math.floor(scaled + 1e-9 * Math.max(1, Math.abs(scaled))) / scale + 0;
}

function group(value: number, decimals: number): string {
  return new Intl.NumberFormat("en", { maximumFractionDigits: decimals }).format(value);
}
