import { describe, expect, it } from "vitest";
import { parseInline, parseMarkdown } from "./markdown.js";

const plain = (text: string) => ({ kind: "text", text });

describe("a line of a postmortem", () => {
  it("shows what was escaped as it was said", () => {
    expect(parseInline(String.raw`\*a\* &#60;script&#62; &amp;lt; a\|b &#64;ann`)).toEqual([
      plain("*a* <script> &lt; a|b @ann"),
    ]);
  });

  it("stands out where people wanted it to", () => {
    expect(parseInline("a **bold _and_ it** `co*de*` *e* snake_case_name 2 * 3 * 4")).toEqual([
      plain("a "),
      { kind: "strong", parts: [plain("bold "), { kind: "emphasis", parts: [plain("and")] }, plain(" it")] },
      plain(" "),
      { kind: "code", text: "co*de*" },
      plain(" "),
      { kind: "emphasis", parts: [plain("e")] },
      plain(" snake_case_name 2 * 3 * 4"),
    ]);
  });

  it("leads to the web only", () => {
    expect(parseInline("[a](https://example.org/x) [b](javascript:alert(1)) [c](/d)")).toEqual([
      { kind: "link", href: "https://example.org/x", parts: [plain("a")] },
      plain(" [b](javascript:alert(1)) [c](/d)"),
    ]);
  });

  it("keeps what is no entity", () => {
    expect(parseInline("&#9999999; &#999999; &nbsp;")).toEqual([plain("&#9999999; \u{f423f} &nbsp;")]);
  });
});

describe("a section of a postmortem", () => {
  it("has lists, tables, headings, quotations and paragraphs", () => {
    const text = [
      "### Cause",
      "",
      "One",
      "line.",
      "- **A**: b",
      "  more",
      "- c",
      "",
      "1. first",
      "2) second",
      "",
      "| Who | What |",
      "| --- | :---: |",
      String.raw`| a\|b | c |`,
      "",
      "> quoted",
      "> - deep",
      "",
      "    code  here",
    ].join("\n");
    expect(parseMarkdown(text)).toEqual([
      { kind: "heading", parts: [plain("Cause")] },
      { kind: "paragraph", parts: [plain("One line.")] },
      {
        kind: "list",
        ordered: false,
        items: [[{ kind: "strong", parts: [plain("A")] }, plain(": b more")], [plain("c")]],
      },
      { kind: "list", ordered: true, items: [[plain("first")], [plain("second")]] },
      { kind: "table", head: [[plain("Who")], [plain("What")]], rows: [[[plain("a|b")], [plain("c")]]] },
      {
        kind: "quote",
        blocks: [
          { kind: "paragraph", parts: [plain("quoted")] },
          { kind: "list", ordered: false, items: [[plain("deep")]] },
        ],
      },
      { kind: "code", text: "code  here" },
    ]);
  });

  it("ends, whatever is written", () => {
    for (const text of ["", "|", "| a |\n| b |", ">", "- ", "#", "####### x", "    ", "**", "[a](", "`"]) {
      expect(() => parseMarkdown(text)).not.toThrow();
    }
    expect(parseMarkdown("| a |\n| b |")).toEqual([
      { kind: "paragraph", parts: [plain("| a |")] },
      { kind: "paragraph", parts: [plain("| b |")] },
    ]);
  });
});

it("quotations in quotations beyond a depth that nobody writes are text", () => {
  const blocks = JSON.stringify(parseMarkdown(`${">".repeat(20_000)} deep`));
  expect(blocks.split('"quote"')).toHaveLength(9);
  expect(blocks).toContain("deep");
});
