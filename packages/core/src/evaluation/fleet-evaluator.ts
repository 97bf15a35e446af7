import { burnOf } from "../burn-rate/burn-rate.js";
import { consumedOf } from "../budget/budget.js";
import { periodAt } from "../slo/period.js";
import { budgetRatio } from "../slo/target.js";
import type { SloEvaluation } from "./evaluation.js";
import { evaluateWithCode } from "./evaluate.js";
import {
  FLEET_BLOCK,
  planFleet,
  type FleetBlock,
  type FleetGroup,
  type FleetMember,
  type WindowSlot,
} from "./fleet-plan.js";
import {
  coverageOf,
  gapsOf,
  isLate,
  isSettled,
  judgeRule,
  lateAfterMs,
  NEEDED_COVERAGE_RATIO,
  RULE_QUIET,
  startTally,
  tallyRule,
  verdictCode,
  windowEndMs,
} from "./judgement.js";
import type { EvaluationContext } from "./scene.js";
import { columnReader, type WindowCounts } from "./window-reader.js";

/** The sums that evaluating a fleet takes: the ledger's own, for neighbouring columns at a time. */
export type FleetLedger = {
  readonly sliceMs: number;
  /** One more than the highest column in use. */
  readonly columns: number;
  sum(column: number, fromMs: number, toMs: number): WindowCounts;
  sumAll(
    fromMs: number,
    toMs: number,
    into: { readonly bad: Float64Array; readonly total: Float64Array; readonly measured: Uint32Array },
    range: { readonly first: number; readonly count: number },
  ): unknown;
  expectedAll(
    fromMs: number,
    toMs: number,
    into: Uint32Array,
    range: { readonly first: number; readonly count: number },
  ): unknown;
};

/** What is known about the data, by ledger column; the caller keeps the arrays and changes them in place. */
export type FleetInputs = {
  readonly nowMs: number;
  /** NaN where a source never answered. */
  readonly watermarkMs: Float64Array;
  /** 1 where the source failed last time. */
  readonly failed: Uint8Array;
};

/** The code of a column that was never evaluated. */
export const VERDICT_UNSEEN = 0xffff_ffff;

/**
 * Evaluates all SLOs at once, into arrays. It allocates nothing per SLO; objects and words are made by `evaluationOf`
 * for what changed or is asked for, from the same arithmetic.
 */
export type FleetEvaluator = {
  /** Answers the columns whose verdict code changed, all of them the first time; a view that the next call overwrites. */
  readonly evaluate: (inputs: FleetInputs) => Uint32Array;
  /** Verdict codes by column; see `unpackVerdict`. */
  readonly codes: Uint32Array;
  /** Remaining budget by column, signed; NaN where never evaluated. */
  readonly remainingRatio: Float64Array;
  /** The whole evaluation of one column, told how its source failed last if it did. Throws RangeError for a column that holds none of the SLOs. */
  readonly evaluationOf: (column: number, inputs: FleetInputs, failure?: EvaluationContext["failure"]) => SloEvaluation;
};

/** Prepares the evaluation of a set of SLOs; make another when the set or a ledger's columns change. */
export function createFleetEvaluator(ledger: FleetLedger, members: readonly FleetMember[]): FleetEvaluator {
  const byColumn = new Map(members.map((member) => [member.column, member.slo]));
  const columns = members.reduce((most, { column }) => Math.max(most, column + 1), 0);
  const blocks = planFleet(members);
  const fleet = new Fleet(ledger, columns, blocks);
  for (const { slo, column } of members) {
    fleet.budget[column] = budgetRatio(slo.target);
    fleet.minBadEvents[column] = slo.alerting.minBadEvents;
    fleet.gapIsBad[column] = slo.gapIs === "bad" ? 1 : 0;
    fleet.allow(column, lateAfterMs(slo, ledger.sliceMs));
  }
  return {
    evaluate: (inputs) => {
      fleet.changedCount = 0;
      for (const block of blocks) evaluateBlock(fleet, block, inputs);
      return fleet.changed.subarray(0, fleet.changedCount);
    },
    codes: fleet.codes,
    remainingRatio: fleet.remainingRatio,
    evaluationOf: (column, { nowMs, watermarkMs, failed }, failure) => {
      const slo = byColumn.get(column);
      if (slo === undefined) throw new RangeError(`column ${column} holds none of the SLOs that are evaluated`);
      const atMs = watermarkMs[column] ?? Number.NaN;
      const unnamed = { source: "unnamed", code: "failed", message: "the source failed" };
      return evaluateWithCode(slo, columnReader(ledger, column), {
        nowMs,
        sliceMs: ledger.sliceMs,
        watermarkMs: Number.isNaN(atMs) ? undefined : atMs,
        ...(failed[column] === 1 ? { failure: failure ?? unnamed } : failure === undefined ? {} : { trouble: failure }),
      }).evaluation;
    },
  };
}

/** The arrays of a fleet: by column, and the buffers of one block's windows, slot after slot. */
class Fleet {
  readonly ledger: FleetLedger;
  readonly codes: Uint32Array;
  readonly remainingRatio: Float64Array;
  readonly budget: Float64Array;
  readonly minBadEvents: Float64Array;
  readonly gapIsBad: Uint8Array;
  /** How old data may be. */
  readonly allowedMs: Float64Array;
  readonly changed: Uint32Array;
  changedCount = 0;

  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly measured: Uint32Array;
  readonly expected: Uint32Array;
  /** By place in the block: how many slices before now its windows end, and what its source can say. */
  readonly lag = new Int32Array(FLEET_BLOCK);
  readonly late = new Uint8Array(FLEET_BLOCK);
  readonly noData = new Uint8Array(FLEET_BLOCK);
  readonly settled = new Uint8Array(FLEET_BLOCK);
  /** By lag: whether some window of the block at hand ends there. */
  lags = new Uint8Array(0);
  /** Views of the buffers by slot, made once, to hand to the ledger. */
  readonly slots: readonly SlotBuffers[];

  constructor(ledger: FleetLedger, columns: number, blocks: readonly FleetBlock[]) {
    this.ledger = ledger;
    this.codes = new Uint32Array(columns).fill(VERDICT_UNSEEN);
    this.remainingRatio = new Float64Array(columns).fill(Number.NaN);
    this.budget = new Float64Array(columns);
    this.minBadEvents = new Float64Array(columns);
    this.gapIsBad = new Uint8Array(columns);
    this.allowedMs = new Float64Array(columns);
    this.changed = new Uint32Array(columns);
    const slots = blocks.reduce((most, block) => Math.max(most, block.slots.length), 0);
    this.bad = new Float64Array(slots * FLEET_BLOCK);
    this.total = new Float64Array(slots * FLEET_BLOCK);
    this.measured = new Uint32Array(slots * FLEET_BLOCK);
    this.expected = new Uint32Array(slots * FLEET_BLOCK);
    this.slots = Array.from({ length: slots }, (_, slot) => {
      const from = slot * FLEET_BLOCK;
      const to = from + FLEET_BLOCK;
      return {
        bad: this.bad.subarray(from, to),
        total: this.total.subarray(from, to),
        measured: this.measured.subarray(from, to),
        expected: this.expected.subarray(from, to),
      };
    });
  }

  /** Says how old the data of a column may be, and so how far back its windows may end. */
  allow(column: number, allowedMs: number): void {
    this.allowedMs[column] = allowedMs;
    const longestLag = Math.ceil(allowedMs / this.ledger.sliceMs);
    if (longestLag >= this.lags.length) this.lags = new Uint8Array(longestLag + 1);
  }
}

type SlotBuffers = {
  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly measured: Uint32Array;
  readonly expected: Uint32Array;
};

/** Watermarks mostly differ by a few slices at most, so a block is summed once per distinct end that its SLOs have: mostly one. */
function evaluateBlock(fleet: Fleet, block: FleetBlock, inputs: FleetInputs): void {
  const { sliceMs } = fleet.ledger;
  const headMs = Math.floor(inputs.nowMs / sliceMs) * sliceMs;
  fleet.lags.fill(0);
  for (const place of block.places) {
    const watermarkMs = inputs.watermarkMs[block.first + place] as number;
    const allowedMs = fleet.allowedMs[block.first + place] as number;
    const lag = Math.round((headMs - windowEndMs(inputs.nowMs, watermarkMs, sliceMs, allowedMs)) / sliceMs);
    fleet.lag[place] = lag;
    fleet.late[place] = isLate(inputs.nowMs, watermarkMs, allowedMs) ? 1 : 0;
    fleet.lags[lag] = 1;
  }
  for (let lag = 0; lag < fleet.lags.length; lag += 1) {
    if (fleet.lags[lag] === 0) continue;
    sumBlock(fleet, block, headMs - lag * sliceMs);
    prepare(fleet, block, lag);
    for (const group of block.groups) judgeGroup(fleet, { block, group, lag, failed: inputs.failed });
  }
}

function sumBlock(fleet: Fleet, block: FleetBlock, endMs: number): void {
  const range = { first: block.first, count: block.count };
  block.slots.forEach((slot, index) => {
    const buffers = fleet.slots[index] as SlotBuffers;
    const { fromMs, toMs } = intervalOf(slot, endMs);
    fleet.ledger.sumAll(fromMs, toMs, buffers, range);
    fleet.ledger.expectedAll(fromMs, toMs, buffers.expected, range);
  });
}

function intervalOf(slot: WindowSlot, endMs: number): { readonly fromMs: number; readonly toMs: number } {
  if (slot.kind === "length") return { fromMs: endMs - slot.lengthMs, toMs: endMs };
  const { fromMs, toMs } = periodAt(slot.window, endMs);
  return { fromMs, toMs: Math.min(toMs, endMs) };
}

/** Takes what must be known from the raw counts, then counts gaps as bad where an SLO says so. */
function prepare(fleet: Fleet, block: FleetBlock, lag: number): void {
  const { bad, total, measured, expected } = fleet;
  const sixHours = block.sixHoursSlot * FLEET_BLOCK;
  for (const { periodSlot, places } of block.groups) {
    const period = periodSlot * FLEET_BLOCK;
    for (const place of places) {
      if (fleet.lag[place] !== lag) continue;
      fleet.noData[place] = measured[period + place] === 0 && measured[sixHours + place] === 0 ? 1 : 0;
      const expectedMs = (expected[sixHours + place] as number) * fleet.ledger.sliceMs;
      fleet.settled[place] = isSettled(expectedMs, fleet.allowedMs[block.first + place] as number) ? 1 : 0;
      if (fleet.gapIsBad[block.first + place] === 0) continue;
      for (let at = place; at < block.slots.length * FLEET_BLOCK; at += FLEET_BLOCK) {
        const gaps = gapsOf(measured[at] as number, expected[at] as number);
        bad[at] = (bad[at] as number) + gaps;
        total[at] = (total[at] as number) + gaps;
        measured[at] = (measured[at] as number) + gaps;
      }
    }
  }
}

type GroupTask = {
  readonly block: FleetBlock;
  readonly group: FleetGroup;
  readonly lag: number;
  readonly failed: Uint8Array;
};

/** The inner loop. `as number` stands where the compiler cannot see an index's bounds. */
function judgeGroup(fleet: Fleet, { block, group, lag, failed }: GroupTask): void {
  const { bad, total, measured, expected, budget: budgets } = fleet;
  const { rules, places } = group;
  const period = group.periodSlot * FLEET_BLOCK;
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] as number;
    if (fleet.lag[place] !== lag) continue;
    const column = block.first + place;
    const budget = budgets[column] as number;
    const gapMatters = fleet.gapIsBad[column] === 0;
    const late = gapMatters && fleet.late[place] === 1;
    const noData = fleet.noData[place] === 1;
    const silent = noData || late || (gapMatters && failed[column] === 1);
    let tally = startTally(silent);
    let anyThin = false;
    for (let r = 0; r < rules.length; r += 1) {
      const rule = rules[r] as (typeof rules)[number];
      const long = rule.longSlot * FLEET_BLOCK + place;
      const short = rule.shortSlot * FLEET_BLOCK + place;
      const thin =
        coverageOf(measured[long] as number, expected[long] as number) < NEEDED_COVERAGE_RATIO ||
        coverageOf(measured[short] as number, expected[short] as number) < NEEDED_COVERAGE_RATIO;
      anyThin = anyThin || thin;
      const longBad = bad[long] as number;
      const longTotal = total[long] as number;
      const exceeds =
        burnOf(longBad, longTotal, budget) > rule.limit &&
        burnOf(bad[short] as number, total[short] as number, budget) > rule.limit;
      const minBadEvents = fleet.minBadEvents[column] as number;
      const code = judgeRule(exceeds, silent || thin, rule.isPage, longBad, longTotal, budget, minBadEvents);
      if (code !== RULE_QUIET) tally = tallyRule(tally, code, rule);
    }
    const dataLoss = fleet.settled[place] === 1 && (noData || late || (gapMatters && anyThin));
    const code = verdictCode(tally, noData, dataLoss);
    fleet.remainingRatio[column] =
      1 - consumedOf(bad[period + place] as number, total[period + place] as number, budget);
    if (fleet.codes[column] === code) continue;
    fleet.codes[column] = code;
    fleet.changed[fleet.changedCount] = column;
    fleet.changedCount += 1;
  }
}
