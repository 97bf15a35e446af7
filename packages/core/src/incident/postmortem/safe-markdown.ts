import { withoutInvisible } from "../escape-markdown.js";

/** What begins a line inside lists and quotations, before the line's own mark. */
const CONTAINER = String.raw`(?:[ >]|[-*+] |\d{1,9}[.)] )*`;
const HEADING = new RegExp(`^(${CONTAINER})#{1,6}(?= |$)`);
const UNDERLINE = new RegExp(`^(${CONTAINER})(=+|-+)( *)$`);
const FENCE = new RegExp(`^(${CONTAINER})(\`{3,}|~{3,}).*$`);

/**
 * Makes Markdown that people wrote safe to stand as one section of a document of ours.
 *
 * Emphasis, lists, tables, quotations, inline code and links to the web stay. Headings become the smallest kind, so that
 * the document's own structure holds; fenced blocks become indented ones, so that none can swallow what follows. HTML,
 * images, mentions, links to anything but http and https, and invisible characters are made to be read and do nothing.
 */
export function safeMarkdown(text: string): string {
  let fenced = false;
  const lines: string[] = [];
  for (const line of text.replace(/\r\n?/g, "\n").split("\n").map(withoutInvisible)) {
    if (FENCE.test(line)) {
      fenced = !fenced;
      lines.push("");
    } else {
      lines.push(fenced ? `    ${harmless(line)}` : harmless(structured(line)));
    }
  }
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}

/** Takes from a line what would give the document another structure. */
function structured(line: string): string {
  return line.replace(HEADING, "$1######").replace(UNDERLINE, "$1\\$2$3");
}

/** Takes from a line what would run, load, call somebody, or lead away from the web. */
function harmless(line: string): string {
  return line
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/@/g, "&#64;")
    .replace(/\$/g, "&#36;")
    .replace(/!(?=\[)/g, "&#33;")
    .replace(/\](?=\((?!https?:\/\/))/gi, "]&#8203;")
    .replace(/\]:/g, "]&#58;");
}
