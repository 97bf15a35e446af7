import { plain } from "./paint.js";

/** A cell: its text, and how it is painted once it is aligned. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** A column's heading and the side it is aligned to. */
export type Column = { readonly title: string; readonly align?: "left" | "right" };

/** Writes rows under headings, aligned; `paintTitle` colours the headings. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paintTitle = (text: string) => text,
): string {
  const texts = rows.map((row) => row.map((cell) => plain(typeof cell === "string" ? cell : cell.text)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const fit = (text: string, index: number): string => {
    const width = widths[index] ?? 0;
    if (columns[index]?.align === "right") return text.padStart(width);
    // Nothing follows the last column, so nothing is padded behind it.
    return index === columns.length - 1 ? text : text.padEnd(width);
  };
  const heading = columns.map(({ title }, index) => paintTitle(fit(title, index))).join("  ");
  const lines = rows.map((row, rowIndex) =>
    row
      .map((cell, index) => {
        const text = fit(texts[rowIndex]?.[index] ?? "", index);
        return typeof cell === "string" ? text : cell.paint(text);
      })
      .join("  ")
      .trimEnd(),
  );
  return [heading.trimEnd(), ...lines, ""].join("\n");
}

/** Writes rows as a Markdown table; what is in them cannot form Markdown of its own. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${columns.map(({ title }) => title).join(" | ")} |`,
    `| ${columns.map(({ align }) => (align === "right" ? "---:" : "---")).join(" | ")} |`,
    ...rows.map((row) => `| ${row.map(markdownText).join(" | ")} |`),
    "",
  ].join("\n");
}

/** A text from elsewhere inside Markdown. */
export function markdownText(text: string): string {
  return plain(text).replace(/[\\`*_[\]<>|]/g, (character) => `\\${character}`);
}
