import type { AlertFacts } from "../alert/alert.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { withGaps } from "../evaluation/scene.js";
import { columnReader } from "../evaluation/window-reader.js";
import {
  alertImpactStart,
  incidentBudgetShare,
  type HeldCounts,
  type IncidentBudgetShare,
} from "../incident/incident-budget-share.js";
import type { IncidentState } from "../incident/incident.js";
import type { Ledger } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { presentEvaluation } from "./present-evaluation.js";

/** Counts what an incident took of the budget, up to now while its alert goes on. */
export type IncidentShares = (state: IncidentState) => IncidentBudgetShare;

/** Finds when the impact that an alert of the engine tells of began; undefined where that is not known. */
export type ImpactStart = (alert: AlertFacts) => number | undefined;

type Counted = { readonly slos: readonly Slo[]; readonly ledger: Ledger };

/** Counts on the ledger, gaps as each SLO counts them. */
export function createIncidentShares(
  options: Counted & {
    /** How an SLO stands now. */
    readonly evaluation: (sloId: string) => SloEvaluation | undefined;
  },
): IncidentShares {
  const heldOf = heldCounts(options);
  const { evaluation } = options;
  return (state) => incidentBudgetShare(state, heldOf(state.alert?.sloId ?? ""), presentEvaluation(state, evaluation));
}

/** Looks for starts on the same counts. */
export function createImpactStart(options: Counted): ImpactStart {
  const heldOf = heldCounts(options);
  return (alert) => {
    const held = heldOf(alert.sloId);
    return held === undefined ? undefined : alertImpactStart(alert, held);
  };
}

function heldCounts({ ledger, slos }: Counted): (sloId: string) => HeldCounts | undefined {
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  return (sloId) => {
    const slo = byId.get(sloId);
    const column = ledger.columnOf(sloId);
    if (slo === undefined || column === undefined) return undefined;
    const read = columnReader(ledger, column);
    return {
      sliceMs: ledger.sliceMs,
      oldestMs: ledger.oldestMs,
      read: (fromMs, toMs) => withGaps({ slo }, read(fromMs, toMs)),
    };
  };
}
