/** Chance by seed: the same seed gives the same numbers, everywhere. */
export type Random = {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, at least 0, below the bound. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
};

/** Makes chance from a 32-bit seed (mulberry32, Tommy Ettinger, public domain: few steps, and good enough to be unlike people). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick<Item>(items: readonly Item[]): Item {
      if (items.length === 0) throw new RangeError("there is nothing to pick from");
      return items[below(items.length)] as Item;
    },
  };
}
