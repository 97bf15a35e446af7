/** What a reader of the docs may rely on: that a block runs, that it compiles, that it is a valid configuration; or nothing. */
export type BlockPromise = "runs" | "compiles" | "validates" | "none";

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
  ts: { run: "runs", check: "compiles" },
  sh: { run: "runs" },
  yaml: { config: "validates" },
};

const KNOWN_MARKS = new Set(["run", "check", "config", "output"]);

/** Reads the fenced blocks of a Markdown text. Throws on a mark that its language does not have: such a block would be passed over. */
export function codeBlocks(file: string, markdown: string): readonly CodeBlock[] {
  const raw = rawBlocks(file, markdown);
  return raw.flatMap((block, index) => {
    if (block.marks.includes("output")) return [];
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
