import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelOf, type Labels } from "../alert/labels.js";
import { buildInhibitRules, createInhibitor, type InhibitRule } from "./inhibition.js";
import { matchesAll } from "./label-matcher.js";

function rules(...specs: Parameters<typeof buildInhibitRules>[0]): readonly InhibitRule[] {
  const built = buildInhibitRules(specs);
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}

const pages = {
  name: "page",
  sourceMatchers: ["severity=page"],
  targetMatchers: ["severity=ticket"],
  equal: ["job", "zone"],
};

describe("inhibition", () => {
  it("holds a target back while a source fires that has the same labels where they must be equal", () => {
    const inhibitor = createInhibitor(rules(pages));
    inhibitor.note({ key: "a", labels: { severity: "page", job: "web", x: "1" } });
    expect(inhibitor.inhibits({ severity: "ticket", job: "web", x: "2" }, 0)).toEqual({ rule: "page", sourceKey: "a" });
    expect(inhibitor.inhibits({ severity: "ticket", job: "db" }, 0)).toBeUndefined();
    expect(inhibitor.inhibits({ severity: "ticket", job: "web", zone: "b" }, 0)).toBeUndefined();
    expect(inhibitor.inhibits({ severity: "other", job: "web" }, 0)).toBeUndefined();
    inhibitor.forget("a");
    inhibitor.forget("unknown");
    expect(inhibitor.inhibits({ severity: "ticket", job: "web" }, 0)).toBeUndefined();
  });

  it("ends when the source does, and moves with its labels", () => {
    const inhibitor = createInhibitor(rules(pages));
    inhibitor.note({ key: "a", labels: { severity: "page", job: "web" }, endsAtMs: 100 });
    const target = { severity: "ticket", job: "web" };
    expect([inhibitor.inhibits(target, 99), inhibitor.inhibits(target, 100)]).toEqual([
      { rule: "page", sourceKey: "a" },
      undefined,
    ]);
    inhibitor.note({ key: "a", labels: { severity: "page", job: "db" } });
    expect(inhibitor.inhibits(target, 0)).toBeUndefined();
    expect(inhibitor.inhibits({ severity: "ticket", job: "db" }, 0)).toEqual({ rule: "page", sourceKey: "a" });
    inhibitor.note({ key: "a", labels: { severity: "ticket", job: "db" } });
    expect(inhibitor.inhibits({ severity: "ticket", job: "db" }, 0)).toBeUndefined();
  });

  it("does not let alerts that are both source and target silence each other", () => {
    const inhibitor = createInhibitor(rules({ sourceMatchers: ["a=~x.*"], targetMatchers: ["b=y"] }));
    inhibitor.note({ key: "both", labels: { a: "x", b: "y" } });
    expect(inhibitor.inhibits({ a: "x", b: "y" }, 0)).toBeUndefined();
    expect(inhibitor.inhibits({ b: "y" }, 0)).toEqual({ rule: "inhibition 1", sourceKey: "both" });
    inhibitor.note({ key: "source", labels: { a: "x2" } });
    expect(inhibitor.inhibits({ a: "x", b: "y" }, 0)).toEqual({ rule: "inhibition 1", sourceKey: "source" });
  });

  it("is what asking every rule about every alert says", () => {
    const name = fc.constantFrom("a", "b", "c");
    const matcher = fc
      .tuple(name, fc.constantFrom("=", "!="), fc.constantFrom("x", "y"))
      .map((parts) => parts.join(""));
    const spec = fc.record({
      sourceMatchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
      targetMatchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
      equal: fc.uniqueArray(name, { maxLength: 2 }),
    });
    const labels = fc.dictionary(name, fc.constantFrom("x", "y", "z"));
    const alert = fc.record({ key: fc.constantFrom("1", "2", "3", "4"), labels, endsAtMs: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(spec, { maxLength: 3 }),
        fc.array(alert, { maxLength: 8 }),
        labels,
        (specs, alerts, target) => {
          const all = rules(...specs);
          const inhibitor = createInhibitor(all);
          const standing = new Map<string, { labels: Labels; endsAtMs: number }>();
          for (const one of alerts) {
            inhibitor.note(one);
            standing.set(one.key, one);
          }
          const expected = all.find(
            (rule) =>
              matchesAll(rule.target, target) &&
              [...standing.values()].some(
                (source) =>
                  source.endsAtMs > 1 &&
                  matchesAll(rule.source, source.labels) &&
                  rule.equal.every((label) => labelOf(source.labels, label) === labelOf(target, label)) &&
                  !(matchesAll(rule.source, target) && matchesAll(rule.target, source.labels)),
              ),
          );
          expect(inhibitor.inhibits(target, 1)?.rule).toBe(expected?.name);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("names what is wrong with a rule", () => {
    const built = buildInhibitRules([
      { sourceMatchers: ["a"], targetMatchers: [] },
      { sourceMatchers: ["a=b", "=c"], targetMatchers: ["a=b"] },
    ]);
    expect(built.ok ? [] : built.error).toEqual([
      { path: "0.sourceMatchers.0", message: "column 2: found the end; expected one of =, !=, =~ and !~" },
      {
        path: "0.targetMatchers",
        message: "there are no matchers, so that every alert would match; give at least one",
      },
      { path: "1.sourceMatchers.1", message: "column 1: found =; expected the name of a label" },
    ]);
  });
});
