import type { AlertTier, BurnRateRule } from "../burn-rate/burn-rate-rule.js";
import { PAGE_HOLDS, pageEvidence } from "../burn-rate/low-traffic.js";
import { ruleLimit } from "../burn-rate/rule-limit.js";
import type { Slo } from "../slo/slo.js";

/*
 * The arithmetic of a verdict, on plain numbers and codes: evaluating one SLO into an object and a hundred thousand
 * into arrays must never disagree, so both call what is here.
 */

/** A window that a rule needs must be measured to this share, or the rule freezes. */
export const NEEDED_COVERAGE_RATIO = 0.9;

/** A watermark may be this many slices, or samples of a source that speaks less often, behind before its SLO freezes. */
export const WATERMARK_SLICES = 3;

/** The windows that the gate asks for, whatever an SLO's rules are. */
export const GATE_ONE_HOUR_MS = 3_600_000;
export const GATE_SIX_HOURS_MS = 21_600_000;

/** What one rule says; the two demotions are `pageEvidence`'s answers after DEMOTED_BASE. */
export const RULE_QUIET = 0;
export const RULE_FIRING = 1;
export const RULE_FROZEN = 2;
export const RULE_DEMOTED_BASE = 2;
export const RULE_DEMOTED_TOO_FEW = 3;
export const RULE_DEMOTED_CHANCE = 4;

/** Kinds of verdict, in the low bits of a verdict code. */
export const VERDICT_HEALTHY = 0;
export const VERDICT_FROZEN = 1;
export const VERDICT_NO_DATA = 2;
export const VERDICT_FIRING = 3;
const KIND_MASK = 3;
const PAGE_BIT = 4;
const DATA_LOSS_BIT = 8;
/** A page rule cannot say: a page that is open must not ease on what the others say. */
const PAGE_FROZEN_BIT = 16;
const RULE_SHIFT = 5;

/** How far behind now an SLO's watermark may be: a source that speaks once a minute is not silent for half of it. */
export function lateAfterMs({ sampleEveryMs }: Pick<Slo, "sampleEveryMs">, sliceMs: number): number {
  return WATERMARK_SLICES * Math.max(sliceMs, sampleEveryMs ?? 0);
}

/** Whether data are older than is tolerated; NaN stands for a source that never answered. */
export function isLate(nowMs: number, watermarkMs: number, allowedMs: number): boolean {
  return !(nowMs - watermarkMs <= allowedMs);
}

/**
 * Where an SLO's windows end: at its watermark while that is fresh, so that slices which are still on their way are
 * neither missing nor zero; else at now, so that what is missing shows in the coverage.
 */
export function windowEndMs(nowMs: number, watermarkMs: number, sliceMs: number, allowedMs: number): number {
  const untilMs = isLate(nowMs, watermarkMs, allowedMs) ? nowMs : Math.min(nowMs, watermarkMs);
  return Math.floor(untilMs / sliceMs) * sliceMs;
}

/** Whether an SLO is old enough for missing data to be a loss: as old as its data may be, as far as the last hours tell. */
export function isSettled(expectedMs: number, allowedMs: number): boolean {
  return expectedMs >= Math.min(allowedMs, GATE_SIX_HOURS_MS);
}

/** Measured / expected; 1 when none was expected yet. */
export function coverageOf(measured: number, expected: number): number {
  return expected > 0 ? Math.min(1, measured / expected) : 1;
}

/** Bad events to add where an unmeasured slice counts as one. */
export function gapsOf(measured: number, expected: number): number {
  return Math.max(0, expected - measured);
}

/** Decides what a rule says. `exceeds` is whether both burn rates are over the limit; the counts are the long window's. */
export function judgeRule(
  exceeds: boolean,
  frozen: boolean,
  isPage: boolean,
  bad: number,
  total: number,
  budget: number,
  minBadEvents: number,
): number {
  if (frozen) return RULE_FROZEN;
  if (!exceeds) return RULE_QUIET;
  if (!isPage) return RULE_FIRING;
  const evidence = pageEvidence(bad, total, budget, minBadEvents);
  return evidence === PAGE_HOLDS ? RULE_FIRING : RULE_DEMOTED_BASE + evidence;
}

/** One rule, prepared: the rules of a plan stand in order of loudness. */
export type PlannedRule = {
  readonly stated: BurnRateRule;
  /** Its place in the SLO's own list. */
  readonly index: number;
  readonly isPage: boolean;
  readonly limit: number;
  readonly longMs: number;
  readonly shortMs: number;
};

/** Orders rules by loudness: pages before tickets, then the higher factor, then the order of the list. */
export function planRules(rules: Slo["alerting"]["rules"]): readonly PlannedRule[] {
  return rules
    .map((rule, index) => ({ rule, index }))
    .sort((a, b) => tierRank(a.rule.tier) - tierRank(b.rule.tier) || b.rule.factor - a.rule.factor || a.index - b.index)
    .map(({ rule, index }) => ({
      stated: rule,
      index,
      isPage: rule.tier === "page",
      limit: ruleLimit(rule),
      longMs: rule.longMs,
      shortMs: rule.shortMs,
    }));
}

function tierRank(tier: AlertTier): number {
  return tier === "page" ? 0 : 1;
}

const TALLY_FROZEN = 1;

/** Where a tally starts: nothing said yet, or already known that the source cannot say. */
export function startTally(silent: boolean): number {
  return silent ? TALLY_FROZEN : 0;
}

/**
 * Adds one rule's code to a tally. The tally is a verdict code in the making: its low bit says that a rule is frozen,
 * and once a rule fires the loudest is kept: a page beats a ticket, the first of a tier beats the later.
 */
export function tallyRule(tally: number, code: number, rule: PlannedRule): number {
  if (code === RULE_QUIET) return tally;
  if (code === RULE_FROZEN) return tally | TALLY_FROZEN | (rule.isPage ? PAGE_FROZEN_BIT : 0);
  const pages = rule.isPage && code === RULE_FIRING;
  const fires = tally >> RULE_SHIFT !== 0;
  if (fires && (!pages || (tally & PAGE_BIT) !== 0)) return tally;
  const flags = tally & (TALLY_FROZEN | PAGE_FROZEN_BIT);
  return flags | (pages ? PAGE_BIT : 0) | ((rule.index + 1) << RULE_SHIFT);
}

/** Turns a tally into the verdict code: no-data beats firing beats frozen beats healthy. */
export function verdictCode(tally: number, noData: boolean, dataLoss: boolean): number {
  const loss = dataLoss ? DATA_LOSS_BIT : 0;
  if (noData) return VERDICT_NO_DATA | loss;
  const rest = tally & ~TALLY_FROZEN;
  if (tally >> RULE_SHIFT !== 0) return rest | VERDICT_FIRING | loss;
  return rest | ((tally & TALLY_FROZEN) !== 0 ? VERDICT_FROZEN : VERDICT_HEALTHY) | loss;
}

/** The kind of verdict that a code stands for. */
export function verdictKind(code: number): number {
  return code & KIND_MASK;
}

/** What a verdict code says, unpacked; `ruleIndex` is -1 unless it fires. */
export function unpackVerdict(code: number): {
  readonly kind: number;
  readonly pages: boolean;
  readonly dataLoss: boolean;
  readonly pageFrozen: boolean;
  readonly ruleIndex: number;
} {
  return {
    kind: verdictKind(code),
    pages: (code & PAGE_BIT) !== 0,
    dataLoss: (code & DATA_LOSS_BIT) !== 0,
    pageFrozen: (code & PAGE_FROZEN_BIT) !== 0,
    ruleIndex: (code >> RULE_SHIFT) - 1,
  };
}
