import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeText, readContentLines, shown, unescapeText, writeContentLine } from "./content-line.js";

const octets = (text: string) => encodeURIComponent(text).replaceAll(/%../g, "x").length;

describe("a property", () => {
  test("is folded at 75 octets, and not before", () => {
    expect(writeContentLine("A", "x".repeat(73))).toBe(`A:${"x".repeat(73)}\r\n`);
    expect(writeContentLine("A", "x".repeat(74))).toBe(`A:${"x".repeat(73)}\r\n x\r\n`);
    expect(writeContentLine("A", "x".repeat(73 + 74 + 1))).toBe(`A:${"x".repeat(73)}\r\n ${"x".repeat(74)}\r\n x\r\n`);
  });

  test("is folded between characters, never within one", () => {
    for (const character of ["\u007f", "\u0080", "\u07ff", "\u0800", "\uffff", "\u{10000}", "é", "€", "😀"]) {
      const text = writeContentLine("A", character.repeat(100));
      for (const line of text.split("\r\n")) expect(octets(line)).toBeLessThanOrEqual(75);
      expect(text.replaceAll("\r\n ", "")).toBe(`A:${character.repeat(100)}\r\n`);
      // As full as can be.
      expect(octets(text.split("\r\n")[0]!)).toBeGreaterThan(75 - octets(character));
    }
  });

  test("comes back from what was written, whatever its text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const clean = text.replace(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "");
        const { lines, unreadable } = readContentLines(writeContentLine("SUMMARY", escapeText(clean)));
        expect(unreadable).toEqual([]);
        expect(lines.map(({ name, value }) => [name, unescapeText(value)])).toEqual([["SUMMARY", clean]]);
      }),
    );
  });
});

describe("text", () => {
  test("is escaped, with its line breaks, and without controls", () => {
    expect(escapeText("a\\b;c,d")).toBe("a\\\\b\\;c\\,d");
    expect(escapeText("one\r\ntwo\rthree\nfour")).toBe("one\\ntwo\\nthree\\nfour");
    expect(escapeText("a\u0000b\tc\u007fd\u202ee\u2028f")).toBe("a b\tc d e f");
  });

  test("is read again", () => {
    expect(unescapeText("a\\\\b\\;c\\,d\\ne\\Nf")).toBe("a\\b;c,d\ne\nf");
  });

  test("that is foreign is shown short, and without controls", () => {
    expect(shown("x".repeat(40))).toBe("x".repeat(40));
    expect(shown("x".repeat(41))).toBe(`${"x".repeat(40)}...`);
    expect(shown("a\u001b[31mb")).toBe("a [31mb");
  });
});

describe("a file", () => {
  test("is unfolded, with any line break, and its lines are counted", () => {
    const { lines } = readContentLines("BEGIN:A\r\nSUMMARY:one\r\n  two\n\tthree\rEND:A\n\n");
    expect(lines.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["BEGIN", "A", 1],
      ["SUMMARY", "one twothree", 2],
      ["END", "A", 5],
    ]);
  });

  test("has parameters, quoted or not, in any case", () => {
    const [line] = readContentLines('dtstart;tzid="Europe/Berlin";X-A=b,"c;d:e":20260105T090000').lines;
    expect(line?.name).toBe("DTSTART");
    expect(line?.value).toBe("20260105T090000");
    expect([...(line?.parameters ?? [])]).toEqual([
      ["TZID", "Europe/Berlin"],
      ["X-A", "b,c;d:e"],
    ]);
  });

  test("sets lines aside that are no properties", () => {
    expect(readContentLines(' folded\nA:1\nno colon\n:x\nA;B:c\nA;B="open:c\nA B:c\n').unreadable).toEqual([
      { line: 1, found: " folded" },
      { line: 3, found: "no colon" },
      { line: 4, found: ":x" },
      { line: 5, found: "A;B:c" },
      { line: 6, found: 'A;B="open:c' },
      { line: 7, found: "A B:c" },
    ]);
  });
});
