import { formatDuration } from "../slo/duration.js";
import { longestPeriodMs } from "../slo/period.js";
import type { Slo } from "../slo/slo.js";
import type { BurnRateRule } from "./burn-rate-rule.js";
import { highestBurnRate } from "./burn-rate.js";
import { PAGE_HOLDS, pageEvidence } from "./low-traffic.js";
import { ruleLimit } from "./rule-limit.js";
import { budgetRatio } from "../slo/target.js";

/** What the engine can measure and keep: the facts that a rule is proved against. */
export type ValidationContext = {
  readonly sliceMs: number;
  /** How far back slices are kept. */
  readonly retentionMs: number;
  /**
   * How often its source brings a sample, where that is known: of a probe each is one event. Of a composite, how often it has
   * an event at most, see `compositeEventEvery`.
   */
  readonly everyMs?: number;
};

/** Why an SLO, or one of its rules, could never do its work. */
export type SloProblem = {
  readonly code:
    | "target-out-of-range"
    | "no-rules"
    | "duplicate-rule"
    | "period-not-retained"
    | "factor-invalid"
    | "factor-unreachable"
    | "window-under-slice"
    | "window-not-slices"
    | "short-not-shorter"
    | "window-not-retained"
    | "window-under-sample"
    | "min-bad-events-invalid"
    | "min-bad-events-unreachable"
    | "evidence-unreachable";
  readonly sloId: string;
  /** The rule that cannot fire; absent when the whole SLO is meant. */
  readonly ruleId?: string;
  /** What was found, what was expected, what to do. */
  readonly message: string;
};

/**
 * Proves that every rule of an SLO can fire, and names each that cannot, with the reason and what to do.
 * Empty means: at a full outage with enough events, every rule fires. It is complete: all problems are given at once.
 */
export function validateSlo(slo: Slo, context: ValidationContext): readonly SloProblem[] {
  if (!(slo.target > 0 && slo.target < 1)) {
    return [
      {
        code: "target-out-of-range",
        sloId: slo.id,
        message: `${slo.id}: the target is ${slo.target}; it must lie between 0 and 1, both excluded, such as 0.999: a target of 1 leaves no budget to spend`,
      },
    ];
  }
  return [
    ...periodProblems(slo, context),
    ...ruleSetProblems(slo),
    ...slo.alerting.rules.flatMap((rule) => ruleProblems({ slo, rule, context })),
  ];
}

type RuleCheck = { readonly slo: Slo; readonly rule: BurnRateRule; readonly context: ValidationContext };

function periodProblems(slo: Slo, context: ValidationContext): SloProblem[] {
  const neededMs = longestPeriodMs(slo.window);
  if (neededMs <= context.retentionMs) return [];
  return [
    {
      code: "period-not-retained",
      sloId: slo.id,
      message: `${slo.id}: the period can last ${formatDuration(neededMs)} and slices are kept for ${formatDuration(context.retentionMs)}: keep them longer or shorten the period`,
    },
  ];
}

function ruleSetProblems(slo: Slo): SloProblem[] {
  const problems: SloProblem[] = [];
  const { rules, minBadEvents } = slo.alerting;
  if (rules.length === 0 && slo.mode === "active") {
    problems.push({
      code: "no-rules",
      sloId: slo.id,
      message: `${slo.id}: no burn-rate rule, so it never alerts: add one, such as the preset google, or make it a shadow objective`,
    });
  }
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id)) {
      problems.push({
        code: "duplicate-rule",
        sloId: slo.id,
        ruleId: id,
        message: `${slo.id}: two rules are named "${id}": give each an id of its own`,
      });
    }
    seen.add(id);
  }
  if (!(minBadEvents >= 0 && minBadEvents < Infinity)) {
    problems.push({
      code: "min-bad-events-invalid",
      sloId: slo.id,
      message: `${slo.id}: minBadEvents is ${minBadEvents}; it must be a finite number, zero or more, such as 3`,
    });
  }
  return problems;
}

function ruleProblems(check: RuleCheck): SloProblem[] {
  const problems = [factorProblem(check), ...windowProblems(check), evidenceProblem(check)];
  return problems.filter((problem) => problem !== undefined);
}

function problemOf(check: RuleCheck, code: SloProblem["code"], text: string): SloProblem {
  const { slo, rule } = check;
  return { code, sloId: slo.id, ruleId: rule.id, message: `${slo.id}, rule ${rule.id}: ${text}` };
}

function factorProblem(check: RuleCheck): SloProblem | undefined {
  const { slo, rule } = check;
  if (!(rule.factor > 0 && rule.factor < Infinity)) {
    return problemOf(check, "factor-invalid", `the factor is ${rule.factor}; it must be a finite number above zero`);
  }
  const highest = highestBurnRate(slo.target);
  if (highest > ruleLimit(rule)) return undefined;
  const shown = Number(highest.toPrecision(6));
  return problemOf(
    check,
    "factor-unreachable",
    `it can never fire: it needs a burn rate ${rule.comparison} ${rule.factor}, and with a target of ${slo.target} even a full outage burns at ${shown}: ` +
      `use a factor under ${shown}, a longer window or smaller share, or a higher target`,
  );
}

function windowProblems(check: RuleCheck): (SloProblem | undefined)[] {
  const { longMs, shortMs } = check.rule;
  return [
    wholeSlices(check, "long", longMs),
    wholeSlices(check, "short", shortMs),
    shortMs < longMs
      ? undefined
      : problemOf(
          check,
          "short-not-shorter",
          `the short window (${formatDuration(shortMs)}) is not shorter than the long one (${formatDuration(longMs)}): use about a twelfth of it`,
        ),
    longMs <= check.context.retentionMs
      ? undefined
      : problemOf(
          check,
          "window-not-retained",
          `its window of ${formatDuration(longMs)} is longer than slices are kept (${formatDuration(check.context.retentionMs)}): keep them longer or shorten the window`,
        ),
    sampleProblem(check),
  ];
}

function wholeSlices(check: RuleCheck, which: "long" | "short", lengthMs: number): SloProblem | undefined {
  const { sliceMs } = check.context;
  if (!(lengthMs >= sliceMs)) {
    return problemOf(
      check,
      "window-under-slice",
      `its ${which} window is ${formatDuration(lengthMs)}, less than one slice of ${formatDuration(sliceMs)}: lengthen it or shorten the slice`,
    );
  }
  if (lengthMs % sliceMs === 0) return undefined;
  return problemOf(
    check,
    "window-not-slices",
    `its ${which} window of ${formatDuration(lengthMs)} is not a whole number of slices of ${formatDuration(sliceMs)}: make it a multiple`,
  );
}

function sampleProblem(check: RuleCheck): SloProblem | undefined {
  const { sampleEveryMs } = check.slo;
  if (sampleEveryMs === undefined || check.rule.shortMs >= sampleEveryMs) return undefined;
  return problemOf(
    check,
    "window-under-sample",
    `its short window of ${formatDuration(check.rule.shortMs)} is shorter than the time between two samples (${formatDuration(sampleEveryMs)}), so its coverage stays too low: measure more often or lengthen it`,
  );
}

/** Only kinds with a known number of events per slice can be proved unable; for the others traffic may be as high as it takes. */
function evidenceProblem(check: RuleCheck): SloProblem | undefined {
  const { slo, rule } = check;
  const holds = rule.tier === "page" ? mostEvents(check) : undefined;
  if (holds === undefined) return undefined;
  const { events, noun } = holds;
  const { minBadEvents } = slo.alerting;
  if (events < minBadEvents) {
    return problemOf(
      check,
      "min-bad-events-unreachable",
      `it can never page: its long window holds ${events} ${noun} and a page needs ${minBadEvents} bad ones: ${holds.advice}lengthen the window or lower minBadEvents`,
    );
  }
  if (pageEvidence(events, events, budgetRatio(slo.target), 0) === PAGE_HOLDS) return undefined;
  return problemOf(
    check,
    "evidence-unreachable",
    `it can never page: even ${events} bad ${noun} of ${events} may be chance with a target of ${slo.target}: ${holds.advice}lengthen the window or make it a ticket`,
  );
}

/** As many events as a rule's long window can hold, where the kind says so. */
function mostEvents({ context, rule, slo }: RuleCheck): { events: number; noun: string; advice: string } | undefined {
  if (slo.sli.kind === "time-slices") {
    return { events: Math.floor(rule.longMs / context.sliceMs), noun: "slices", advice: "" };
  }
  // Where gaps are bad, one that says nothing brings a bad event each slice.
  if (slo.gapIs === "bad") return undefined;
  const { everyMs } = context;
  if (slo.sli.kind === "composite" && everyMs !== undefined) {
    // A member's event is shared out over the slices that it spans, so that a window may hold a part of one.
    const events = Number((rule.longMs / everyMs).toFixed(6));
    return { events, noun: "events", advice: "measure its members more often, " };
  }
  const probedMs = everyMs ?? slo.sampleEveryMs;
  if (slo.sli.kind !== "probe" || probedMs === undefined) return undefined;
  return { events: Math.floor(rule.longMs / probedMs), noun: "probes", advice: "probe more often, " };
}
