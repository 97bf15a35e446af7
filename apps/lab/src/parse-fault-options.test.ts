import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFaultOptions, parseInstance, parseMilliseconds, parsePercent } from "./parse-fault-options.js";

const messageOf = (result: ReturnType<typeof parseFaultOptions>): string => (result.ok ? "" : result.error.message);

describe("a share in per cent", () => {
  it("reads every whole per cent as its hundredth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
        expect(parsePercent(`${percent}%`)).toEqual({ ok: true, value: percent / 100 });
      }),
    );
  });

  it("reads fractions and a space before the sign", () => {
    expect(parsePercent("0.5 %")).toEqual({ ok: true, value: 0.005 });
  });

  it.each(["40", "0.4", "", "%", "-4%", "4e1%", "40%%", "NaN%"])("refuses %j and shows how to write it", (text) => {
    const result = parsePercent(text);
    expect(result).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    expect(!result.ok && result.error.message).toContain(`"${text}"`);
    expect(!result.ok && result.error.message).toContain("40%");
  });

  it.each(["0%", "100.1%", "400%"])("refuses %j as out of range", (text) => {
    const result = parsePercent(text);
    expect(!result.ok && result.error.message).toContain("out of range");
  });
});

describe("a length of time", () => {
  it.each([
    ["800ms", 800],
    ["1.5s", 1_500],
    ["60s", 60_000],
    ["1ms", 1],
  ])("reads %s as %d ms", (text, expected) => {
    expect(parseMilliseconds(text)).toEqual({ ok: true, value: expected });
  });

  it.each(["800", "ms", "1m", "0ms", "0.1ms", "61s", "-5ms"])("refuses %j", (text) => {
    expect(parseMilliseconds(text).ok).toBe(false);
  });
});

describe("an instance", () => {
  it("is a number from 1 or all", () => {
    expect(parseInstance("2")).toEqual({ ok: true, value: 2 });
    expect(parseInstance("all")).toEqual({ ok: true, value: "all" });
    expect([parseInstance("0").ok, parseInstance("-1").ok, parseInstance("two").ok]).toEqual([false, false, false]);
  });
});

describe("the flags of lab break", () => {
  it("become faults, several at once", () => {
    expect(parseFaultOptions({ errors: "40%", latency: "800ms", share: "50%", crash: true })).toEqual({
      ok: true,
      value: [{ kind: "errors", ratio: 0.4 }, { kind: "latency", addedMs: 800, ratio: 0.5 }, { kind: "crash" }],
    });
  });

  it("delay every request when no share is said", () => {
    expect(parseFaultOptions({ latency: "1s" })).toEqual({
      ok: true,
      value: [{ kind: "latency", addedMs: 1_000, ratio: 1 }],
    });
  });

  it("name the flag that is wrong", () => {
    expect(messageOf(parseFaultOptions({ errors: "4" }))).toMatch(/^--errors: "4"/);
    expect(messageOf(parseFaultOptions({ latency: "4" }))).toMatch(/^--latency: "4"/);
    expect(messageOf(parseFaultOptions({ latency: "4s", share: "x" }))).toMatch(/^--share: "x"/);
  });

  it("must say something to break, and a share only with a latency", () => {
    expect(messageOf(parseFaultOptions({}))).toContain("--errors 40%");
    expect(messageOf(parseFaultOptions({ errors: "4%", share: "50%" }))).toContain("Add --latency");
  });
});
