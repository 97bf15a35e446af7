import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { characterSet, complement, contains, NAMED_CLASSES } from "./character-set.js";
import { parsePattern } from "./parse-pattern.js";
import { literalsOf, prefixOf, stepsOf, waysThrough } from "./pattern-node.js";
import { patternProgram, runProgram } from "./pattern-program.js";
import { mapNodeToRegExp, valuePattern } from "./value-pattern.js";

function matches(pattern: string, value: string): boolean {
  const made = valuePattern(pattern);
  if (!made.ok) throw new Error(`${pattern}: ${made.error.message}`);
  return made.value.matches(value);
}

function refusal(pattern: string): readonly [string, number] {
  const made = valuePattern(pattern);
  if (made.ok) throw new Error(`${pattern} was taken`);
  return [made.error.code, made.error.at];
}

describe("a pattern over a label's value", () => {
  it.each([
    ["web|api", ["web", "api"], ["webapi", "we", "", "xweb", "apix"]],
    ["", [""], ["a"]],
    ["web-.+", ["web-1", "web-é"], ["web-", "xweb-1", "web-\n"]],
    ["(?s)web-.+", ["web-\n"], ["web-"]],
    ["(?i)WEB-[a-k]", ["web-k", "WEB-K", "wEb-\u212a"], ["web-l", "web-\u017f"]],
    ["(?i)s[^k]", ["\u017fa", "Sa"], ["sk", "sK", "s\u212a"]],
    ["(?i)a(?-i)b|c", ["ab", "Ab", "c"], ["aB", "C"]],
    ["(?i:a)b", ["Ab"], ["AB"]],
    ["(?U)a+?", ["aa"], [""]],
    ["^web$|^api$", ["web", "api"], ["^web$"]],
    ["^(?:web|api)$", ["web", "api"], ["webapi"]],
    ["\\Aweb\\z", ["web"], ["web\n"]],
    ["a{2}", ["aa"], ["a", "aaa"]],
    ["a{2,}", ["aa", "aaaa"], ["a"]],
    ["a{1,2}?b", ["ab", "aab"], ["b", "aaab"]],
    ["a{,2}", ["a{,2}"], ["aa", ""]],
    ["a{", ["a{"], ["a"]],
    ["x*y?z+", ["z", "xxyzz"], ["xy", "yyz"]],
    ["(a|bc)*", ["", "abca"], ["ab", "c"]],
    ["(?:a*)*b", ["b", "aab"], ["a"]],
    ["(?P<name>a)(?<other_1>b)", ["ab"], ["a"]],
    ["[a-c-]", ["a", "-", "c"], ["d"]],
    ["[]a]", ["]", "a"], ["[", ""]],
    ["[^]a]", ["b"], ["]", "a"]],
    ["[a\\]b]", ["]", "b"], ["\\"]],
    ["[\\d_]+", ["1_2"], ["a"]],
    ["[\\W]", [" ", "é"], ["a", "_"]],
    ["[[:alpha:][:^ascii:]]", ["a", "é"], ["1"]],
    ["[[:a]", [":", "a", "["], ["]"]],
    ["[\\x41-\\x{43}]", ["A", "C"], ["D", "@"]],
    ["\\d\\D\\s\\S\\w\\W", ["1a 2b-"], ["11 2b-", "1a\v2b-"]],
    ["\\101\\060\\0", ["A0\0"], ["A0"]],
    ["\\a\\f\\n\\r\\t\\v", ["\x07\f\n\r\t\v"], [""]],
    ["\\.\\*\\_\\ ", [".*_ "], ["a*_ "]],
    ["\\Qa.b*\\Ec", ["a.b*c"], ["axb*c"]],
    ["\\Qa.+", ["a.+"], ["axx"]],
    ["\\Qab\\E*", ["a", "abb"], ["", "abab"]],
    ["\\bweb\\b.*", ["web", "web-1"], ["webs"]],
    ["w\\Be", ["we"], ["w"]],
    ["-\\B-", ["--"], ["-"]],
    ["\\Ba", [], ["a"]],
    ["}", ["}"], [""]],
    ["]", ["]"], [""]],
    ["a^b", [], ["ab", "a^b"]],
    ["(^a|b$)c?", ["a", "b", "ac"], ["bc"]],
    [".", ["😀"], ["😀😀", "\n"]],
    ["[😀-😂]", ["😁"], ["😃"]],
    ["a|", ["a", ""], ["b"]],
  ] as const)("%s", (pattern, taken, refused) => {
    for (const value of taken) expect([value, matches(pattern, value)]).toEqual([value, true]);
    for (const value of refused) expect([value, matches(pattern, value)]).toEqual([value, false]);
  });

  it.each([
    ["(?=a)b", "look-around", 0],
    ["a(?!b)", "look-around", 1],
    ["(?<=a)b", "look-around", 0],
    ["(?<!a)b", "look-around", 0],
    ["(a)\\1", "back-reference", 3],
    ["(a)\\8", "back-reference", 3],
    ["(?m)a", "multi-line", 0],
    ["a(?>b)", "bad-flag", 1],
    ["(?", "bad-flag", 0],
    ["(?P<a-b>c)", "bad-group", 0],
    ["(?<a", "bad-group", 0],
    ["(a", "unbalanced-group", 0],
    ["b(a|(c)", "unbalanced-group", 1],
    ["a)", "unbalanced-group", 1],
    ["*a", "bad-repeat", 0],
    ["a|+", "bad-repeat", 2],
    ["a**", "bad-repeat", 2],
    ["a+?{2}", "bad-repeat", 3],
    ["a{3,2}", "bad-repeat", 1],
    ["a{1001}", "bad-repeat", 1],
    ["a{1,1001}", "bad-repeat", 1],
    ["[a", "bad-class", 0],
    ["[a-", "bad-class", 0],
    ["x[]", "bad-class", 1],
    ["[z-a]", "bad-class", 1],
    ["[[:what:]]", "bad-class", 1],
    ["a\\", "bad-escape", 1],
    ["a\\y", "bad-escape", 1],
    ["[\\b]", "bad-escape", 1],
    ["\\xzz", "bad-escape", 0],
    ["\\x{110000}", "bad-escape", 0],
    ["\\é", "bad-escape", 0],
    ["\\pL", "unicode-class", 0],
    ["[\\PL]", "unicode-class", 1],
    ["(?i)é", "folding-beyond-ascii", 4],
    ["(?i)[a-é]", "folding-beyond-ascii", 5],
    ["(?i)\\QÄ\\E", "folding-beyond-ascii", 6],
    ["(?:.{40}){51}", "too-large", 0],
    [`${"(".repeat(101)}a${")".repeat(101)}`, "too-large", 101],
    ["a".repeat(4_097), "too-large", 4_096],
  ] as const)("refuses %s as %s", (pattern, code, at) => {
    expect(refusal(pattern)).toEqual([code, at]);
  });

  it("does not hide a mistake of its own behind a refusal", () => {
    expect(() => parsePattern([1] as unknown as string)).toThrow(TypeError);
  });

  it("says what is wrong and what to write", () => {
    const made = valuePattern("(?=a)");
    expect(made).toEqual({
      ok: false,
      error: {
        code: "look-around",
        at: 0,
        message: "(?= looks around, which RE2 does not have; use another matcher, such as one with !~",
      },
    });
  });

  it("takes what is just not too much", () => {
    expect(matches("a{1000}", "a".repeat(1000))).toBe(true);
    expect(matches("(?:.{40}){50}", "a".repeat(2_000))).toBe(true);
    expect(matches("a".repeat(4_096), "a".repeat(4_096))).toBe(true);
    expect(matches(`${"(".repeat(100)}a${")".repeat(100)}`, "a")).toBe(true);
  });

  it("lists the values of a choice of words, and none of one that is too large or open", () => {
    const listed = (pattern: string): unknown => {
      const made = valuePattern(pattern);
      return made.ok ? made.value.literals : made.error;
    };
    expect(listed("^(web|api)-[12]$")).toEqual(["web-1", "web-2", "api-1", "api-2"]);
    expect(listed("a|b|a")).toEqual(["a", "b"]);
    expect(listed("aa|bb|aa")).toEqual(["aa", "bb"]);
    expect(listed("[a-z0-5][a-z0-5]")).toHaveLength(1_024);
    expect(listed("[a-z0-5][a-z0-6]")).toBeUndefined();
    expect(listed("[\\x{100}-\\x{4ff}]")).toHaveLength(1_024);
    expect(listed("[\\x{100}-\\x{500}]")).toBeUndefined();
    expect(listed("[a-z0-5][a-z0-5]|aaa")).toBeUndefined();
    expect(listed("web.*")).toBeUndefined();
    expect(listed("a*")).toBeUndefined();
    expect(listed("aa|b+")).toBeUndefined();
    expect(listed("\\bweb")).toBeUndefined();
  });

  it("costs time in proportion to the value where a backtracking engine would not end", () => {
    expect(matches("(a+)+b", "a".repeat(5_000))).toBe(false);
    expect(matches("(a|aa)+b", `${"a".repeat(4_000)}b`)).toBe(true);
    expect(matches("(a?){50}a{50}", "a".repeat(50))).toBe(true);
    expect(matches(".*.*.*=.*", "x".repeat(4_000))).toBe(false);
  });

  it("knows what every value begins with", () => {
    const prefix = (source: string) => {
      const parsed = parsePattern(source);
      return parsed.ok ? prefixOf(parsed.value) : parsed.error;
    };
    expect(["web-.*x", "w", "(?:a|b)c", "[ab]c", "a[^b]", "ab*", ".*", "ab|ac", "(?i)a"].map(prefix)).toEqual([
      "web-",
      "w",
      "",
      "",
      "a",
      "a",
      "",
      "",
      "",
    ]);
    expect([matches("web-.+", "web-1"), matches("web-.+", "wex-1"), matches("(?:w(a|b)+)+x", "ax")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("judges long values as it does short ones", () => {
    const long = "x".repeat(300);
    expect([matches("x+", long), matches("x+", `${long}y`), matches("x{0,10}", long)]).toEqual([true, false, false]);
    expect([matches("x+", "x".repeat(256)), matches("x+", "x".repeat(257))]).toEqual([true, true]);
  });
});

// Patterns that both engines and JavaScript's own read alike.
const pattern = fc.letrec<{ node: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "\\b", "\\B", "^", "$"),
    tie("node").map((inside) => `(?:${inside})`),
  ),
  node: fc.oneof(
    { maxDepth: 4 },
    tie("atom"),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => a + b),
    fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}"))
      .map(([inside, repeat]) => `(?:${inside})${repeat}`),
  ),
})).node;
const value = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", "-", "\n"), maxLength: 8 });

describe("both ways of asking a pattern", () => {
  it("agree with JavaScript's own engine wherever that means the same", () => {
    fc.assert(
      fc.property(pattern, fc.array(value, { maxLength: 6 }), (source, values) => {
        const parsed = parsePattern(source);
        if (!parsed.ok) throw new Error(parsed.error.message);
        const made = valuePattern(source);
        fc.pre(made.ok);
        if (!made.ok) return;
        const program = patternProgram(parsed.value);
        const own = new RegExp(`^(?:${source})$`, "u");
        const written = new RegExp(`^(?:${mapNodeToRegExp(parsed.value)})$`, "u");
        for (const text of values) {
          const expected = own.test(text);
          expect([source, text, runProgram(program, text)]).toEqual([source, text, expected]);
          expect([source, text, written.test(text)]).toEqual([source, text, expected]);
          expect([source, text, made.value.matches(text)]).toEqual([source, text, expected]);
          expect(made.value.literals?.includes(text) ?? expected).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the cost of a pattern", () => {
  const node = (source: string) => {
    const parsed = parsePattern(source);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  };
  it.each([
    ["ab", 2, 1],
    ["aa|bb", 9, 2],
    ["a*", 3, 11],
    ["(?:ab)*", 4, Infinity],
    ["a{3}", 3, 1],
    ["a{2,}", 5, 11],
    ["a?", 2, 2],
    ["(?:aa|bb){1,3}", 29, 14],
    ["\\b", 1, 1],
  ])("%s takes %d steps and %d ways", (source, steps, ways) => {
    expect([stepsOf(node(source)), waysThrough(node(source), 10)]).toEqual([steps, ways]);
  });
  it("is known before the program is made", () => {
    fc.assert(
      fc.property(pattern, (source) => {
        expect(patternProgram(node(source))).toHaveLength(stepsOf(node(source)) + 1);
      }),
    );
  });
  it("knows no literals of what is open", () => {
    expect(literalsOf(node("a.*"))).toBeUndefined();
  });
});

describe("sets of characters", () => {
  it("are joined where they touch or overlap, and their complement is everything else", () => {
    expect(
      characterSet([
        [5, 9],
        [1, 2],
        [3, 3],
        [7, 12],
        [8, 9],
      ]),
    ).toEqual([
      [1, 3],
      [5, 12],
    ]);
    expect(
      complement([
        [0, 4],
        [6, 0x10ffff],
      ]),
    ).toEqual([[5, 5]]);
    expect(complement([])).toEqual([[0, 0x10ffff]]);
    expect(complement([[3, 0x10fffe]])).toEqual([
      [0, 2],
      [0x10ffff, 0x10ffff],
    ]);
  });
  it.each([
    ["alnum", /[a-zA-Z0-9]/],
    ["alpha", /[a-zA-Z]/],
    ["ascii", /[^\u0080-\uffff]/],
    ["blank", /[\t ]/],
    ["cntrl", /[^ -~\u0080-\uffff]/],
    ["digit", /[0-9]/],
    ["graph", /[!-~]/],
    ["lower", /[a-z]/],
    ["print", /[ -~]/],
    ["punct", /[!-/:-@[-`{-~]/],
    ["space", /[\t\n\v\f\r ]/],
    ["upper", /[A-Z]/],
    ["word", /[a-zA-Z0-9_]/],
    ["xdigit", /[0-9a-fA-F]/],
  ])("[:%s:] is what RE2 says it is", (name, expected) => {
    for (let code = 0; code < 0x100; code += 1) {
      expect([code, contains(NAMED_CLASSES.get(name) ?? [], code)]).toEqual([
        code,
        expected.test(String.fromCharCode(code)),
      ]);
    }
  });
});
