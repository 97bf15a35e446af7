import { inSuppressionOrder } from "../alert/suppression.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { createFleetEvaluator } from "../evaluation/fleet-evaluator.js";
import type { Slo } from "../slo/slo.js";
import type { Judged } from "./alert-desk.js";
import type { Collector } from "./collector.js";
import type { SliceKeeper } from "./slice-keeper.js";

/** Evaluates all SLOs round after round, and any one of them on demand as of the last round. */
export type FleetWatch = {
  /** Evaluates everything at an instant; answers the ids whose verdict changed, all of them the first time. */
  round(nowMs: number): readonly string[];
  /** As of the last round; before the first one, as of the instant the watch was made. */
  evaluation(sloId: string): SloEvaluation | undefined;
  /** The evaluations of these SLOs, what suppresses before what is suppressed. */
  judged(sloIds: ReadonlySet<string>): readonly Judged[];
  readonly lastRoundMs: number | undefined;
};

export function createFleetWatch(options: {
  readonly slos: readonly Slo[];
  readonly keeper: SliceKeeper;
  readonly collector: Collector;
  readonly nowMs: number;
}): FleetWatch {
  const { slos, collector } = options;
  const { ledger } = options.keeper;
  const columnOf = (slo: Slo): number => {
    const column = ledger.columnOf(slo.id);
    if (column === undefined) throw new RangeError(`${slo.id} has no column in the ledger`);
    return column;
  };
  const columns = new Map(slos.map((slo) => [slo.id, columnOf(slo)]));
  const ids = new Map([...columns].map(([id, column]) => [column, id]));
  const fleet = createFleetEvaluator(ledger, slos.map((slo) => ({ slo, column: columnOf(slo) })));
  const ordered = inSuppressionOrder(slos);
  const inputs = {
    nowMs: options.nowMs,
    watermarkMs: new Float64Array(ledger.columns).fill(Number.NaN),
    failed: new Uint8Array(ledger.columns),
  };
  let lastRoundMs: number | undefined;

  const takeInputs = (nowMs: number): void => {
    inputs.nowMs = nowMs;
    for (const [id, column] of columns) {
      const { watermarkMs, failure } = collector.state(id);
      inputs.watermarkMs[column] = watermarkMs ?? Number.NaN;
      inputs.failed[column] = failure === undefined ? 0 : 1;
    }
  };
  const evaluationAt = (id: string, column: number): SloEvaluation =>
    fleet.evaluationOf(column, inputs, collector.state(id).failure);

  takeInputs(options.nowMs);
  return {
    get lastRoundMs() {
      return lastRoundMs;
    },
    round(nowMs) {
      options.keeper.advance(nowMs);
      takeInputs(nowMs);
      lastRoundMs = nowMs;
      return Array.from(fleet.evaluate(inputs), (column) => ids.get(column)).filter((id) => id !== undefined);
    },
    evaluation(sloId) {
      const column = columns.get(sloId);
      return column === undefined ? undefined : evaluationAt(sloId, column);
    },
    judged: (sloIds) =>
      ordered
        .filter(({ id }) => sloIds.has(id))
        .map((slo) => ({ slo, evaluation: evaluationAt(slo.id, columns.get(slo.id) ?? columnOf(slo)) })),
  };
}
