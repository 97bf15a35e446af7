import { DateTime } from "luxon";
import { formatDuration } from "../slo/duration.js";
import type { Slo } from "../slo/slo.js";
import type { FreezeReason, RuleEvaluation, SloEvaluation, Verdict, WindowBurn } from "./evaluation.js";
import {
  formatBurn,
  formatFactor,
  formatPeriod,
  formatPeriodBudget,
  formatRatio,
  formatRemaining,
  formatShare,
} from "./figures.js";

/** An evaluation in words, and what the words were made from. */
export type Explanation = { readonly text: string; readonly data: ExplanationData };

/** The figures of an explanation. */
export type ExplanationData = {
  readonly sloId: string;
  readonly verdict: Verdict;
  /** The rule that the verdict follows, when one fires. */
  readonly rule?: RuleEvaluation;
  readonly suppressedBy?: string;
  readonly demotedBecause?: string;
  readonly sliRatio: number | undefined;
  readonly target: number;
  readonly remainingRatio: number;
  readonly exhaustion: SloEvaluation["exhaustion"];
};

/** Says what an evaluation means: which burn against which factor, what is left, and how long it lasts. */
export function explain(
  evaluation: SloEvaluation,
  slo: Slo,
  options: { readonly suppressedBy?: string } = {},
): Explanation {
  const { verdict, budget, exhaustion, sliRatio, target } = evaluation;
  const rule = verdict.kind === "firing" ? evaluation.rules.find(({ ruleId }) => ruleId === verdict.ruleId) : undefined;
  const demotedBecause = rule?.outcome.kind === "firing" ? rule.outcome.demotedBecause : undefined;
  const { suppressedBy } = options;
  const data: ExplanationData = {
    sloId: slo.id,
    verdict,
    ...(rule === undefined ? {} : { rule }),
    ...(suppressedBy === undefined ? {} : { suppressedBy }),
    ...(demotedBecause === undefined ? {} : { demotedBecause }),
    sliRatio,
    target,
    remainingRatio: budget.remainingRatio,
    exhaustion,
  };
  const shadow = slo.mode === "shadow" ? "; it is a shadow objective and never alerts" : "";
  return { text: `${slo.id} ${sentenceOf(data, { evaluation, slo })}${shadow}`, data };
}

type Subject = { readonly evaluation: SloEvaluation; readonly slo: Slo };

function sentenceOf(data: ExplanationData, subject: Subject): string {
  const { verdict } = data;
  switch (verdict.kind) {
    case "healthy":
      // What is spent is not healthy, though nothing burns any more.
      return `${data.remainingRatio < 0 ? "raises no alert" : "is healthy"}: ${sliWords(subject)}; ${budgetWords(subject)}`;
    case "frozen":
      return `cannot be judged: ${reasonWords(verdict.reasons)}; ${budgetWords(subject)}`;
    case "no-data":
      return `has no data: ${reasonWords(verdict.reasons)}`;
    case "firing":
      return `${firingWords(data, verdict.tier)}: ${ruleWords(data, subject)}; ${budgetWords(subject)}`;
  }
}

function firingWords(data: ExplanationData, tier: "page" | "ticket"): string {
  const held = data.suppressedBy;
  if (held !== undefined) return `would ${tier === "page" ? "page" : "raise a ticket"}, held back while ${held} pages`;
  if (data.demotedBecause !== undefined) return `raises a ticket and not a page, as ${data.demotedBecause}`;
  return tier === "page" ? "pages" : "raises a ticket";
}

function ruleWords(data: ExplanationData, { slo }: Subject): string {
  const { rule } = data;
  if (rule === undefined) return "a rule fires that the objective no longer has";
  return (
    `${burnWords(rule.long)} and ${burnWords(rule.short)} against ${formatFactor(rule.factor)}, ` +
    `which is ${formatShare(rule.budgetShare)} of ${formatPeriodBudget(slo.window)}`
  );
}

function burnWords(window: WindowBurn): string {
  return `${formatBurn(window.burnRate)} over ${formatDuration(window.lengthMs)}`;
}

function sliWords({ evaluation, slo }: Subject): string {
  const target = `${formatRatio(evaluation.target)} over ${formatPeriod(slo.window)}`;
  return evaluation.sliRatio === undefined
    ? `nothing happened yet that counts against ${target}`
    : `${formatRatio(evaluation.sliRatio)} against ${target}`;
}

function budgetWords({ evaluation, slo }: Subject): string {
  const { atMs, exhaustion, budget, period, verdict } = evaluation;
  if (exhaustion.kind === "spent") {
    return `the budget is ${budget.remainingRatio < 0 ? formatRemaining(budget.remainingRatio) : "spent"}`;
  }
  const left = formatRemaining(budget.remainingRatio);
  if (exhaustion.kind === "never" || verdict.kind === "frozen") return left;
  const rate =
    verdict.kind === "firing"
      ? "at this rate"
      : `at the ${formatBurn(exhaustion.burnRate)} of the last ${formatDuration(exhaustion.windowMs)}`;
  // A calendar budget that lasts to its period's end is never gone: the next one is whole.
  return slo.window.kind === "calendar" && atMs + exhaustion.durationMs >= period.toMs
    ? `${left}, lasts until it begins anew on ${DateTime.fromMillis(period.toMs, { zone: slo.window.zone }).toFormat("yyyy-LL-dd")} ${rate}`
    : `${left}, gone in ${formatDuration(exhaustion.durationMs)} ${rate}`;
}

function reasonWords(reasons: readonly FreezeReason[]): string {
  return reasons.map(freezeWords).join(", and ");
}

/** Says why a rule neither fires nor resolves. */
export function freezeWords(reason: FreezeReason): string {
  switch (reason.kind) {
    case "coverage":
      return `${formatShare(reason.coverageRatio)} of the last ${formatDuration(reason.windowMs)} was measured, ${formatShare(reason.neededRatio)} is needed`;
    case "watermark":
      return reason.watermarkMs === undefined
        ? `nothing was measured in ${formatDuration(reason.behindMs)}, ${formatDuration(reason.allowedMs)} are allowed`
        : `the newest data are ${formatDuration(reason.behindMs)} old, ${formatDuration(reason.allowedMs)} are allowed`;
    case "source":
      return `source ${reason.source} failed (${reason.code}): ${reason.message}`;
  }
}
