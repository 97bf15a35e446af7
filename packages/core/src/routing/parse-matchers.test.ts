import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMatchers, formatMatchers, type LabelMatcher, matchesAll } from "./label-matcher.js";
import { parseMatcher, parseMatchers } from "./parse-matchers.js";

function read(text: string): readonly (readonly [string, string, string])[] {
  const parsed = parseMatchers(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value.map(({ name, operator, value }) => [name, operator, value]);
}

function refusal(text: string): unknown {
  const parsed = parseMatchers(text);
  return parsed.ok ? parsed.value : [parsed.error.column, parsed.error.message];
}

describe("matchers in Alertmanager's syntax", () => {
  it.each([
    ["", []],
    ["  ", []],
    ["{}", []],
    ["job=web", [["job", "=", "web"]]],
    ['{job="web"}', [["job", "=", "web"]]],
    ['{ job = "web" , }', [["job", "=", "web"]]],
    [
      "a=1,b!=2, c=~3 ,d!~4,",
      [
        ["a", "=", "1"],
        ["b", "!=", "2"],
        ["c", "=~", "3"],
        ["d", "!~", "4"],
      ],
    ],
    ['"host.name"=~"web|api"', [["host.name", "=~", "web|api"]]],
    ["Größe=große", [["Größe", "=", "große"]]],
    ["🙂=🙃", [["🙂", "=", "🙃"]]],
    ["job=~[a-z]+", [["job", "=~", "[a-z]+"]]],
    ['job=""', [["job", "=", ""]]],
    ['a="\\"\\\\\\n\\x41\\101\\u00e9\\U0001F642"', [["a", "=", '"\\\nAA\u00e9🙂']]],
    ['a="\\a\\b\\f\\r\\t\\v"', [["a", "=", "\x07\b\f\r\t\v"]]],
    ['a="{}!=~,"', [["a", "=", "{}!=~,"]]],
    ["a\u00a0=\u2003b", [["a", "=", "b"]]],
  ] as const)("%s", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ["job", [4, "column 4: found the end; expected one of =, !=, =~ and !~"]],
    ["job web", [5, 'column 5: found "web"; expected one of =, !=, =~ and !~']],
    ["job=", [5, 'column 5: found the end; expected a value; write "" for an empty one']],
    ["job=,a=b", [5, 'column 5: found ,; expected a value; write "" for an empty one']],
    ["=web", [1, "column 1: found =; expected the name of a label"]],
    ["{=~web}", [2, "column 2: found =~; expected the name of a label"]],
    ['""=web', [1, "column 1: the name of a label is empty"]],
    ["🙂=a b=c", [5, 'column 5: found "b"; expected a comma or the end']],
    ["{job=web", [9, "column 9: found the end; expected a } for the { at the beginning"]],
    ["job=web}", [8, "column 8: found }; expected no }, as there is no { before"]],
    ["}", [1, "column 1: found }; expected no }, as there is no { before"]],
    ["{job=web} ,", [11, "column 11: found ,; expected nothing after the }"]],
    ["a=b,,c=d", [5, "column 5: found ,; expected the name of a label"]],
    ["a={", [3, 'column 3: found {; expected a value; write "" for an empty one']],
    ["a=b!c", [4, 'column 4: found "!"; put text that holds it into double quotes']],
    ["a=b~c", [4, 'column 4: found "~"; put text that holds it into double quotes']],
    ["a='b'", [3, 'column 3: found "\'"; put text that holds it into double quotes']],
    ["a=\\d", [3, 'column 3: found "\\\\"; put text that holds it into double quotes']],
    ['a="b', [3, 'column 3: a " is never closed on its line']],
    ['a="b\n"', [3, 'column 3: a " is never closed on its line']],
    [
      'a="🙂\\d"',
      [
        5,
        "column 5: \\d is no escape here; write \\\\ for a backslash, or \\u and four hexadecimal digits for a character",
      ],
    ],
    [
      'a="\\x80\\d"',
      [
        4,
        "column 4: \\x80 is no escape here; write \\\\ for a backslash, or \\u and four hexadecimal digits for a character",
      ],
    ],
    ['job=~"a(b"', [8, "the pattern of job: a ( is never closed; write \\( for the character"]],
    ["job!~*", [6, "the pattern of job: * repeats nothing; write \\* for the character"]],
  ])("refuses %s and names the place", (text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });

  it.each(['a="\\ud800"', 'a="\\udfff"', 'a="\\U00110000"', 'a="\\400"', 'a="\\x"', 'a="\\1"'])(
    "refuses the escape in %s",
    (text) => {
      expect(refusal(text)).toEqual([4, expect.stringContaining("is no escape here")]);
    },
  );

  it.each(["\\x7f", "\\177", "\\ud7ff", "\\ue000", "\\U0010ffff"])("takes the escape %s", (text) => {
    expect(read(`a="${text}"`)).toHaveLength(1);
  });

  it("bounds how many there are and how long", () => {
    const many = Array.from({ length: 64 }, (_, index) => `l${index}=v`).join(",");
    expect(read(many)).toHaveLength(64);
    expect(parseMatchers(`${many},x=y`)).toEqual({
      ok: false,
      error: { code: "too-many-matchers", column: many.length + 2, message: "there are more than 64 matchers" },
    });
    expect(read(`a=${"b".repeat(16_382)}`)).toHaveLength(1);
    expect(refusal(`a=${"b".repeat(16_383)}`)).toEqual([
      1,
      "column 1: the matchers have 16385 characters; 16384 are the most",
    ]);
  });

  it("reads exactly one where one is asked for", () => {
    expect(parseMatcher("a=b")).toMatchObject({ ok: true, value: { name: "a", operator: "=", value: "b" } });
    expect(parseMatcher("a=b,c=d")).toMatchObject({
      error: { message: 'column 1: found 2 matchers where there must be one, such as job="web"' },
    });
    expect(parseMatcher("")).toMatchObject({ ok: false });
    expect(parseMatcher("a")).toMatchObject({ ok: false, error: { column: 2 } });
  });

  it("reads what it writes, whatever the names and values", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 12 });
    const matcher = fc.record<LabelMatcher>({
      name: text.filter((name) => name !== ""),
      operator: fc.constantFrom("=", "!="),
      value: text,
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 5 }), (matchers) => {
        expect(read(formatMatchers(matchers))).toEqual(
          matchers.map(({ name, operator, value }) => [name, operator, value]),
        );
      }),
    );
  });

  it("are written with quotes only where they are needed around a name", () => {
    expect(
      formatMatchers([
        { name: "job_1", operator: "=~", value: 'a"b' },
        { name: "1.x", operator: "!=", value: "" },
      ]),
    ).toBe('{job_1=~"a\\"b", "1.x"!=""}');
  });
});

describe("a matcher", () => {
  const holds = (text: string, labels: Record<string, string>): boolean => {
    const parsed = parseMatchers(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return matchesAll(parsed.value, labels);
  };
  it.each([
    ["a=b", { a: "b" }, true],
    ["a=b", { a: "bb" }, false],
    ["a=b", {}, false],
    ['a=""', {}, true],
    ["a!=b", {}, true],
    ["a!=b", { a: "b" }, false],
    ["a=~b.", { a: "bc" }, true],
    ["a=~b.", { a: "bcd" }, false],
    ["a=~.*", {}, true],
    ["a=~b|c", { a: "c" }, true],
    ["a!~b.", { a: "bc" }, false],
    ["a!~b.", {}, true],
    ["a!~.+", { a: "b" }, false],
    ["constructor=x", {}, false],
    ['toString=""', {}, true],
    ["a=b,c=d", { a: "b" }, false],
    ["", {}, true],
  ])("%s of %j is %s", (text, labels, expected) => {
    expect(holds(text, labels)).toBe(expected);
  });
  it("lists its values only where it takes no other", () => {
    const only = (text: string) => {
      const parsed = parseMatcher(text);
      return parsed.ok ? parsed.value.only : parsed.error;
    };
    expect([only("a=b"), only("a=~b|c"), only("a!=b"), only("a!~b|c"), only("a=~b.*")]).toEqual([
      ["b"],
      ["b", "c"],
      undefined,
      undefined,
      undefined,
    ]);
  });
  it("that can not be made is named among several", () => {
    const bad = { name: "b", operator: "=~", value: "(" } as const;
    expect(compileMatchers([{ name: "a", operator: "=", value: "1" }, bad])).toMatchObject({
      ok: false,
      error: { matcher: bad, problem: { code: "unbalanced-group", at: 0 } },
    });
    expect(compileMatchers([])).toEqual({ ok: true, value: [] });
  });
});
