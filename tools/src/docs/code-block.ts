/**
 * What a reader of the docs may rely on: that a block runs, that it compiles, that it is a valid configuration; that its
 * language's parser reads it, where it is not whole or has to be seen only; or nothing.
 */
export type BlockPromise = "runs" | "compiles" | "validates" | "parses" | "none";

/** A fenced block of code in a Markdown file. */
export interface CodeBlock {
  readonly file: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly promise: BlockPromise;
  readonly text: string;
  /** What the block right after it says it prints: ```text output. */
  readonly output?: string;
}

interface RawBlock {
  readonly line: number;
  readonly language: string;
  readonly marks: readonly string[];
  readonly text: string;
}

/** The marks that a language's blocks may bear, and what they promise. */
const PROMISES: Readonly<Record<string, Readonly<Record<string, BlockPromise>>>> = {
  ts: { run: "runs", check: "compiles", part: "parses" },
  sh: { run: "runs", shown: "parses" },
  yaml: { config: "validates", part: "parses" },
};

const KNOWN_MARKS = new Set(["run", "check", "config", "part", "shown", "output"]);

/** Other names of the languages above: under them a block would be passed over. */
const ONE_SPELLING: Readonly<Record<string, string>> = {
  typescript: "ts",
  javascript: "ts",
  js: "ts",
  yml: "yaml",
  bash: "sh",
  shell: "sh",
  console: "sh",
  "": "text",
};

/** Reads the fenced blocks of a Markdown text. Throws on a mark that its language or its place does not have: such a block would be passed over. */
export function codeBlocks(file: string, markdown: string): readonly CodeBlock[] {
  const raw = rawBlocks(file, markdown);
  return raw.flatMap((block, index) => {
    if (block.marks.includes("output")) {
      const before = raw[index - 1];
      if (before !== undefined && ["runs", "validates"].includes(promiseOf(file, before))) return [];
      throw new Error(`${file}:${block.line}: this output follows no block that runs, so nothing prints it`);
    }
    const next = raw[index + 1];
    const output = next?.marks.includes("output") === true ? { output: next.text } : {};
    return [
      {
        file,
        line: block.line,
        language: block.language,
        promise: promiseOf(file, block),
        text: block.text,
        ...output,
      },
    ];
  });
}

/** Why a block may not stay without a mark; undefined when it has one, or is of a language that has none. */
export function missingMark({ file, line, language, promise }: CodeBlock): string | undefined {
  const spelling = ONE_SPELLING[language];
  if (spelling !== undefined) return `${file}:${line}: write \`${spelling}\` in the place of \`${language}\``;
  const marks = PROMISES[language];
  if (promise !== "none" || marks === undefined) return undefined;
  const words = Object.keys(marks).map((mark) => `\`${language} ${mark}\``);
  return `${file}:${line}: a block of \`${language}\` without a mark is checked by nobody: say ${words.join(", ")}`;
}

function promiseOf(file: string, { language, marks, line }: RawBlock): BlockPromise {
  const mark = marks.find((word) => KNOWN_MARKS.has(word));
  if (mark === undefined) return "none";
  const promise = PROMISES[language]?.[mark];
  if (promise === undefined)
    throw new Error(`${file}:${line}: a block of \`${language}\` cannot be marked \`${mark}\``);
  return promise;
}

function rawBlocks(file: string, markdown: string): readonly RawBlock[] {
  const blocks: RawBlock[] = [];
  let open: { fence: string; indent: string; line: number; info: readonly string[]; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const [, indent = "", fence = "", info = ""] = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== "") open = { fence, indent, line: index + 1, info: info.trim().split(/\s+/), lines: [] };
    } else if (fence.startsWith(open.fence) && info.trim() === "") {
      const [language = "", ...marks] = open.info;
      blocks.push({ line: open.line, language, marks, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: the block is not closed`);
  return blocks;
}
