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
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import type { IncidentState } from "../incident/incident.js";
import { serviceBudgetShare, type HeldObjective } from "../incident/service-budget-share.js";
import type { Ledger } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { presentEvaluation } from "./present-evaluation.js";

/** Counts what an incident took of a budget, up to now while it goes on. */
export type IncidentShares = (state: IncidentState) => IncidentBudgetShare;

/** Finds when the impact that an alert of the engine tells of began; undefined where that is not known. */
export type ImpactStart = (alert: AlertFacts) => number | undefined;

/** What the ledger says of incidents, gaps as each SLO counts them. */
export function createIncidentShares(options: {
  readonly slos: readonly Slo[];
  readonly ledger: Ledger;
  /** How an SLO stands now. */
  readonly evaluation: (sloId: string) => SloEvaluation | undefined;
  readonly nowMs: () => number;
}): { readonly shares: IncidentShares; readonly impactStart: ImpactStart } {
  const { evaluation, ledger, nowMs, slos } = options;
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const heldBy = (slo: Slo): HeldCounts | undefined => {
    const column = ledger.columnOf(slo.id);
    if (column === undefined) return undefined;
    const read = columnReader(ledger, column);
    return {
      sliceMs: ledger.sliceMs,
      oldestMs: ledger.oldestMs,
      read: (fromMs, toMs) => withGaps({ slo }, read(fromMs, toMs)),
    };
  };
  const heldOf = (sloId: string): HeldCounts | undefined => {
    const slo = byId.get(sloId);
    return slo === undefined ? undefined : heldBy(slo);
  };
  const objectivesOf = (service: string): readonly HeldObjective[] =>
    slos
      .filter((slo) => slo.service === service && slo.mode === "active")
      .flatMap((slo) => {
        const held = heldBy(slo);
        return held === undefined ? [] : [{ slo, held }];
      });

  const counted = (state: IncidentState): IncidentBudgetShare =>
    state.alert === undefined
      ? serviceBudgetShare(state, objectivesOf(state.service), nowMs())
      : incidentBudgetShare(state, heldOf(state.alert.sloId), presentEvaluation(state, evaluation));

  return {
    shares(state) {
      const share = counted(state);
      const { recordedCost, rounds, status } = state;
      // What is still held may have come late, so it goes before what was recorded.
      const stands = !isOpenStatus(status) && recordedCost?.round === rounds.length - 1;
      return share.kind === "unknown" && stands ? recordedCost.share : share;
    },
    impactStart(alert) {
      const held = heldOf(alert.sloId);
      return held === undefined ? undefined : alertImpactStart(alert, held);
    },
  };
}
