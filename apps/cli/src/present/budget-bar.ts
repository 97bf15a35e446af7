const FULL = "█";
const EMPTY = "░";

/** Draws what is left of a budget, such as `██████░░░░`; an overspent one is empty, as is one that is not known, and its figure says which. */
export function budgetBar(remainingRatio: number | undefined, width = 10): string {
  const shown = Math.min(1, Math.max(0, remainingRatio ?? 0));
  // Something that is left is never drawn as nothing, and something spent never as all of it.
  const cells =
    shown === 0 || shown === 1 ? shown * width : Math.min(width - 1, Math.max(1, Math.round(shown * width)));
  return FULL.repeat(cells) + EMPTY.repeat(width - cells);
}
