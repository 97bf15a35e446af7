/** Removes the noise of binary fractions from 1 - target, so that 1 - 0.9 is 0.1 and a factor of 10 is exactly its limit. */
const NOISE_DIGITS = 1e12;

/** Says which share of events may be bad: B = 1 - T. */
export function budgetRatio(target: number): number {
  const rounded = Math.round((1 - target) * NOISE_DIGITS) / NOISE_DIGITS;
  return rounded > 0 ? rounded : 1 - target;
}
