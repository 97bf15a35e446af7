import { failure, success, type Result } from "@plimsoll/core";
import { labelMatcher, type LabelMatcher } from "./label-matcher.js";

/** A metric's name and conditions on its labels. */
export type SeriesSelector = {
  /** As it was written. */
  readonly text: string;
  readonly name: string;
  readonly matchers: readonly LabelMatcher[];
};

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const OPERATOR = /=~|!~|!=|=/y;
const SPACE = /\s*/y;

/** Reads `http_requests_total{code!~"5.."}`; the failure says where it stops being a selector. */
export function parseSeriesSelector(text: string): Result<SeriesSelector, string> {
  const scanner = new Scanner(text);
  scanner.skip(SPACE);
  let name = scanner.take(NAME) ?? "";
  scanner.skip(SPACE);
  const matchers: LabelMatcher[] = [];
  if (scanner.takeText("{")) {
    const problem = parseMatchers(scanner, matchers);
    if (problem !== undefined) return failure(problem);
  }
  scanner.skip(SPACE);
  if (!scanner.atEnd())
    return failure(
      `expected the end at ${scanner.place()}: only a selector such as \`name{label="value"}\` fits here, no function and no range`,
    );
  const named = matchers.find(({ label }) => label === "__name__");
  if (named !== undefined) {
    if (named.operator !== "=" || name !== "") return failure("`__name__` can only be given once and by `=`");
    name = named.value;
  }
  if (name === "") return failure("a selector needs the metric's name");
  return success({ text: text.trim(), name, matchers: matchers.filter((matcher) => matcher !== named) });
}

function parseMatchers(scanner: Scanner, matchers: LabelMatcher[]): string | undefined {
  for (;;) {
    scanner.skip(SPACE);
    if (scanner.takeText("}")) return undefined;
    const label = scanner.take(LABEL);
    if (label === undefined) return `expected a label's name or \`}\` at ${scanner.place()}`;
    scanner.skip(SPACE);
    const operator = scanner.take(OPERATOR) as LabelMatcher["operator"] | undefined;
    if (operator === undefined) return `expected =, !=, =~ or !~ after \`${label}\` at ${scanner.place()}`;
    scanner.skip(SPACE);
    const value = scanner.takeQuoted();
    if (value === undefined) return `expected a quoted value for \`${label}\` at ${scanner.place()}`;
    try {
      matchers.push(labelMatcher(label, operator, value));
    } catch {
      return `\`${value}\` is not a regular expression (for \`${label}\`)`;
    }
    scanner.skip(SPACE);
    if (!scanner.takeText(",") && !scanner.sees("}")) return `expected \`,\` or \`}\` at ${scanner.place()}`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'" };

class Scanner {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  skip(pattern: RegExp): void {
    this.take(pattern);
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  takeText(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  takeQuoted(): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'" && quote !== "`") return undefined;
    let value = "";
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? "";
      if (character === quote) {
        this.#at = at + 1;
        return value;
      }
      if (character !== "\\" || quote === "`") {
        value += character;
        continue;
      }
      const next = this.#text[++at] ?? "";
      const meant = ESCAPES[next];
      if (meant === undefined) return undefined;
      value += meant;
    }
    return undefined;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  place(): string {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return rest === "" ? "the end" : `\`${rest}\` (column ${this.#at + 1})`;
  }
}
