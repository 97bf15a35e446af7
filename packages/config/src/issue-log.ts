import type { ConfigIssue, ConfigIssueCode } from "./config-issue.js";
import type { DocumentPath, Position, YamlFile } from "./document/yaml-file.js";

/** A place in one of the files. */
export type Place = { readonly file: YamlFile; readonly path: DocumentPath };

/** What is wrong at a place, before the place is looked up. */
export type Finding = {
  readonly code: ConfigIssueCode;
  readonly message: string;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
  readonly fix?: string | undefined;
  /** Points at the key rather than at its value. */
  readonly at?: "key" | "value";
};

/** A line longer than this is cut around the place that is meant. */
const EXCERPT_COLUMNS = 160;

/** Keys whose plain value is masked in excerpts even where the document was too broken to be understood. */
const SECRET_KEY =
  /((?:token|password|passwd|secret|api-?key|webhookUrl|authorization|credentials?)["']?\s*:\s*["']?)(?!\$\{)[^\s"',}#]+(?:[ \t]+(?![#,}])[^\s"',}#]+)*/gi;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:)(?!\$\{)[^/?#\s@]+@/gi;

/** Collects issues with their places, and keeps secrets out of all of them. */
export class IssueLog {
  readonly #issues: ConfigIssue[] = [];
  readonly #hidden = new Map<string, string>();

  /** Remembers a secret, so that no issue shows it. */
  hide(secret: string, shownAs: string): void {
    if (secret.length >= 3) this.#hidden.set(secret, shownAs);
  }

  /** How many issues there are so far. */
  get count(): number {
    return this.#issues.length;
  }

  report(place: Place, finding: Finding): void {
    const position = place.file.locate(place.path, finding.at ?? "value");
    this.reportAt(place, position, finding);
  }

  reportAt(place: Place, position: Position, finding: Finding): void {
    const { code, message, found, expected, fix } = finding;
    this.#issues.push({
      code,
      file: place.file.name,
      path: formatPath(place.path),
      line: position.line,
      column: position.column,
      message,
      ...(found === undefined ? {} : { found }),
      ...(expected === undefined ? {} : { expected }),
      ...(fix === undefined ? {} : { fix }),
      excerpt: excerptOf(place.file.line(position.line), position),
    });
  }

  /** All issues in the order of the files and their lines, without a secret in any. */
  finish(fileOrder: readonly string[]): readonly ConfigIssue[] {
    const order = new Map(fileOrder.map((name, index) => [name, index]));
    const rank = (issue: ConfigIssue) => order.get(issue.file) ?? fileOrder.length;
    return this.#issues
      .map((issue) => this.#scrubbed(issue))
      .sort((left, right) => rank(left) - rank(right) || left.line - right.line || left.column - right.column);
  }

  #scrubbed(issue: ConfigIssue): ConfigIssue {
    const { excerpt, ...rest } = issue;
    const texts = Object.entries(rest).map(([key, value]) => [
      key,
      typeof value === "string" && key !== "file" ? this.#scrub(value) : value,
    ]);
    const clean = Object.fromEntries(texts) as ConfigIssue;
    return excerpt === undefined
      ? clean
      : { ...clean, excerpt: { ...excerpt, text: mask(this.#maskHidden(excerpt.text)) } };
  }

  #scrub(text: string): string {
    let clean = text;
    for (const [secret, shownAs] of this.#hidden) clean = clean.replaceAll(secret, shownAs);
    return clean;
  }

  #maskHidden(text: string): string {
    let clean = text;
    for (const secret of this.#hidden.keys()) clean = clean.replaceAll(secret, stars(secret.length));
    return clean;
  }
}

/** Masks by as many characters as there were, so that a caret below still points at the same place. */
function mask(text: string): string {
  const masked = (whole: string, kept: string, tail = 0) => kept + stars(whole.length - kept.length - tail);
  return text
    .replace(SECRET_KEY, (whole, kept: string) => masked(whole, kept))
    .replace(URL_PASSWORD, (whole, kept: string) => `${masked(whole, kept, 1)}@`);
}

function stars(length: number): string {
  return "*".repeat(Math.max(0, length));
}

function excerptOf(line: string, position: Position): { readonly text: string; readonly length: number } {
  // Control characters would play tricks on a terminal.
  const text = line.replace(/\t/g, " ").replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, "?");
  const length = Math.max(1, Math.min(position.length, EXCERPT_COLUMNS));
  return { text: text.slice(0, Math.max(EXCERPT_COLUMNS, position.column + 40)), length };
}

/** Writes a path as a person would: `slos.payments.target`, `corrections[0].at`, `services["a b"]`. */
export function formatPath(path: DocumentPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step.slice(0, 80))}]`;
  }
  return text;
}

/** Writes a value found in a file short enough for a sentence. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") {
    const keys = Object.keys(value);
    if (keys.length === 0) return "an empty map";
    return `a map with ${keys.slice(0, 5).join(", ")}${keys.length > 5 ? ", …" : ""}`.slice(0, 120);
  }
  return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint"
    ? String(value)
    : "something else";
}
