import type { SloEvaluation } from "../evaluation/evaluation.js";
import { withGaps } from "../evaluation/scene.js";
import { columnReader } from "../evaluation/window-reader.js";
import { incidentBudgetShare, type HeldCounts, type IncidentBudgetShare } from "../incident/incident-budget-share.js";
import type { IncidentState } from "../incident/incident.js";
import type { Ledger } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { presentEvaluation } from "./present-evaluation.js";

/** Counts what an incident took of the budget, up to now while its alert goes on. */
export type IncidentShares = (state: IncidentState) => IncidentBudgetShare;

/** Counts on the ledger, gaps as each SLO counts them. */
export function createIncidentShares(options: {
  readonly slos: readonly Slo[];
  readonly ledger: Ledger;
  /** How an SLO stands now. */
  readonly evaluation: (sloId: string) => SloEvaluation | undefined;
}): IncidentShares {
  const { evaluation, ledger } = options;
  const slos = new Map(options.slos.map((slo) => [slo.id, slo]));
  const heldOf = (sloId: string): HeldCounts | undefined => {
    const slo = slos.get(sloId);
    const column = ledger.columnOf(sloId);
    if (slo === undefined || column === undefined) return undefined;
    const read = columnReader(ledger, column);
    return {
      sliceMs: ledger.sliceMs,
      oldestMs: ledger.oldestMs,
      read: (fromMs, toMs) => withGaps({ slo }, read(fromMs, toMs)),
    };
  };
  return (state) => incidentBudgetShare(state, heldOf(state.alert?.sloId ?? ""), presentEvaluation(state, evaluation));
}
