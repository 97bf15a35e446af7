import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesAll } from "./label-matcher.js";
import { createMatcherIndex } from "./matcher-index.js";
import { parseMatchers } from "./parse-matchers.js";
import type { CompiledMatcher } from "./label-matcher.js";

function compiled(text: string): readonly CompiledMatcher[] {
  const parsed = parseMatchers(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const word = fc.constantFrom("x", "y", "z");
const name = fc.constantFrom("a", "b", "c");
const matcherText = fc.oneof(
  fc.tuple(name, fc.constantFrom("=", "!="), fc.option(word, { nil: "" })).map(([n, o, v]) => `${n}${o}"${v}"`),
  fc
    .tuple(
      name,
      fc.constantFrom("=~", "!~"),
      fc.constantFrom("x|y", "x?", ".*", ".+", "z|", "[xy]", "[^\\\\x00-\\\\x{10ffff}]"),
    )
    .map(([n, o, v]) => `${n}${o}"${v}"`),
);
const matchers = fc.array(matcherText, { maxLength: 3 }).map((texts) => texts.join(","));
const labels = fc.dictionary(name, word, { maxKeys: 3 });

describe("an index of matchers", () => {
  it("finds what asking each of them finds, in the order of adding, whatever was removed or replaced", () => {
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), id: fc.nat(8), text: matchers }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), id: fc.nat(8), text: fc.constant("") }) },
    );
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 25 }),
        fc.array(labels, { minLength: 1, maxLength: 6 }),
        (actions, alerts) => {
          const index = createMatcherIndex<number>();
          const plain = new Map<number, readonly CompiledMatcher[]>();
          for (const { do: what, id, text } of actions) {
            plain.delete(id);
            if (what === "remove") index.remove(String(id));
            else {
              plain.set(id, compiled(text));
              index.add(String(id), compiled(text), id);
            }
          }
          expect(index.size).toBe(plain.size);
          for (const alert of alerts) {
            const expected = [...plain].filter(([, all]) => matchesAll(all, alert)).map(([id]) => id);
            expect(index.matching(alert)).toEqual(expected);
            expect(index.matching(alert, (id) => id > 3)).toEqual(expected.filter((id) => id > 3));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("asks few of very many, by the label that tells them apart", () => {
    const index = createMatcherIndex<number>();
    let asked = 0;
    for (let id = 0; id < 1_000; id += 1) index.add(String(id), compiled(`team=shop,job="job-${id}"`), id);
    for (let id = 1_000; id < 2_000; id += 1) index.add(String(id), compiled(`team=shop,rack=~"rack-${id}.*"`), id);
    const counted = (): boolean => {
      asked += 1;
      return true;
    };
    expect(index.matching({ team: "shop", job: "job-7" }, counted)).toEqual([7]);
    // The thousand that name only their team as a value, and at most one or two that were first and had the choice.
    expect(asked).toBeLessThan(1_003);
    asked = 0;
    expect(index.matching({ team: "bar", job: "job-7" }, counted)).toEqual([]);
    expect(asked).toBeLessThan(3);
  });

  it("does not ask those that need a label which is not there", () => {
    const index = createMatcherIndex<number>();
    index.add("1", compiled("job=~web-.+"), 1);
    let asked = 0;
    const counted = (): boolean => (asked += 1) > 0;
    expect(index.matching({ team: "a" }, counted)).toEqual([]);
    expect(asked).toBe(0);
    expect(index.matching({ job: "web-1" }, counted)).toEqual([1]);
    expect(asked).toBe(1);
  });
});
