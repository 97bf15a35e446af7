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
  /**
   * As of the last round, or of when the watch was made; as of the newest recorded time where that has run away from the
   * last round, as after a pause, because the ledger no longer reaches as far back as the older instant needs.
   */
  evaluation(sloId: string): SloEvaluation | undefined;
  /** The evaluations of these SLOs, what suppresses before what is suppressed. */
  judged(sloIds: ReadonlySet<string>): readonly Judged[];
  /** What was left of an SLO's budget in the last round, signed; NaN before the first. */
  remainingRatio(sloId: string): number;
  /** When an SLO's first slice was expected. */
  birthMs(sloId: string): number | undefined;
  readonly lastRoundMs: number | undefined;
};

// A ledger is planned to be asked up to five minutes behind its newest slice.
const MOST_LAG_MS = 60_000;

export function createFleetWatch(options: {
  readonly slos: readonly Slo[];
  readonly keeper: SliceKeeper;
  readonly collector: Collector;
  readonly nowMs: number;
}): FleetWatch {
  const { slos, collector, keeper } = options;
  const { ledger } = keeper;
  const members = inSuppressionOrder(slos).map((slo) => {
    const column = ledger.columnOf(slo.id);
    if (column === undefined) throw new RangeError(`${slo.id} has no column in the ledger`);
    return { slo, column };
  });
  const columns = new Map(members.map(({ slo, column }) => [slo.id, column]));
  const ids = new Map(members.map(({ slo, column }) => [column, slo.id]));
  const fleet = createFleetEvaluator(ledger, members);
  const inputs = {
    nowMs: options.nowMs,
    watermarkMs: new Float64Array(ledger.columns).fill(Number.NaN),
    failed: new Uint8Array(ledger.columns),
  };
  let lastRoundMs: number | undefined;

  const takeInputs = (nowMs: number): void => {
    inputs.nowMs = nowMs;
    for (const [id, column] of columns) {
      const { failure, watermarkMs } = collector.state(id);
      inputs.watermarkMs[column] = watermarkMs ?? Number.NaN;
      inputs.failed[column] = failure === undefined ? 0 : 1;
    }
  };
  // However many ask, an SLO is evaluated once per round; a correction in between changes what was counted.
  const evaluations = new Map<string, SloEvaluation>();
  let evaluatedAtMs = Number.NaN;
  let evaluatedCorrections = -1;
  const evaluationAt = (id: string, column: number): SloEvaluation => {
    if (ledger.headMs - inputs.nowMs > MOST_LAG_MS) takeInputs(ledger.headMs);
    if (evaluatedAtMs !== inputs.nowMs || evaluatedCorrections !== keeper.corrected) {
      evaluations.clear();
      evaluatedAtMs = inputs.nowMs;
      evaluatedCorrections = keeper.corrected;
    }
    const known = evaluations.get(id);
    if (known !== undefined) return known;
    const { failure, trouble } = collector.state(id);
    const evaluation = fleet.evaluationOf(column, inputs, failure ?? trouble);
    evaluations.set(id, evaluation);
    return evaluation;
  };

  takeInputs(options.nowMs);
  return {
    get lastRoundMs() {
      return lastRoundMs;
    },
    round(nowMs) {
      keeper.advance(nowMs);
      takeInputs(nowMs);
      evaluations.clear();
      lastRoundMs = nowMs;
      return Array.from(fleet.evaluate(inputs), (column) => ids.get(column)).filter((id) => id !== undefined);
    },
    evaluation(sloId) {
      const column = columns.get(sloId);
      return column === undefined ? undefined : evaluationAt(sloId, column);
    },
    judged: (sloIds) =>
      members
        .filter(({ slo }) => sloIds.has(slo.id))
        .map(({ slo, column }) => ({ slo, evaluation: evaluationAt(slo.id, column) })),
    remainingRatio: (sloId) => fleet.remainingRatio[columns.get(sloId) ?? -1] ?? Number.NaN,
    birthMs(sloId) {
      const column = columns.get(sloId);
      return column === undefined ? undefined : ledger.birthOf(column);
    },
  };
}
