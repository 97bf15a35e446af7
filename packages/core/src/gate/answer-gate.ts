import type { RiskClass } from "../budget/budget-policy.js";
import { heldRules, isAbove } from "../budget/policy-level.js";
import type { SloEvaluation, WindowBurn } from "../evaluation/evaluation.js";
import { freezeWords } from "../evaluation/explain.js";
import { formatBurn, formatRemaining, formatShare } from "../evaluation/figures.js";
import { NEEDED_COVERAGE_RATIO } from "../evaluation/judgement.js";
import { formatDuration } from "../slo/duration.js";
import { coveredAt } from "../slo/covered-time.js";
import type { Service, Slo } from "../slo/slo.js";
import type { FreezeWindow, GateAnswer, GateOverride, GateQuestion, GateReason } from "./gate.js";

/** Burning this fast or faster closes the gate, whatever is left. */
export const GATE_BURN_LIMITS = { oneHour: 6, sixHours: 2 } as const;

/** A burn this close to a limit has reached it. */
const EQUAL_WITHIN = 1e-12;

/** What the gate looks at. */
export type GateScene = {
  readonly evaluations: readonly SloEvaluation[];
  readonly slos: readonly Slo[];
  readonly services: readonly Service[];
  readonly freezeWindows: readonly FreezeWindow[];
  readonly overrides: readonly GateOverride[];
  readonly nowMs: number;
};

type RiskyClass = Exclude<RiskClass, "emergency">;
/** The strongest first. */
const VOTES = ["deny", "unknown", "allow"] as const;
type Vote = (typeof VOTES)[number];
type Opinion = { readonly vote: Vote; readonly reason: GateReason };

/**
 * Answers whether a change may go now. Deny beats unknown beats allow, and unknown is not allow.
 *
 * Every active objective of the services asked about has its say; a shadow objective has none. A person's override lets
 * the services it names pass, and the reasons still say what was overridden. An emergency always passes once it has a
 * reason, and is denied without one.
 */
export function answerGate(question: GateQuestion, scene: GateScene): GateAnswer {
  const opinions = question.risk === "emergency" ? emergency(question) : opinionsOf(question, question.risk, scene);
  const decision = opinions.some(({ vote }) => vote === "deny")
    ? "deny"
    : opinions.some(({ vote }) => vote === "unknown")
      ? "unknown"
      : "allow";
  // What decided comes first: an objective that is content explains no denial.
  const decisive = opinions.toSorted((one, other) => VOTES.indexOf(one.vote) - VOTES.indexOf(other.vote));
  return { decision, reasons: decisive.map(({ reason }) => reason), atMs: scene.nowMs, question };
}

function opinion(vote: Vote, code: GateReason["code"], message: string, sloId?: string): Opinion {
  return { vote, reason: sloId === undefined ? { code, message } : { code, sloId, message } };
}

function emergency(question: GateQuestion): readonly Opinion[] {
  const reason = question.reason?.trim() ?? "";
  return reason === ""
    ? [
        opinion(
          "deny",
          "emergency-without-reason",
          "an emergency needs a reason, which is audited: state it and ask again",
        ),
      ]
    : [opinion("allow", "emergency", `an emergency always passes: ${reason}`)];
}

function opinionsOf(question: GateQuestion, risk: RiskyClass, scene: GateScene): readonly Opinion[] {
  const active = scene.slos.filter(({ mode }) => mode === "active");
  const named = question.services.length > 0 ? question.services : [...new Set(active.map(({ service }) => service))];
  if (named.length === 0)
    return [opinion("unknown", "no-objectives", "there is no active objective to judge by: define one")];
  const evaluations = new Map(scene.evaluations.map((evaluation) => [evaluation.sloId, evaluation]));
  const byService = new Map<string, Slo[]>(named.map((service) => [service, []]));
  for (const slo of active) byService.get(slo.service)?.push(slo);
  return [...byService].flatMap(([service, slos]) => {
    const closed = [
      ...freezeOpinions(service, risk, scene),
      ...objectiveOpinions({ service, risk, slos, evaluations }, scene.services),
    ];
    const override = scene.overrides.find((candidate) => overrides(candidate, { service, risk, nowMs: scene.nowMs }));
    return override === undefined ? closed : overridden(closed, { override, service });
  });
}

/** Without a name, a reason and an expiry it is no override. */
function overrides(candidate: GateOverride, to: { service: string; risk: RiskClass; nowMs: number }): boolean {
  const { author, reason, services, risks, fromMs, expiresMs } = candidate;
  return (
    author.trim() !== "" &&
    reason.trim() !== "" &&
    (services === "all" || services.includes(to.service)) &&
    risks.includes(to.risk) &&
    fromMs <= to.nowMs &&
    to.nowMs < expiresMs &&
    expiresMs < Infinity
  );
}

function overridden(
  opinions: readonly Opinion[],
  by: { readonly override: GateOverride; readonly service: string },
): readonly Opinion[] {
  if (opinions.every(({ vote }) => vote === "allow")) return opinions;
  const { author, reason, expiresMs } = by.override;
  const until = new Date(expiresMs).toISOString();
  return [
    opinion("allow", "override", `${by.service}: ${author} lets changes pass until ${until}: ${reason}`),
    ...opinions.map(({ reason: overruled }) => ({ vote: "allow" as const, reason: overruled })),
  ];
}

function freezeOpinions(service: string, risk: RiskyClass, scene: GateScene): readonly Opinion[] {
  return scene.freezeWindows
    .filter(
      ({ services, stops, covers }) =>
        (services === "all" || services.includes(service)) && stops.includes(risk) && coveredAt(covers, scene.nowMs),
    )
    .map(({ name }) =>
      opinion("deny", "freeze-window", `${service}: the freeze window "${name}" stops ${risk} changes now`),
    );
}

function objectiveOpinions(
  about: {
    readonly service: string;
    readonly risk: RiskyClass;
    readonly slos: readonly Slo[];
    readonly evaluations: ReadonlyMap<string, SloEvaluation>;
  },
  services: readonly Service[],
): readonly Opinion[] {
  const { service, risk, slos } = about;
  if (slos.length === 0) {
    const known = services.some(({ id }) => id === service);
    const advice = known ? "define one" : "and no such service is configured: check the name";
    return [opinion("unknown", "no-objectives", `${service}: it has no active objective to judge by: ${advice}`)];
  }
  return slos.flatMap((slo) => {
    const evaluation = about.evaluations.get(slo.id);
    return evaluation === undefined
      ? [opinion("unknown", "unknown-budget", `${slo.id}: it was not evaluated yet, so its budget is unknown`, slo.id)]
      : sloOpinions(slo, evaluation, risk);
  });
}

function sloOpinions(slo: Slo, evaluation: SloEvaluation, risk: RiskyClass): readonly Opinion[] {
  const against = [
    ...budgetOpinions(slo, evaluation, risk),
    ...burnOpinions(slo, evaluation, risk),
    ...dataOpinions(slo, evaluation),
  ];
  if (against.length > 0) return against;
  const left = leftWords(evaluation.budget.remainingRatio);
  const needed = formatShare(slo.policy.neededRatio[risk]);
  return [opinion("allow", "budget-enough", `${slo.id}: ${left}, ${risk} changes need more than ${needed}`, slo.id)];
}

function leftWords(remainingRatio: number): string {
  if (remainingRatio < 0) return `the budget is ${formatRemaining(remainingRatio)}`;
  return `${formatShare(remainingRatio)} of the budget is left`;
}

function budgetOpinions(slo: Slo, { budget }: SloEvaluation, risk: RiskyClass): readonly Opinion[] {
  const opinions: Opinion[] = [];
  // Once it is exceeded nothing but P0 and security changes go, however low a policy sets its needs.
  const needed = Math.max(0, slo.policy.neededRatio[risk]);
  if (!isAbove(budget.remainingRatio, needed)) {
    const words = `${slo.id}: ${leftWords(budget.remainingRatio)}, ${risk} changes need more than ${formatShare(needed)}`;
    opinions.push(opinion("deny", "budget-low", words, slo.id));
  }
  for (const { name, effect, atConsumedRatio } of heldRules(slo.policy, budget)) {
    if (effect !== "halt") continue;
    const words = `${slo.id}: the policy's rule "${name}" holds at ${formatShare(atConsumedRatio)} burned, and ${formatShare(budget.consumedRatio)} is`;
    opinions.push(opinion("deny", "policy-halt", words, slo.id));
  }
  return opinions;
}

function burnOpinions(slo: Slo, evaluation: SloEvaluation, risk: RiskyClass): readonly Opinion[] {
  const { gateBurn, verdict } = evaluation;
  const opinions: Opinion[] = [];
  for (const [window, limit] of [
    [gateBurn.oneHour, GATE_BURN_LIMITS.oneHour],
    [gateBurn.sixHours, GATE_BURN_LIMITS.sixHours],
  ] as const) {
    if (!((window.burnRate ?? 0) >= limit * (1 - EQUAL_WITHIN))) continue;
    const words = `${slo.id}: it burns at ${formatBurn(window.burnRate)} over ${formatDuration(window.lengthMs)}, the gate closes at ${limit}x`;
    opinions.push(opinion("deny", "burn-fast", words, slo.id));
  }
  if (risk === "automation" && verdict.kind === "firing" && verdict.tier === "page") {
    opinions.push(opinion("deny", "page-burn", `${slo.id}: it pages, and automation needs that nothing does`, slo.id));
  }
  return opinions;
}

function dataOpinions(slo: Slo, evaluation: SloEvaluation): readonly Opinion[] {
  const { verdict, gateBurn } = evaluation;
  if (verdict.kind === "no-data") {
    const words = `${slo.id}: its budget is unknown: ${verdict.reasons.map(freezeWords).join(", and ")}`;
    return [opinion("unknown", "unknown-budget", words, slo.id)];
  }
  if (verdict.kind === "frozen") {
    const words = `${slo.id}: its data cannot be judged: ${verdict.reasons.map(freezeWords).join(", and ")}`;
    return [opinion("unknown", "frozen-data", words, slo.id)];
  }
  const thin = [gateBurn.oneHour, gateBurn.sixHours].find(({ coverageRatio }) => coverageRatio < NEEDED_COVERAGE_RATIO);
  return thin === undefined ? [] : [opinion("unknown", "frozen-data", thinWords(slo, thin), slo.id)];
}

function thinWords(slo: Slo, { lengthMs, coverageRatio }: WindowBurn): string {
  return `${slo.id}: its data cannot be judged: ${freezeWords({ kind: "coverage", windowMs: lengthMs, coverageRatio, neededRatio: NEEDED_COVERAGE_RATIO })}`;
}
