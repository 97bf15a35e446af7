/** The highest burn that a target allows: everything fails. */
export function highestBurn(target: number): number {
  return Number((1 / (1 - target)).toPrecision(12));
}

/**
 * Places a burn on a gauge that ends at the highest burn possible, as a share of its length. Logarithmic from one up and
 * nearly linear below it: at 99.9 % the scale holds 1,000, and what matters happens between 0.5 and 20.
 */
export function burnPosition(burn: number, highest: number): number {
  return Math.min(1, Math.max(0, Math.log1p(burn) / Math.log1p(highest)));
}
