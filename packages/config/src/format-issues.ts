import type { ConfigIssue } from "./config-issue.js";

/** Lines of an excerpt longer than this are cut on the left, so that the caret stays on the screen. */
const FRAME_COLUMNS = 100;

/** Writes issues for a terminal: place, sentence, the line with a caret under what is meant, and what to do. */
export function formatIssues(issues: readonly ConfigIssue[], options: { readonly color: boolean }): string {
  const paint = options.color ? COLORS : PLAIN;
  const blocks = issues.map((issue) => formatIssue(issue, paint));
  const files = new Set(issues.map((issue) => issue.file)).size;
  const count = `${issues.length} ${issues.length === 1 ? "problem" : "problems"} in ${files} ${files === 1 ? "file" : "files"}.`;
  return issues.length === 0 ? "" : `${[...blocks, paint.bold(count)].join("\n\n")}\n`;
}

type Paint = Readonly<Record<"bold" | "red" | "dim" | "cyan", (text: string) => string>>;

const ansi = (code: number, end: number) => (text: string) => `\u001b[${code}m${text}\u001b[${end}m`;
const same = (text: string) => text;
const COLORS: Paint = { bold: ansi(1, 22), red: ansi(31, 39), dim: ansi(2, 22), cyan: ansi(36, 39) };
const PLAIN: Paint = { bold: same, red: same, dim: same, cyan: same };

function formatIssue(issue: ConfigIssue, paint: Paint): string {
  const place = `${issue.file}:${issue.line}:${issue.column}`;
  const lines = [
    `${paint.bold(place)}${issue.path === "" ? "" : `  ${paint.cyan(issue.path)}`}`,
    `  ${paint.red(issue.message)}`,
  ];
  if (issue.excerpt !== undefined && issue.excerpt.text.trim() !== "")
    lines.push(...frame(issue, issue.excerpt, paint));
  if (issue.expected !== undefined) lines.push(`  ${paint.dim("expected:")} ${issue.expected}`);
  if (issue.fix !== undefined) lines.push(`  ${paint.dim("to do:")}    ${issue.fix}`);
  return lines.join("\n");
}

function frame(issue: ConfigIssue, excerpt: NonNullable<ConfigIssue["excerpt"]>, paint: Paint): readonly string[] {
  const number = String(issue.line);
  const cut = issue.column > FRAME_COLUMNS ? issue.column - FRAME_COLUMNS / 2 : 0;
  const text = excerpt.text.slice(cut, cut + FRAME_COLUMNS + 20);
  const before = Math.max(0, issue.column - 1 - cut);
  const length = Math.max(1, Math.min(excerpt.length, text.length - before));
  return [
    `  ${paint.dim(`${number} |`)} ${text}`,
    `  ${" ".repeat(number.length)} ${paint.dim("|")} ${" ".repeat(before)}${paint.red("^".repeat(length))}`,
  ];
}
