import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown } from "./escape-markdown.js";

describe("foreign text in Markdown", () => {
  it.each([
    ["plain words, 12:30, 5.2 % and payments-availability", "plain words, 12:30, 5.2 % and payments-availability"],
    ["<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"],
    ["[click](javascript:x)", "\\[click\\](javascript:x)"],
    ["![image](x)", "\\!\\[image\\](x)"],
    ["**bold** _it_ ~~no~~ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\`code\\`"],
    ["a | b", "a \\| b"],
    ["{x} $y$ z^2", "\\{x\\} \\$y\\$ z\\^2"],
    ["back\\slash", "back\\\\slash"],
    ["&lt; &#35; AT&T", "&#38;lt; &#38;\\#35; AT&#38;T"],
    ["line\r\n## break\u2028and\ttab\u0000", "line \\#\\# break and tab"],
    ["mirror\u202Ed and zero\u200Bwidth", "mirror d and zero width"],
    ["https://evil.example and http://x", "https&#58;//evil.example and http&#58;//x"],
    ["see www.evil.example, WWW.x, awww.x", "see www&#46;evil.example, WWW&#46;x, awww.x"],
    ["@here and ada@example.com", "&#64;here and ada&#64;example.com"],
    ["- item", "&#45; item"],
    ["+ item", "&#43; item"],
    ["=== line", "&#61;== line"],
    ["12. item", "12&#46; item"],
    ["3) item", "3&#41; item"],
    ["30 min - 5 + 2 = 27. Good", "30 min - 5 + 2 = 27. Good"],
    ["  - trimmed  ", "&#45; trimmed"],
    ["> quote", "&#62; quote"],
    ["", ""],
  ])("%j becomes %j", (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it("never begins anything that Markdown or HTML knows, and stays one line", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("<>&[]()!*_`~|#\\@:/w.-+=1 \n\r\t\u202Ea;")) }),
        (text) => {
          const escaped = escapeMarkdown(text);
          expect(escaped).not.toMatch(/[\n\r\t<>@\u202E]/);
          expect(escaped).not.toMatch(/&(?!#\d+;)/);
          const unescaped = escaped.replace(/\\[^a-z\d\s]/gi, "").replace(/&#\d+;/g, "");
          expect(unescaped).not.toMatch(/[[\]!*_`~|#\\]/);
          expect(escaped).not.toMatch(/^(?:[-+=]|\d+[.)])/);
          expect(escaped).not.toContain("://");
        },
      ),
      { numRuns: 500 },
    );
  });
});
