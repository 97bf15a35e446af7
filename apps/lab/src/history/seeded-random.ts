/** Draws numbers from a seed; the same seed draws the same numbers. */
export type SeededRandom = {
  /** Uniform in [0, 1). */
  next(): number;
  /** How often something rare or frequent happens when it happens `mean` times on average. */
  poisson(mean: number): number;
};

// Below this mean the exact method is cheap; above it the normal approximation is close (skewness under 0.19).
const EXACT_POISSON_BELOW = 30;

/** Makes a generator from a whole-number seed: a Weyl sequence, mixed by the 32-bit finaliser of MurmurHash3. */
export function createSeededRandom(seed: number): SeededRandom {
  let position = seed | 0;
  const next = (): number => {
    // 2^32 over the golden ratio, odd, so that the sequence meets every state once.
    position = (position + 0x9e37_79b9) | 0;
    let mixed = position;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    poisson(mean) {
      if (mean <= 0) return 0;
      if (mean >= EXACT_POISSON_BELOW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian()));
      // Knuth, The Art of Computer Programming, volume 2, 3.4.1, algorithm Q.
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count += 1;
      return count;
    },
  };
}
