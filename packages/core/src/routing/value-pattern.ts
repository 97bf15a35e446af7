import { failure, success, type Result } from "../errors/result.js";
import { parsePattern } from "./parse-pattern.js";
import { patternProgram, runProgram } from "./pattern-program.js";
import {
  literalsOf,
  prefixOf,
  stepsOf,
  waysThrough,
  withoutOuterAnchors,
  type PatternNode,
  type PatternProblem,
} from "./pattern-node.js";

/** A regular expression that is ready to be asked about whole values. */
export type ValuePattern = {
  readonly source: string;
  /** The only values that it matches, where they are few and can be listed. */
  readonly literals?: readonly string[];
  matches(value: string): boolean;
};

const MOST_STEPS = 2_000;
const SHORT_VALUE = 256;
// JavaScript's engine tries one way after another, a few nanoseconds each: this many are about a tenth of a millisecond.
const MOST_WAYS = 100_000;

/**
 * Makes a pattern of RE2's syntax, anchored at both ends. Its cost is bounded whatever it is asked: JavaScript's own
 * engine is used where the ways that it could try for a short value are few, else a machine that walks all ways at
 * once, in time proportional to the value's length.
 */
export function valuePattern(source: string): Result<ValuePattern, PatternProblem> {
  const parsed = parsePattern(source);
  if (!parsed.ok) return parsed;
  const node = withoutOuterAnchors(parsed.value);
  const literals = literalsOf(node);
  if (literals !== undefined) {
    const values = new Set(literals);
    return success({ source, literals, matches: (value) => values.has(value) });
  }
  if (stepsOf(node) > MOST_STEPS) {
    const message = `the pattern takes more than ${MOST_STEPS} steps; repeat less, or write several matchers`;
    return failure({ code: "too-large", at: 0, message });
  }
  // Most values of most alerts differ in their first letters already.
  const prefix = prefixOf(node);
  const program = patternProgram(node);
  if (waysThrough(node, SHORT_VALUE) > MOST_WAYS) {
    return success({ source, matches: (value) => value.startsWith(prefix) && runProgram(program, value) });
  }
  const quick = new RegExp(`^(?:${mapNodeToRegExp(node)})$`, "u");
  return success({
    source,
    matches: (value) =>
      value.startsWith(prefix) && (value.length <= SHORT_VALUE ? quick.test(value) : runProgram(program, value)),
  });
}

/** Writes a tree as JavaScript's own, in which it means the same: sets as ranges of code points, nothing by name. */
export function mapNodeToRegExp(node: PatternNode): string {
  switch (node.kind) {
    case "characters":
      return `[${node.set.map(([low, high]) => `${point(low)}-${point(high)}`).join("")}]`;
    case "assertion":
      return { start: "^", end: "$", "word-boundary": "\\b", "inside-word-or-gap": "\\B" }[node.at];
    case "sequence":
      return node.items.map(mapNodeToRegExp).join("");
    case "choice":
      return `(?:${node.options.map(mapNodeToRegExp).join("|")})`;
    case "repeat": {
      const { item, least, most } = node;
      return `(?:${mapNodeToRegExp(item)}){${least},${most ?? ""}}`;
    }
  }
}

function point(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
