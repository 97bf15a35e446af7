import type { Slo } from "../slo/slo.js";
import type { AlertState } from "./alert.js";

/** Tells whether an alert pages somebody now: it fires, at the page tier, and is not itself held back. */
export function isPaging(state: AlertState): boolean {
  return state.status === "firing" && state.tier === "page";
}

/** Names the first of the SLOs that this one depends on which pages now. */
export function suppressorOf(slo: Slo, pages: (sloId: string) => boolean): string | undefined {
  return slo.alerting.suppressedBy.find((id) => id !== slo.id && pages(id));
}

/**
 * Puts SLOs into the order in which their alerts must be decided within a round: what suppresses before what is
 * suppressed. Where they suppress one another in a circle, the first in the given order goes first.
 */
export function inSuppressionOrder(slos: readonly Slo[]): readonly Slo[] {
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const placed = new Set<string>();
  const ordered: Slo[] = [];
  for (const slo of slos) {
    // Depth first with a stack of its own: chains may be longer than the call stack is deep.
    const path: { readonly slo: Slo; next: number }[] = [{ slo, next: 0 }];
    const entered = new Set([slo.id]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = byId.get(top.slo.alerting.suppressedBy[top.next] ?? "");
      if (top.next < top.slo.alerting.suppressedBy.length) {
        top.next += 1;
        if (dependency === undefined || placed.has(dependency.id) || entered.has(dependency.id)) continue;
        entered.add(dependency.id);
        path.push({ slo: dependency, next: 0 });
        continue;
      }
      path.pop();
      if (placed.has(top.slo.id)) continue;
      placed.add(top.slo.id);
      ordered.push(top.slo);
    }
  }
  return ordered;
}
