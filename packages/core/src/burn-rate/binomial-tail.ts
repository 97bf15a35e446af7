/** log(n!) minus Stirling's approximation for small n, where the series is not exact enough. */
const STIRLING_EXACT_BELOW = 16;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Answers how likely it is that at least `successes` of `trials` happen when each has the given probability.
 *
 * The point probability is Catherine Loader's saddle-point form ("Fast and Accurate Computation of Binomial
 * Probabilities", 2000), which does not cancel where log-gammas of 10^12 would; the tail is the exact sum outward
 * from it by the ratio of neighbouring terms, which stops once a term no longer changes the sum.
 * Counts must be whole numbers. Relative error stays under 1e-9 up to 10^12 trials.
 */
export function binomialUpperTail(successes: number, trials: number, probability: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || probability <= 0) return 0;
  if (probability >= 1) return 1;
  const mean = trials * probability;
  return successes > mean
    ? sumUpwards(successes, trials, probability)
    : 1 - sumUpwards(trials - successes + 1, trials, 1 - probability);
}

function sumUpwards(from: number, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let term = 1;
  let sum = 1;
  for (let k = from; k < trials && term > sum * 1e-17; k += 1) {
    term *= ((trials - k) / (k + 1)) * odds;
    sum += term;
  }
  return Math.min(1, Math.exp(logPointProbability(from, trials, probability)) * sum);
}

/** log P(X = k) for 0 < k <= n and 0 < p < 1. */
function logPointProbability(k: number, n: number, p: number): number {
  const q = 1 - p;
  if (k === n) return n * Math.log(p);
  const correction = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const deviance = devianceTerm(k, n * p) + devianceTerm(n - k, n * q);
  return correction - deviance - HALF_LOG_TWO_PI - 0.5 * (Math.log(k) + Math.log1p(-k / n));
}

/** log(n!) - log(sqrt(2 pi n) (n/e)^n). */
function stirlingError(n: number): number {
  if (n < STIRLING_EXACT_BELOW) {
    let logFactorial = 0;
    for (let factor = 2; factor <= n; factor += 1) logFactorial += Math.log(factor);
    return logFactorial - (HALF_LOG_TWO_PI + 0.5 * Math.log(n) + n * Math.log(n) - n);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x log(x / m) + m - x, without cancellation when x is close to m. */
function devianceTerm(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}
