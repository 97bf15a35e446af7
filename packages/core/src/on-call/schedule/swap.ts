import type { Override } from "./schedule.js";

/** A span in which somebody is on call, offered in a swap. */
export type SwappedShift = { readonly personId: string; readonly fromMs: number; readonly toMs: number };

/** Two people take each other's shifts. */
export type Swap = {
  readonly id: string;
  readonly first: SwappedShift;
  readonly second: SwappedShift;
  readonly author?: string;
  readonly reason?: string;
};

/** Makes the pair of overrides that a swap is; their ids are the swap's with `/1` and `/2`. Both must be stored or none. */
export function swapOverrides(swap: Swap): readonly [Override, Override] {
  const { id, first, second, author, reason } = swap;
  const told = { ...(author !== undefined && { author }), ...(reason !== undefined && { reason }) };
  const taken = (part: 1 | 2, shift: SwappedShift, by: SwappedShift): Override => ({
    id: `${id}/${part}`,
    kind: "replace",
    fromMs: shift.fromMs,
    toMs: shift.toMs,
    personId: shift.personId,
    withPersonId: by.personId,
    ...told,
  });
  return [taken(1, first, second), taken(2, second, first)];
}
