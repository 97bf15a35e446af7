import { formatDuration } from "../../slo/duration.js";
import { utcWords } from "../instant-words.js";
import type { CaseOutcome, OutcomeAlert, OutcomeStep } from "./case-outcome.js";
import type { OutcomePage } from "./case-pages.js";
import type { OutcomeRouting } from "./case-verdict.js";

/** One thing that came out differently. */
export type CaseDifference = {
  /** Where in the file, such as `expected.timeline[3]`. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  /** A sentence for whoever broke it. */
  readonly message: string;
};

/** How far an instant may be off: what is read a moment later in production is read at once in a replay. */
export type CaseTolerance = { readonly toleranceMs: number };

/** A replay in which no such incident was opened, and what routing made of its alerts. */
export type UnopenedCase = { readonly alert: "none"; readonly routing?: readonly OutcomeRouting[] };

/**
 * Compares what came of a case with what is expected of it; nothing where they are the same. The order is that of
 * importance: alert, service, severity, routing, people, course, runbook. What the case expects nothing of is not looked at.
 */
export function compareCase(
  expected: CaseOutcome,
  actual: CaseOutcome | UnopenedCase,
  { toleranceMs }: CaseTolerance = { toleranceMs: 0 },
): readonly CaseDifference[] {
  if (actual.alert === "none") {
    return [difference("alert", alertWords(expected.alert), "no incident"), ...routingDifferences(expected, actual)];
  }
  const offMs = Math.abs(actual.declaredAtMs - expected.declaredAtMs);
  return [
    ...unless(alertWords(expected.alert), alertWords(actual.alert), "alert"),
    ...(offMs <= toleranceMs
      ? []
      : [
          difference(
            "declaredAtMs",
            utcWords(expected.declaredAtMs),
            utcWords(actual.declaredAtMs),
            `${formatDuration(offMs)} off`,
          ),
        ]),
    ...(expected.service === undefined ? [] : unless(expected.service, actual.service ?? "none", "service")),
    ...unless(expected.openingSeverity, actual.openingSeverity, "openingSeverity"),
    ...unless(expected.severity, actual.severity, "severity"),
    ...unless(expected.status, actual.status, "status"),
    ...routingDifferences(expected, actual),
    ...pageDifferences(expected.pages, actual.pages ?? [], toleranceMs),
    ...timelineDifferences(expected.timeline, actual.timeline, toleranceMs),
    ...pathDifferences(expected.runbook, actual.runbook),
  ];
}

/** Writes differences for a terminal, one a line. */
export function differenceWords(differences: readonly CaseDifference[]): string {
  return differences.map(({ message }) => message).join("\n");
}

function unless(expected: string, actual: string, path: string): readonly CaseDifference[] {
  return expected === actual ? [] : [difference(path, expected, actual)];
}

function difference(path: string, expected: string, actual: string, more?: string): CaseDifference {
  const added = more === undefined ? "" : ` (${more})`;
  const place = `expected.${path}`;
  return { path: place, expected, actual, message: `${place}: expected ${expected}, found ${actual}${added}` };
}

function routingDifferences(
  { routing: expected = [] }: Pick<CaseOutcome, "routing">,
  { routing: actual = [] }: Pick<UnopenedCase, "routing">,
): readonly CaseDifference[] {
  return expected.flatMap((verdict, index) => {
    const other = actual.find(({ alert }) => alert === verdict.alert);
    return unless(verdictWords(verdict), verdictWords(other), `routing[${index}]`);
  });
}

function verdictWords(verdict: OutcomeRouting | undefined): string {
  if (verdict === undefined) return "nothing that was recorded";
  const { alert, rules, told } = verdict;
  return [alert, ...rules, `${told.length === 0 ? "nobody" : told.join(", ")} is told`].join("; ");
}

/**
 * The first call that is another one; after it nothing stands beside what it belongs to. A call is due from the one before
 * it, so that one which came late makes those after it no later still.
 */
function pageDifferences(
  expected: readonly OutcomePage[] | undefined,
  actual: readonly OutcomePage[],
  toleranceMs: number,
): readonly CaseDifference[] {
  if (expected === undefined) return [];
  let earlierMs = 0;
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    const [page, other] = [expected[index], actual[index]];
    const found = (more?: string) => [difference(`pages[${index}]`, pageWords(page), pageWords(other), more)];
    if (page === undefined || other === undefined) return found();
    const lateMs = other.afterMs - page.afterMs;
    const offMs = Math.min(Math.abs(lateMs), Math.abs(lateMs - earlierMs));
    if (offMs > toleranceMs) return found(`${formatDuration(offMs)} off`);
    earlierMs = lateMs;
    if (calledWords(page) !== calledWords(other)) return found();
  }
  return [];
}

function calledWords({ call, people }: OutcomePage): string {
  return [call, ...people].join("; ");
}

function pageWords(page: OutcomePage | undefined): string {
  if (page === undefined) return "nobody called";
  const { afterMs, call, people } = page;
  return `${call} to ${people.length === 0 ? "nobody" : people.join(", ")} after ${formatDuration(afterMs)}`;
}

function timelineDifferences(
  expectedSteps: readonly OutcomeStep[],
  actualSteps: readonly OutcomeStep[],
  toleranceMs: number,
): readonly CaseDifference[] {
  const [expected, actual] = [inOrder(expectedSteps), inOrder(actualSteps)];
  const found: CaseDifference[] = [];
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    const [step, other] = [expected[index], actual[index]];
    // The file's own order, of what happened at one instant too.
    const path = `timeline[${step === undefined ? index : expectedSteps.indexOf(step)}]`;
    if (step === undefined || other === undefined || shapeWords(step) !== shapeWords(other)) {
      // After the first step that is another one, nothing stands beside what it belongs to.
      found.push(difference(path, stepWords(step), stepWords(other)));
      break;
    }
    const offMs = Math.abs(other.afterMs - step.afterMs);
    if (offMs > toleranceMs) {
      found.push(difference(path, stepWords(step), stepWords(other), `${formatDuration(offMs)} off`));
    }
  }
  return found;
}

/** What happened at one instant happened in no order. */
function inOrder(steps: readonly OutcomeStep[]): readonly OutcomeStep[] {
  return steps.toSorted(
    (one, other) => one.afterMs - other.afterMs || shapeWords(one).localeCompare(shapeWords(other), "en"),
  );
}

function pathDifferences(expected: readonly string[], actual: readonly string[]): readonly CaseDifference[] {
  const longest = expected.length >= actual.length ? expected : actual;
  const index = longest.findIndex((_, position) => expected[position] !== actual[position]);
  if (index === -1) return [];
  return [difference(`runbook[${index}]`, expected[index] ?? "its end", actual[index] ?? "its end")];
}

function alertWords(alert: OutcomeAlert): string {
  switch (alert.kind) {
    case "alert": {
      const rule = alert.ruleId === undefined ? "" : ` by ${alert.ruleId}`;
      return `a ${alert.tier} for ${alert.key}${rule}`;
    }
    case "external":
      return `the alert ${alert.key}`;
    case "person":
      return "a person's declaration";
  }
}

function shapeWords({ by, kind }: OutcomeStep): string {
  return `${kind} by ${by === "engine" ? "the engine" : "a person"}`;
}

function stepWords(step: OutcomeStep | undefined): string {
  return step === undefined ? "its end" : `${shapeWords(step)} after ${formatDuration(step.afterMs)}`;
}
