import { heldRules, policyLevel } from "../budget/policy-level.js";
import { explain } from "../evaluation/explain.js";
import type { Slo } from "../slo/slo.js";
import type { AlertBook } from "./alert-book.js";
import type { FleetWatch } from "./fleet-watch.js";
import type { SloView } from "./plimsoll.js";

/** Shows how an SLO stands; a view stays the same object until its evaluation or its alerts change. */
export function createSloViews(options: {
  readonly slos: ReadonlyMap<string, Slo>;
  readonly fleet: FleetWatch;
  readonly alerts: AlertBook;
}): (sloId: string) => SloView | undefined {
  const { slos, fleet, alerts } = options;
  const views = new Map<string, SloView>();
  return (sloId) => {
    const slo = slos.get(sloId);
    const evaluation = fleet.evaluation(sloId);
    const birthMs = fleet.birthMs(sloId);
    if (slo === undefined || evaluation === undefined || birthMs === undefined) return undefined;
    const standing = alerts.of(sloId);
    const known = views.get(sloId);
    if (known?.evaluation === evaluation && known.alerts === standing) return known;
    const suppressed = standing.burn.status === "suppressed" ? { suppressedBy: standing.burn.suppressedBy } : {};
    const made: SloView = {
      slo,
      evaluation,
      alerts: standing,
      level: policyLevel(slo.policy, evaluation.budget),
      heldRules: heldRules(slo.policy, evaluation.budget),
      explanation: explain(evaluation, slo, suppressed),
      birthMs,
    };
    views.set(sloId, made);
    return made;
  };
}
