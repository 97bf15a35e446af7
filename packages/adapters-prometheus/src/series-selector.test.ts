import { describe, expect, it } from "vitest";
import { parseSeriesSelector } from "./series-selector.js";

function accepts(text: string, label: string, value: string): boolean {
  const parsed = parseSeriesSelector(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value.matchers.filter((matcher) => matcher.label === label).every(({ test }) => test(value));
}

describe("a series selector", () => {
  it.each([
    ['m{code="200"}', "200", true],
    ['m{code!="200"}', "200", false],
    ['m{code=~"5.."}', "503", true],
    ['m{code=~"5.."}', "1503", false],
    ['m{code=~"5..|429"}', "429", true],
    ['m{code=~"5..|429"}', "4290", false],
    ['m{code!~"5.."}', "503", false],
    ['m{code!~"5.."}', "50", true],
    ["m{code='a\\'b'}", "a'b", true],
    ["m{code=~`\\d+`}", "12", true],
    ['m{code=~"(?i)get"}', "GET", true],
    ['m{ code = "" , }', "", true],
  ])("%s holds %j against it: %s", (text, value, expected) => {
    expect(accepts(text, "code", value)).toBe(expected);
  });

  it("may give the name as a label", () => {
    expect(parseSeriesSelector('{__name__="m",a="b"}')).toMatchObject({
      ok: true,
      value: { name: "m", matchers: [{ label: "a" }] },
    });
  });

  it.each([
    ["", "needs the metric's name"],
    ["sum(m)", "only a selector"],
    ["m[5m]", "only a selector"],
    ["m{a}", "expected =, !=, =~ or !~ after `a`"],
    ["m{a=b}", "expected a quoted value for `a`"],
    ['m{a="b"', "expected `,` or `}` at the end"],
    ['m{a=~"("}', "not a regular expression"],
    ['m{__name__=~"x.*"}', "only be given once and by `=`"],
  ])("%j is refused with the place: %s", (text, words) => {
    expect(parseSeriesSelector(text)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });
});
