import {
  formatBudgetLeft,
  formatBurn,
  formatDuration,
  formatFactor,
  formatRatio,
  formatRemaining,
  formatShare,
} from "@plimsoll/core";
import type { SloStatus } from "@plimsoll/service/api";
import type { Paint } from "./paint.js";

type Rule = SloStatus["rules"][number];

/** How loud an objective is, in one word or two. */
export function stateWords({ alert, mode, verdict }: SloStatus): string {
  const words = verdictWords(verdict.kind, verdict.tier);
  if (mode === "shadow") return `${words} (shadow)`;
  if (alert.status === "suppressed") return `held back by ${alert.suppressedBy ?? "another"}`;
  if (alert.status === "firing" && verdict.kind === "frozen")
    return `${alert.tier === "ticket" ? "ticket" : "pages"}, frozen`;
  return words;
}

function verdictWords(kind: SloStatus["verdict"]["kind"], tier: SloStatus["verdict"]["tier"]): string {
  switch (kind) {
    case "healthy":
      return "healthy";
    case "firing":
      return tier === "ticket" ? "ticket" : "pages";
    case "frozen":
      return "frozen";
    case "no-data":
      return "no data";
  }
}

export function statePaint({ alert, mode, verdict }: SloStatus, paint: Paint): (text: string) => string {
  if (mode === "shadow" || alert.status === "suppressed") return paint.dim;
  if (verdict.kind === "firing") return verdict.tier === "page" ? paint.red : paint.yellow;
  return verdict.kind === "healthy" ? paint.green : paint.yellow;
}

/** What is left of its budget; undefined before anything was measured, when nobody knows. */
export function remainingOf({ budget, verdict }: SloStatus): number | undefined {
  return verdict.kind === "no-data" ? undefined : budget.remainingRatio;
}

export function leftWords(slo: SloStatus): string {
  const remainingRatio = remainingOf(slo);
  return remainingRatio === undefined ? "not measured yet" : formatBudgetLeft(remainingRatio);
}

/** The budget as a sentence's part, such as `79 % of the budget is left: 21 of 100 bad events spent`. */
export function budgetWords(slo: SloStatus): string {
  const remainingRatio = remainingOf(slo);
  if (remainingRatio === undefined) return "not measured yet";
  return `${formatRemaining(remainingRatio)}: ${countWords(slo.budget.bad)} of ${countWords(slo.budget.allowedBad)} bad events spent`;
}

export function levelWords(slo: SloStatus): string {
  if (remainingOf(slo) === undefined) return "unknown: nothing was measured yet";
  return `${slo.level.name}: ${slo.level.action}`;
}

export function budgetPaint(remainingRatio: number | undefined, paint: Paint): (text: string) => string {
  if (remainingRatio === undefined) return paint.dim;
  if (remainingRatio <= 0.1) return paint.red;
  return remainingRatio <= 0.5 ? paint.yellow : paint.green;
}

/** The rule that the verdict names, or else the one that is nearest to firing. */
export function loudestRule({ rules, verdict }: SloStatus): Rule | undefined {
  const named = rules.find(({ id }) => id === verdict.ruleId);
  if (named !== undefined) return named;
  const load = (rule: Rule) => Math.min(rule.long.burnRate ?? 0, rule.short.burnRate ?? 0) / rule.factor;
  return [...rules].sort((a, b) => load(b) - load(a))[0];
}

export function burnWords(slo: SloStatus): string {
  const rule = loudestRule(slo);
  if (rule === undefined) return "-";
  return `${formatBurn(rule.long.burnRate)} of ${formatFactor(rule.factor)} in ${formatDuration(rule.long.lengthMs)}`;
}

export function sliWords({ sliRatio }: SloStatus): string {
  return sliRatio === undefined ? "no events" : formatRatio(sliRatio);
}

export function exhaustionWords(slo: SloStatus): string {
  if (remainingOf(slo) === undefined) return "not known: nothing was measured yet";
  const { exhaustion, window } = slo;
  // A calendar budget that lasts to its period's end is never gone: the next one is whole.
  if (window.kind === "calendar" && (exhaustion.at ?? "") >= window.to)
    return `lasts until it begins anew on ${instantWords(window.to)} UTC at this rate`;
  switch (exhaustion.kind) {
    case "spent":
      return "the budget is spent";
    case "never":
      return "not at this rate";
    case "in":
      return `in ${formatDuration(exhaustion.durationMs ?? 0)} at this rate`;
  }
}

export { formatBudgetLeft, formatBurn, formatDuration, formatFactor, formatRatio, formatShare };

/** Counts for people: thousands apart, a fraction only where there is one. */
export function countWords(count: number): string {
  return (Number.isInteger(count) ? String(count) : count.toFixed(1)).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** `2026-11-21 01:30:05` in UTC. */
export function instantWords(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}
