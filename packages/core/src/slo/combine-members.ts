import type { SliceEvents } from "./measurement.js";
import type { CompositeMember, Sli } from "./sli.js";

/** One member's slice, its share of a longer span where it was measured by one; undefined where it has a gap. */
export type MemberSlice = Pick<CompositeMember, "weight"> & { readonly events: SliceEvents | undefined };

/**
 * Combines the members' slices into the composite's.
 *
 * Error ratios combine as if members failed independently: `all-of` (a chain) fails unless all work, 1 - prod(1 - e);
 * `any-of` (spares) fails only when all do, prod(e); `weighted` is sum(w e) / sum(w), and hides a dead member, so it is
 * never the default. The composite's total is the largest member's: a request passes through members and is not counted
 * again at each. A gap in any member is a gap, because what failed in it is not known; a member in which nothing
 * happened has failed nothing.
 */
export function combineMembers(
  rule: Extract<Sli, { readonly kind: "composite" }>["rule"],
  members: readonly MemberSlice[],
): SliceEvents | undefined {
  const ratios: { weight: number; errorRatio: number }[] = [];
  let total = 0;
  for (const { weight, events } of members) {
    if (events === undefined) return undefined;
    total = Math.max(total, events.total);
    ratios.push({ weight, errorRatio: events.total > 0 ? (events.total - events.good) / events.total : 0 });
  }
  if (ratios.length === 0) return undefined;
  const errorRatio = combinedRatio(rule, ratios);
  return errorRatio === undefined ? undefined : { good: total - total * errorRatio, total };
}

function combinedRatio(
  rule: Extract<Sli, { readonly kind: "composite" }>["rule"],
  members: readonly { readonly weight: number; readonly errorRatio: number }[],
): number | undefined {
  switch (rule) {
    case "all-of":
      return 1 - members.reduce((working, { errorRatio }) => working * (1 - errorRatio), 1);
    case "any-of":
      return members.reduce((failing, { errorRatio }) => failing * errorRatio, 1);
    case "weighted": {
      const weights = members.reduce((sum, { weight }) => sum + weight, 0);
      return weights > 0
        ? members.reduce((sum, { weight, errorRatio }) => sum + weight * errorRatio, 0) / weights
        : undefined;
    }
  }
}
