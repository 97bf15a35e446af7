import { formatShortDuration } from "../slo/duration.js";
import type { AlertTier, BurnRateRule } from "./burn-rate-rule.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The period that published shares, windows and factors are stated for. */
const REFERENCE_PERIOD_MS = 30 * DAY_MS;

/** The short window is a twelfth of the long one. Source: The Site Reliability Workbook, chapter 5. */
const SHORT_WINDOW_PART = 12;

/** One rule as a person states it: by the share of the budget it may spend, or by a burn rate. */
export type RuleSpec = {
  /** Made from tier and window when absent: `page-1h`. */
  readonly id?: string;
  readonly tier: AlertTier;
  readonly longMs: number;
  /** A twelfth of the long window, in whole slices, when absent. */
  readonly shortMs?: number;
  readonly comparison?: ">" | ">=";
} & ({ readonly budgetShare: number } | { readonly rate: number });

/** Names of the rule sets that come with the engine. */
export type RulePreset = "google" | "homelab" | "fixed-factors";

/** Rule sets by name; `fixed-factors` is `google` with windows that scale with the period and factors that stay. */
export const RULE_PRESETS: Readonly<Record<Exclude<RulePreset, "fixed-factors">, readonly RuleSpec[]>> = {
  google: [
    { tier: "page", longMs: HOUR_MS, budgetShare: 0.02 }, // 14.4x over 30 days
    { tier: "page", longMs: 6 * HOUR_MS, budgetShare: 0.05 }, // 6x
    { tier: "ticket", longMs: DAY_MS, budgetShare: 0.1 }, // 3x
    { tier: "ticket", longMs: 3 * DAY_MS, budgetShare: 0.1 }, // 1x
  ],
  homelab: [
    { id: "fast", tier: "page", longMs: HOUR_MS, rate: 14 },
    { id: "medium", tier: "page", longMs: 6 * HOUR_MS, rate: 6 },
    { id: "slow", tier: "ticket", longMs: DAY_MS, rate: 2 },
  ],
};

/** What rules are to be resolved: a preset by name, or rules of one's own, with shares or with fixed factors. */
export type RulesSpec =
  | RulePreset
  | { readonly rules: readonly RuleSpec[]; readonly scaling?: "shares" | "fixed-factors" };

/**
 * Turns stated rules into the ones that are evaluated: factor = share * period / window, short = long / 12 in whole
 * slices and never under one. With `fixed-factors` the windows scale with the period, from the 30 days they are stated
 * for, and the factors stay. It checks nothing: `validateSlo` proves that each can fire.
 */
export function resolveRules(
  spec: RulesSpec,
  context: { readonly periodMs: number; readonly sliceMs: number },
): readonly BurnRateRule[] {
  const { rules, scaling } = expandSpec(spec);
  return rules.map((rule) => resolveRule(rule, { ...context, scaling }));
}

function expandSpec(spec: RulesSpec): { rules: readonly RuleSpec[]; scaling: "shares" | "fixed-factors" } {
  if (spec === "fixed-factors") return { rules: RULE_PRESETS.google, scaling: "fixed-factors" };
  if (typeof spec === "string") return { rules: RULE_PRESETS[spec], scaling: "shares" };
  return { rules: spec.rules, scaling: spec.scaling ?? "shares" };
}

type RuleContext = {
  readonly periodMs: number;
  readonly sliceMs: number;
  readonly scaling: "shares" | "fixed-factors";
};

function resolveRule(spec: RuleSpec, context: RuleContext): BurnRateRule {
  const { periodMs, sliceMs, scaling } = context;
  const scale = scaling === "fixed-factors" ? periodMs / REFERENCE_PERIOD_MS : 1;
  const longMs = scale === 1 ? spec.longMs : wholeSlices(spec.longMs * scale, sliceMs);
  const shortMs =
    spec.shortMs === undefined
      ? wholeSlices(longMs / SHORT_WINDOW_PART, sliceMs)
      : scale === 1
        ? spec.shortMs
        : wholeSlices(spec.shortMs * scale, sliceMs);
  const factor =
    "rate" in spec ? spec.rate : factorOf(spec, scaling === "fixed-factors" ? REFERENCE_PERIOD_MS : periodMs);
  return {
    id: spec.id ?? `${spec.tier}-${formatShortDuration(longMs)}`,
    tier: spec.tier,
    longMs,
    shortMs,
    factor,
    budgetShare: "rate" in spec || scale !== 1 ? (factor * longMs) / periodMs : spec.budgetShare,
    comparison: spec.comparison ?? ">",
  };
}

/** Multiplies before it divides, so that 2 % of 30 days over 1 h is 14.4 and not a neighbour of it. */
function factorOf(spec: { readonly budgetShare: number; readonly longMs: number }, periodMs: number): number {
  return Number(((spec.budgetShare * periodMs) / spec.longMs).toPrecision(14));
}

function wholeSlices(lengthMs: number, sliceMs: number): number {
  return Math.max(1, Math.round(lengthMs / sliceMs)) * sliceMs;
}
