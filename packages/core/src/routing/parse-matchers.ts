import { failure, success, type Result } from "../errors/result.js";
import { compileMatcher, type CompiledMatcher, type MatchOperator } from "./label-matcher.js";
import { unquote } from "./unquote.js";

/** Why a text is not matchers; `column` counts characters from one. */
export type MatcherProblem = {
  readonly code: "bad-matcher" | "bad-pattern" | "too-many-matchers";
  readonly column: number;
  readonly message: string;
};

const MOST_MATCHERS = 64;
const LONGEST_TEXT = 16_384;

/**
 * Reads matchers as Alertmanager writes them: `{alertname="Down", job=~"web|api", "host.name"!="a b"}`. The braces may be
 * left out, so may the quotes around what holds no space and none of `{}!=~,\"'` and the backquote; a comma may follow
 * the last. Text in quotes has Go's escapes. What is given back is ready to be asked.
 */
export function parseMatchers(text: string): Result<readonly CompiledMatcher[], MatcherProblem> {
  if (text.length > LONGEST_TEXT) {
    return failure(problem(1, `the matchers have ${text.length} characters; ${LONGEST_TEXT} are the most`));
  }
  const tokens = readTokens(text);
  if (!tokens.ok) return tokens;
  return readMatchers(tokens.value, charactersIn(text) + 1);
}

/** Reads exactly one matcher. */
export function parseMatcher(text: string): Result<CompiledMatcher, MatcherProblem> {
  const parsed = parseMatchers(text);
  if (!parsed.ok) return parsed;
  const [only, ...others] = parsed.value;
  if (only !== undefined && others.length === 0) return success(only);
  return failure(problem(1, `found ${parsed.value.length} matchers where there must be one, such as job="web"`));
}

type Token = { readonly column: number } & (
  | { readonly kind: "{" | "}" | "," }
  | { readonly kind: "operator"; readonly operator: MatchOperator }
  | { readonly kind: "text"; readonly value: string; readonly valueColumn: number }
);

function readTokens(text: string): Result<readonly Token[], MatcherProblem> {
  const tokens: Token[] = [];
  let at = 0;
  let column = 1;
  while (at < text.length) {
    const rest = text.slice(at, at + LONGEST_TEXT);
    const found = readToken(rest, column);
    if (!found.ok) return found;
    const { length, token } = found.value;
    if (token !== undefined) tokens.push(token);
    at += length;
    column += charactersIn(rest.slice(0, length));
  }
  return success(tokens);
}

type Found = { readonly length: number; readonly token?: Token };

function readToken(rest: string, column: number): Result<Found, MatcherProblem> {
  const [space] = /^\s+/u.exec(rest) ?? [];
  if (space !== undefined) return success({ length: space.length });
  const [mark] = /^[{},]/.exec(rest) ?? [];
  if (mark !== undefined) return success({ length: 1, token: { kind: mark as "{" | "}" | ",", column } });
  const [operator] = /^(?:=~|!=|!~|=)/.exec(rest) ?? [];
  if (operator !== undefined) {
    const token: Token = { kind: "operator", operator: operator as MatchOperator, column };
    return success({ length: operator.length, token });
  }
  const [bare] = /^[^\s{}!=~,\\"'`]+/u.exec(rest) ?? [];
  if (bare !== undefined) {
    return success({ length: bare.length, token: { kind: "text", value: bare, column, valueColumn: column } });
  }
  if (!rest.startsWith('"')) {
    const [character] = rest;
    return failure(problem(column, `found ${JSON.stringify(character)}; put text that holds it into double quotes`));
  }
  const quoted = /^"((?:[^"\\\n]|\\.)*)"/u.exec(rest);
  if (quoted === null) return failure(problem(column, 'a " is never closed on its line'));
  const [whole, inside] = quoted;
  const value = unquote(inside as string);
  if (!value.ok) return failure(problem(column + 1 + value.error.at, value.error.message));
  return success({
    length: whole.length,
    token: { kind: "text", value: value.value, column, valueColumn: column + 1 },
  });
}

function readMatchers(tokens: readonly Token[], endColumn: number): Result<readonly CompiledMatcher[], MatcherProblem> {
  const braced = tokens[0]?.kind === "{";
  const matchers: CompiledMatcher[] = [];
  let at = braced ? 1 : 0;
  while (at < tokens.length && tokens[at]?.kind !== "}") {
    const read = readMatcher(tokens.slice(at, at + 3), endColumn);
    if (!read.ok) return read;
    matchers.push(read.value);
    if (matchers.length > MOST_MATCHERS) {
      const message = `there are more than ${MOST_MATCHERS} matchers`;
      return failure({ code: "too-many-matchers", column: (tokens[at] as Token).column, message });
    }
    at += 3;
    const next = tokens[at];
    if (next?.kind === ",") at += 1;
    else if (next !== undefined && next.kind !== "}") return unexpected(next, endColumn, "a comma or the end");
  }
  const closing = tokens[at];
  if (braced && closing === undefined) return unexpected(undefined, endColumn, "a } for the { at the beginning");
  if (!braced && closing !== undefined) return unexpected(closing, endColumn, "no }, as there is no { before");
  const extra = tokens[at + 1];
  return extra === undefined ? success(matchers) : unexpected(extra, endColumn, "nothing after the }");
}

function readMatcher(tokens: readonly Token[], endColumn: number): Result<CompiledMatcher, MatcherProblem> {
  const [name, operator, value] = tokens;
  if (name?.kind !== "text") return unexpected(name, endColumn, "the name of a label");
  if (name.value === "") return failure(problem(name.column, "the name of a label is empty"));
  if (operator?.kind !== "operator") return unexpected(operator, endColumn, "one of =, !=, =~ and !~");
  if (value?.kind !== "text") return unexpected(value, endColumn, 'a value; write "" for an empty one');
  const compiled = compileMatcher({ name: name.value, operator: operator.operator, value: value.value });
  if (compiled.ok) return compiled;
  // The place in a text with escapes is that in what they stand for: near enough to find it.
  const { at, message } = compiled.error;
  return failure({
    code: "bad-pattern",
    column: value.valueColumn + at,
    message: `the pattern of ${name.value}: ${message}`,
  });
}

function unexpected(token: Token | undefined, endColumn: number, expected: string) {
  if (token === undefined) return failure(problem(endColumn, `found the end; expected ${expected}`));
  return failure(problem(token.column, `found ${wordsOf(token)}; expected ${expected}`));
}

function wordsOf(token: Token): string {
  switch (token.kind) {
    case "operator":
      return token.operator;
    case "text":
      return JSON.stringify(token.value);
    case "{":
    case "}":
    case ",":
      return token.kind;
  }
}

function charactersIn(text: string): number {
  return Array.from(text).length;
}

function problem(column: number, message: string): MatcherProblem {
  return { code: "bad-matcher", column, message: `column ${column}: ${message}` };
}
