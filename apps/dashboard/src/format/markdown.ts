/** A piece of a line: plain text, or what stands out in it. */
export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly parts: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly parts: readonly Inline[] };

/** A piece of a document. */
export type Block =
  | { readonly kind: "heading" | "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)]) +(.*)$/;
const RULE = /^\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$/;

/**
 * Reads the Markdown that postmortems are made of: headings, lists, tables, quotations, indented code, emphasis, inline
 * code, and links to the web. What it does not know stays as it was written; nothing becomes HTML.
 */
export function parseMarkdown(text: string): readonly Block[] {
  return parseBlocks(text, 0);
}

/** Quotations in quotations beyond this are text: a page must not break over what somebody wrote. */
const DEEPEST_QUOTE = 8;

function parseBlocks(text: string, depth: number): readonly Block[] {
  const lines = text.replaceAll("\r", "").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const { block, next } = readBlock(lines, at, depth);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

type Read = { readonly block?: Block; readonly next: number };

function readBlock(lines: readonly string[], at: number, depth: number): Read {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { next: at + 1 };
  const heading = /^#{1,6} +(.*)$/.exec(line)?.[1];
  if (heading !== undefined) return { block: { kind: "heading", parts: parseInline(heading) }, next: at + 1 };
  if (/^ {4}/.test(line)) {
    const next = endOf(lines, at, (one) => /^ {4}/.test(one));
    const code = lines.slice(at, next).map((one) => one.slice(4));
    return { block: { kind: "code", text: code.join("\n") }, next };
  }
  if (line.startsWith(">") && depth < DEEPEST_QUOTE) {
    const next = endOf(lines, at, (one) => one.startsWith(">"));
    const inner = lines.slice(at, next).map((one) => one.replace(/^> ?/, ""));
    return { block: { kind: "quote", blocks: parseBlocks(inner.join("\n"), depth + 1) }, next };
  }
  if (line.startsWith("|") && RULE.test(lines[at + 1] ?? "")) return readTable(lines, at);
  if (ITEM.test(line)) return readList(lines, at);
  const next = endOf(lines, at + 1, (one) => one.trim() !== "" && !/^(?:#{1,6} |>|\|)/.test(one) && !ITEM.test(one));
  return { block: { kind: "paragraph", parts: parseInline(lines.slice(at, next).join(" ")) }, next };
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && belongs(lines[at] ?? "")) at += 1;
  return at;
}

function readTable(lines: readonly string[], at: number): Read {
  const next = endOf(lines, at + 2, (one) => one.startsWith("|"));
  const rows = lines.slice(at + 2, next).map(cellsOf);
  return { block: { kind: "table", head: cellsOf(lines[at] ?? ""), rows }, next };
}

function cellsOf(row: string): readonly (readonly Inline[])[] {
  const inner = row.trim().replace(/^\||(?<!\\)\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => parseInline(cell.trim()));
}

function readList(lines: readonly string[], at: number): Read {
  const items: string[] = [];
  const next = endOf(lines, at, (one) => {
    const item = ITEM.exec(one)?.[2];
    if (item !== undefined) items.push(item);
    // A line that goes on with an item is set in; deeper lists are shown flat.
    else if (/^ {2,}\S/.test(one)) items.push(`${items.pop() ?? ""} ${one.trim().replace(/^[-*+] +/, "")}`);
    else return false;
    return true;
  });
  const ordered = /^ {0,3}\d/.test(lines[at] ?? "");
  return { block: { kind: "list", ordered, items: items.map(parseInline) }, next };
}

const MARK =
  /\\([!-/:-@[-`{-~])|&(?:#(\d{1,6})|(amp|lt|gt|quot));|`([^`]+)`|\*\*(.+?)\*\*|(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=\S)\6(?![\p{L}\p{N}])|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/gu;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Reads one line. */
export function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  const say = (said: string): void => {
    const last = parts.at(-1);
    if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", text: last.text + said };
    else if (said !== "") parts.push({ kind: "text", text: said });
  };
  let from = 0;
  for (const found of text.matchAll(MARK)) {
    say(text.slice(from, found.index));
    from = found.index + found[0].length;
    const [, escaped, number, entity, code, strong, , emphasis, label, href] = found;
    if (escaped !== undefined) say(escaped);
    else if (number !== undefined) say(characterOf(Number(number)));
    else if (entity !== undefined) say(ENTITIES[entity] ?? "");
    else if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", parts: parseInline(strong) });
    else if (emphasis !== undefined) parts.push({ kind: "emphasis", parts: parseInline(emphasis) });
    else parts.push({ kind: "link", href: href ?? "", parts: [{ kind: "text", text: label ?? "" }] });
  }
  say(text.slice(from));
  return parts;
}

function characterOf(number: number): string {
  return number <= 0x10ff_ff ? String.fromCodePoint(number) : "\u{fffd}";
}
