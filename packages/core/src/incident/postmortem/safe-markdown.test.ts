import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeMarkdown } from "./safe-markdown.js";

describe("Markdown that people wrote", () => {
  it.each([
    ["**bold**, _it_ and `code`", "**bold**, _it_ and `code`"],
    ["- one\n- two\n\n1. three", "- one\n- two\n\n1. three"],
    ["| a | b |\n| - | - |\n| 1 | 2 |", "| a | b |\n| - | - |\n| 1 | 2 |"],
    ["> quoted", "> quoted"],
    ["[docs](https://example.com/a?b)", "[docs](https://example.com/a?b)"],
    ["[docs](HTTP://example.com)", "[docs](HTTP://example.com)"],
    ["  \n\n text \r\n\r\n", "text"],
    ["a\r\nb\rc", "a\nb\nc"],
  ])("keeps what is harmless: %j", (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe === "text" ? " text" : safe);
  });

  it.each([
    ["<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"],
    ["&lt;b>", "&amp;lt;b>"],
    ["![x](https://track.example)", "&#33;[x](https://track.example)"],
    ["[x](javascript:alert(1))", "[x]&#8203;(javascript:alert(1))"],
    ["[x](&#106;avascript:y)", "[x]&#8203;(&amp;#106;avascript:y)"],
    ["[x]( javascript:y)", "[x]&#8203;( javascript:y)"],
    ["[x](<javascript:y>)", "[x]&#8203;(&lt;javascript:y>)"],
    ["[x](data:text/html,y)", "[x]&#8203;(data:text/html,y)"],
    ["[x]:javascript:y", "[x]&#58;javascript:y"],
    ["@here and ada@example.com", "&#64;here and ada&#64;example.com"],
    ["$$x$$", "&#36;&#36;x&#36;&#36;"],
    ["mirror\u202Ed\tz\u0000", "mirror d z"],
  ])("disarms %j", (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe);
  });

  it.each([
    ["# Summary", "###### Summary"],
    ["## Timeline", "###### Timeline"],
    ["   ### x", "   ###### x"],
    ["#", "######"],
    ["- # x", "- ###### x"],
    ["> 1. ## x", "> 1. ###### x"],
    ["####### seven", "####### seven"],
    ["#tag", "#tag"],
    ["a # b", "a # b"],
    ["Title\n=====", "Title\n\\====="],
    ["Title\n---  ", "Title\n\\---"],
    ["> Title\n> -", "> Title\n> \\-"],
    ["a - b", "a - b"],
    ["--- x", "--- x"],
  ])("leaves the document's structure alone: %j", (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe);
  });

  it("makes fenced blocks indented ones, that end with the section", () => {
    expect(safeMarkdown("see\n```sh\n# rm <x>\n---\n```\n# after")).toBe(
      "see\n\n    # rm &lt;x>\n    ---\n\n###### after",
    );
    expect(safeMarkdown("~~~~\nopen\n## never closed")).toBe("    open\n    ## never closed");
    expect(safeMarkdown("- ```\n  x\n  ```\n# y")).toBe("      x\n\n###### y");
    expect(safeMarkdown("a ``` b")).toBe("a ``` b");
    expect(safeMarkdown("``\n# y")).toBe("``\n###### y");
  });

  it("can never have a heading, HTML, an image or a mention, whatever it is", () => {
    const piece = fc.constantFrom(
      "#",
      "##",
      " ",
      "\n",
      "```",
      "~~~",
      "-",
      "=",
      "===",
      ">",
      "- ",
      "1. ",
      "<b>",
      "![",
      "](",
      "[",
      "]",
      ":",
      "x",
      "@",
      "&",
      "http://",
      "javascript:",
      "\r",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const safe = safeMarkdown(pieces.join(""));
        expect(safe).not.toMatch(/<|!\[|@|\r|\]:/);
        expect(safe).not.toMatch(/\]\((?!https?:\/\/)/);
        for (const line of safe.split("\n")) {
          if (line.startsWith("    ")) continue;
          expect(line).not.toMatch(/^[ >]*#{1,5}(?: |$)/);
          expect(line).not.toMatch(/^[ >]*(?:=+|-+) *$/);
          expect(line).not.toMatch(/^ {0,3}(?:`{3}|~{3})/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
