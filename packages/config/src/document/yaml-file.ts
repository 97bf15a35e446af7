import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Pair, YAMLMap } from "yaml";
import { convertNode, type DocumentProblem } from "./convert-node.js";

/** A place inside a document: map keys and list indexes from the root. */
export type DocumentPath = readonly (string | number)[];

/** A stretch of one line; line and column count from 1. */
export type Position = { readonly line: number; readonly column: number; readonly length: number };

/** A file of YAML read once: its values, what is wrong with it as YAML, and where each value stands. */
export type YamlFile = {
  readonly name: string;
  readonly value: unknown;
  readonly problems: readonly (DocumentProblem & { readonly position: Position })[];
  /** Where a key or its value stands; the nearest enclosing place when the path itself is not there. */
  locate(path: DocumentPath, part: "key" | "value"): Position;
  /** Where a stretch of characters stands. */
  positionOf(range: readonly [number, number]): Position;
  /** The text of a line, without its end. */
  line(line: number): string;
};

/** 10,000 SLOs take about 4 MB; more is an accident, and the parser's memory is a multiple of it. */
export const MAX_FILE_CHARACTERS = 8 * 1024 * 1024;

/** Reads YAML 1.2 with positions. Never throws; whatever is wrong is in `problems`. */
export function readYamlFile(name: string, text: string): YamlFile {
  const lines = new LineCounter();
  const positionAt = (range: readonly [number, number]) => positionOf(lines, text, range);
  const file = { name, positionOf: positionAt, line: (line: number) => lineText(lines, text, line) };
  const nowhere = { line: 1, column: 1, length: 1 };
  const refused = (problem: DocumentProblem): YamlFile => ({
    ...file,
    value: undefined,
    problems: [{ ...problem, position: nowhere }],
    locate: () => nowhere,
  });

  if (text.length > MAX_FILE_CHARACTERS) {
    return refused({
      code: "too-large",
      message: `The file has ${text.length} characters, and ${MAX_FILE_CHARACTERS} is the most that is read.`,
      fix: "Split it into several files in one folder.",
      range: [0, 0],
    });
  }
  let document: Document.Parsed;
  try {
    // Double keys are found in the conversion, which knows both places.
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true });
  } catch (thrown) {
    const message = thrown instanceof RangeError ? "The file nests too deeply to be read." : "The file is not YAML.";
    return refused({ code: "syntax", message, fix: "Write it flatter.", range: [0, 0] });
  }

  const problems = syntaxProblems(document.errors, lines);
  const converted = convertNode(document.contents);
  if (document.errors.length === 0) problems.push(...converted.problems);
  return {
    ...file,
    // A document with syntax errors has lost parts; judging the rest would report things that are not so.
    value: document.errors.length === 0 ? converted.value : undefined,
    problems: problems.map((problem) => ({ ...problem, position: positionAt(problem.range) })),
    locate: (path, part) => positionAt(rangeOf(document.contents, path, part, converted.aliasTargets)),
  };
}

/** What an error of the YAML parser means. Its own words quote the file, secrets and all, and are not repeated. */
const SYNTAX: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  TAB_AS_INDENT: ["A tab indents this line, and YAML allows only spaces.", "Replace the tab with spaces."],
  MULTIPLE_DOCS: [
    "The file holds more than one YAML document.",
    "Remove the `---` line, or move what follows it to a file of its own.",
  ],
  MISSING_CHAR: [
    "A bracket, a brace, a quote or a comma is missing here.",
    "Close what is open on this line or above, and indent what belongs to it.",
  ],
  BAD_INDENT: [
    "This line is not indented as the lines around it.",
    "Indent what belongs together by the same number of spaces.",
  ],
  UNEXPECTED_TOKEN: [
    "This does not belong here.",
    "Check the brackets and quotes before it, and quote text that holds `: ` or ` #`.",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "A map begins where a value is expected.",
    "Quote a text that holds `: `, or put the map on lines of its own.",
  ],
  MULTILINE_IMPLICIT_KEY: ["A key runs over several lines.", "Write `:` after the key, on the same line."],
  BAD_SCALAR_START: ["A text may not begin with this character.", "Put the text in quotes."],
  BAD_DQ_ESCAPE: [
    "The backslash in this text begins nothing that YAML knows.",
    "Write single quotes around the text, or `\\\\` for a backslash.",
  ],
  BAD_ALIAS: ["This is not the name of an alias.", "Write `*` and the name of an anchor, or quote the text."],
  BAD_DIRECTIVE: ["This is no directive that YAML knows.", "Remove the line, or quote a text that begins with `%`."],
  TAG_RESOLVE_FAILED: ["This tag has no meaning here.", "Remove the word that begins with `!`, or quote the text."],
};

/** Beyond this, errors of a file that lost its thread only follow from the first ones. */
const MAX_SYNTAX_PROBLEMS = 5;

function syntaxProblems(errors: Document.Parsed["errors"], lines: LineCounter): DocumentProblem[] {
  const seen = new Set<number>();
  const first = errors.filter(({ pos: [start] }) => {
    const { line } = lines.linePos(start);
    return !seen.has(line) && seen.add(line);
  });
  return first.slice(0, MAX_SYNTAX_PROBLEMS).map(({ code, pos, message: said }) => {
    const unclosed = /must be sufficiently indented and end with a ([}\]])$/.exec(said)?.[1];
    const [message, fix] =
      unclosed !== undefined
        ? ([
            `A \`${unclosed}\` is missing before this place.`,
            "Close what is open on this line or above, and indent what belongs to it.",
          ] as const)
        : (SYNTAX[code] ?? [
            "This is not valid YAML.",
            "Check the indentation, the quotes and the brackets of this line and the one before it.",
          ]);
    return { code: "syntax", message, fix, range: [pos[0], pos[1]] };
  });
}

function positionOf(lines: LineCounter, text: string, range: readonly [number, number]): Position {
  const start = Math.min(range[0], text.length);
  const { line, col } = lines.linePos(start);
  if (line === 0) return { line: 1, column: 1, length: 1 };
  const newline = text.indexOf("\n", start);
  const lineEnd = newline === -1 ? text.length : newline;
  const end = Math.max(start, Math.min(range[1], lineEnd));
  return { line, column: col, length: Math.max(1, text.slice(start, end).trimEnd().length) };
}

function lineText(lines: LineCounter, text: string, line: number): string {
  const start = lines.lineStarts[line - 1] ?? 0;
  const newline = text.indexOf("\n", start);
  return text.slice(start, newline === -1 ? text.length : newline).replace(/\r$/, "");
}

type Range = readonly [number, number];

function rangeOf(
  root: unknown,
  path: DocumentPath,
  part: "key" | "value",
  aliases: ReadonlyMap<unknown, unknown>,
): Range {
  let node = root;
  let range: Range = nodeRange(root) ?? [0, 0];
  if (path.length > 0) range = [range[0], range[0] + 1];
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isAlias(node)) node = aliases.get(node);
    if (isMap(node)) {
      const pair = pairOf(node, String(step), aliases);
      if (pair === undefined) return range;
      const keyRange = nodeRange(pair.key);
      const valueRange = nodeRange(pair.value);
      range = (last && part === "value" ? (filled(valueRange) ?? keyRange) : keyRange) ?? range;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      range = nodeRange(node) ?? range;
    } else return range;
  }
  return range;
}

/** The pair under a key; what `<<` brings in counts where the map itself has no such key. */
function pairOf(map: YAMLMap, key: string, aliases: ReadonlyMap<unknown, unknown>): Pair | undefined {
  const own = pairsByKey(map).get(key);
  if (own !== undefined) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || (pair.key.value !== "<<" && pair.key.source !== "<<")) continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const target = isAlias(source) ? aliases.get(source) : source;
      const found = isMap(target) ? pairOf(target, key, aliases) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Made once per map that an issue is in: a file with thousands of issues has them in the same few maps. */
const pairIndexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsByKey(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairIndexes.get(map);
  if (known !== undefined) return known;
  const index = new Map<string, Pair>();
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
    if (key !== undefined && !index.has(key)) index.set(key, pair);
  }
  pairIndexes.set(map, index);
  return index;
}

function filled(range: Range | undefined): Range | undefined {
  return range !== undefined && range[1] > range[0] ? range : undefined;
}

function nodeRange(node: unknown): Range | undefined {
  const range = (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range;
  return range === null || range === undefined ? undefined : [range[0], range[1]];
}
