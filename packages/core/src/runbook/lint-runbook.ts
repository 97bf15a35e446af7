import { planRunbook } from "./plan-runbook.js";
import { rehearsalStanding } from "./rehearsal-standing.js";
import type { Runbook, RunbookCheck, RunbookStep } from "./runbook.js";

/** What is wrong with a runbook. */
export type RunbookFinding = {
  readonly code:
    | "dead-link"
    | "unchecked-link"
    | "missing-owner"
    | "missing-symptoms"
    | "never-rehearsed"
    | "stale-rehearsal"
    | "future-rehearsal"
    | "no-health-check"
    | "dangerous-without-approval"
    | "dangerous-without-undo"
    | "unknown-remediator"
    | "unknown-fleet"
    | "shell-not-allowed"
    | "unplannable";
  readonly runbookId: string;
  readonly stepId?: string;
  /** What was found, and what to do. */
  readonly message: string;
};

/** What a link leads to. */
export type LinkVerdict =
  | { readonly kind: "alive" }
  | { readonly kind: "dead"; readonly reason: string }
  /** It could not be tried: neither alive nor dead. */
  | { readonly kind: "unknown"; readonly reason: string };

/** What a runbook is held against. */
export type LintOptions = {
  readonly nowMs: number;
  /** Every runbook by id. */
  readonly library: ReadonlyMap<string, Runbook>;
  /** Names that remediators and fleets are known by. */
  readonly remediators: ReadonlySet<string>;
  readonly fleets: ReadonlySet<string>;
  /** Whether the host of the runs lets them use a shell; absent where that is not known, and nothing is said of it then. */
  readonly allowShell?: boolean;
  /** Tries a link; absent where links are not to be tried. */
  readonly checkLink?: (url: string) => Promise<LinkVerdict>;
};

const DAY_MS = 86_400_000;

/** Finds what would let a runbook down when it is needed. An empty answer is a clean runbook; the order is stable. */
export async function lintRunbook(runbook: Runbook, options: LintOptions): Promise<readonly RunbookFinding[]> {
  const { checkLink } = options;
  const links = checkLink === undefined ? [] : await Promise.all(runbook.links.map(({ url }) => checkLink(url)));
  return [
    ...ownership(runbook),
    ...rehearsal(runbook, options.nowMs),
    ...runbook.links.flatMap((link, index) => linkFindings(runbook.id, link, links[index])),
    ...runbook.steps.flatMap((step) => stepFindings(runbook, step, options)),
    ...plannable(runbook, options),
  ];
}

function linkFindings(
  runbookId: string,
  { title, url }: Runbook["links"][number],
  verdict: LinkVerdict | undefined,
): readonly RunbookFinding[] {
  switch (verdict?.kind) {
    case "dead": {
      const message = `The link ${title} (${url}) is dead: ${verdict.reason}. Correct it.`;
      return [{ code: "dead-link", runbookId, message }];
    }
    case "unknown": {
      const message = `The link ${title} (${url}) could not be checked: ${verdict.reason}. Try it from where its host can be reached.`;
      return [{ code: "unchecked-link", runbookId, message }];
    }
    case "alive":
    case undefined:
      return [];
  }
}

function ownership(runbook: Runbook): readonly RunbookFinding[] {
  const { id: runbookId } = runbook;
  const findings: RunbookFinding[] = [];
  if (runbook.owner === undefined) {
    findings.push({ code: "missing-owner", runbookId, message: `${runbookId} has no owner. Name who keeps it right.` });
  }
  if (runbook.symptoms.length === 0) {
    const message = `${runbookId} names no symptom, so nobody finds it. Say what one sees who needs it.`;
    findings.push({ code: "missing-symptoms", runbookId, message });
  }
  if (runbook.health === undefined) {
    const message = `${runbookId} has no health check, so it cannot stop when the service is well. Add one.`;
    findings.push({ code: "no-health-check", runbookId, message });
  }
  return findings;
}

function rehearsal(runbook: Runbook, nowMs: number): readonly RunbookFinding[] {
  const { id: runbookId, lastRehearsedMs = nowMs, maximumAgeMs } = runbook;
  switch (rehearsalStanding(runbook, nowMs)) {
    case "fresh":
      return [];
    case "never": {
      const message = `${runbookId} was never rehearsed. Rehearse it, and write down when.`;
      return [{ code: "never-rehearsed", runbookId, message }];
    }
    case "ahead": {
      const day = new Date(lastRehearsedMs).toISOString().slice(0, 10);
      const message = `${runbookId} was last rehearsed on ${day}, which is yet to come. Write down the day on which it was.`;
      return [{ code: "future-rehearsal", runbookId, message }];
    }
    case "stale": {
      const days = (ms: number): number => Math.floor(ms / DAY_MS);
      const message = `${runbookId} was rehearsed ${days(nowMs - lastRehearsedMs)} days ago; ${days(maximumAgeMs)} are allowed. Rehearse it again.`;
      return [{ code: "stale-rehearsal", runbookId, message }];
    }
  }
}

function stepFindings({ id: runbookId }: Runbook, step: RunbookStep, options: LintOptions): readonly RunbookFinding[] {
  const findings: RunbookFinding[] = [];
  const report = (code: RunbookFinding["code"], message: string) =>
    findings.push({ code, runbookId, stepId: step.id, message });
  const { action, approval, compensation, risk } = step;
  if (risk === "dangerous" && !approval) {
    report("dangerous-without-approval", `The step ${step.id} is dangerous and runs without approval. Add approval.`);
  }
  // What a sub-runbook does is undone by its own steps.
  if (risk === "dangerous" && compensation === undefined && action.kind !== "runbook") {
    report("dangerous-without-undo", `The step ${step.id} is dangerous and cannot be taken back. Add a compensation.`);
  }
  if (options.allowShell === false && usesShell(step)) {
    const change = "Take the shell out of it, or set allowShell: true under runbookHost";
    report("shell-not-allowed", `The step ${step.id} needs a shell, which its host does not allow. ${change}.`);
  }
  const remediators = [action, compensation].flatMap((one) => (one?.kind === "remedy" ? [one.call.remediator] : []));
  for (const name of remediators.filter((name) => !options.remediators.has(name))) {
    report("unknown-remediator", `The step ${step.id} calls the remediator ${name}: ${known(options.remediators)}.`);
  }
  for (const name of fleetsOf(step).filter((name) => !options.fleets.has(name))) {
    report("unknown-fleet", `The step ${step.id} looks at the fleet ${name}: ${known(options.fleets)}.`);
  }
  return findings;
}

function known(names: ReadonlySet<string>): string {
  return names.size === 0 ? "there is none here" : `there is ${[...names].join(", ")}`;
}

function fleetsOf(step: RunbookStep): readonly string[] {
  return checksOf(step).flatMap((check) => (check.kind === "instances" ? [check.fleet] : []));
}

function usesShell(step: RunbookStep): boolean {
  const done = [step.action, step.compensation, ...checksOf(step)];
  return done.some((one) => one?.kind === "command" && one.call.shell);
}

/** What a step asks, each without its `not`. */
function checksOf({ action, precondition, verify }: RunbookStep): readonly RunbookCheck[] {
  const checks = [precondition, verify?.check, action.kind === "wait-until" ? action.until.check : undefined];
  return checks.flatMap((check) => (check === undefined ? [] : [bare(check)]));
}

function bare(check: RunbookCheck): RunbookCheck {
  return check.kind === "not" ? bare(check.check) : check;
}

function plannable(runbook: Runbook, { library }: LintOptions): readonly RunbookFinding[] {
  const samples = Object.entries(runbook.parameters).map(([name, { default: standard }]) => [
    name,
    standard ?? "value",
  ]);
  const plan = planRunbook(runbook, { library, parameters: Object.fromEntries(samples) as Record<string, string> });
  if (plan.ok) return [];
  return plan.error.map(({ message, stepId }) => ({
    code: "unplannable",
    runbookId: runbook.id,
    ...(stepId === undefined ? {} : { stepId }),
    message,
  }));
}
