import { failure, success, type Result } from "../errors/result.js";
import { labelOf, type Labels } from "../alert/labels.js";
import type { PatternProblem } from "./pattern-node.js";
import { valuePattern } from "./value-pattern.js";

/** How a matcher compares: equal, not equal, the whole value by a pattern, or not. */
export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** What is asked of one label, as it is written and stored. */
export type LabelMatcher = { readonly name: string; readonly operator: MatchOperator; readonly value: string };

/** A matcher that is ready to be asked. A label that is not there counts as empty. */
export type CompiledMatcher = LabelMatcher & {
  /** The only values that it takes, where they are few and can be listed; what indexes are made from. */
  readonly only?: readonly string[];
  matches(labels: Labels): boolean;
};

/** Makes a matcher ready; only a pattern can be refused. */
export function compileMatcher(matcher: LabelMatcher): Result<CompiledMatcher, PatternProblem> {
  const { name, operator, value } = matcher;
  if (operator === "=") {
    return success({ name, operator, value, only: [value], matches: (labels) => labelOf(labels, name) === value });
  }
  if (operator === "!=") {
    return success({ name, operator, value, matches: (labels) => labelOf(labels, name) !== value });
  }
  const pattern = valuePattern(value);
  if (!pattern.ok) return pattern;
  const { literals, matches } = pattern.value;
  if (operator === "!~")
    return success({ name, operator, value, matches: (labels) => !matches(labelOf(labels, name)) });
  const only = literals === undefined ? {} : { only: literals };
  return success({ name, operator, value, ...only, matches: (labels) => matches(labelOf(labels, name)) });
}

/** Makes several matchers ready; the error names the one that was refused. */
export function compileMatchers(
  matchers: readonly LabelMatcher[],
): Result<readonly CompiledMatcher[], { readonly matcher: LabelMatcher; readonly problem: PatternProblem }> {
  const compiled: CompiledMatcher[] = [];
  for (const matcher of matchers) {
    const made = compileMatcher(matcher);
    if (!made.ok) return failure({ matcher, problem: made.error });
    compiled.push(made.value);
  }
  return success(compiled);
}

/** Tells whether all matchers match; none at all match everything. */
export function matchesAll(matchers: readonly CompiledMatcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels));
}

/** Writes a matcher in the form that `parseMatchers` reads. */
export function formatMatcher({ name, operator, value }: LabelMatcher): string {
  return `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name)}${operator}${JSON.stringify(value)}`;
}

/** Writes matchers in the form that `parseMatchers` reads. */
export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map(formatMatcher).join(", ")}}`;
}
