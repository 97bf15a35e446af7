import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createReadyAnswers } from "./ready-answers.js";

const LONGEST_TEXT = 8 * 1024;

describe("an answer that is kept", () => {
  it("is written once for as long as it is written from the same object", () => {
    const ready = createReadyAnswers();
    const round = { at: "12:00" };
    const write = vi.fn(() => "{}");
    expect([ready.body("slos", round, write), ready.body("slos", round, write)]).toEqual(["{}", "{}"]);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it("is written anew from another object, though it says the same", () => {
    const ready = createReadyAnswers();
    ready.body("slos", { at: "12:00" }, () => "first");
    expect(ready.body("slos", { at: "12:00" }, () => "second")).toBe("second");
    expect(ready.bytes).toBe("second".length);
  });

  it("answers no other question", () => {
    const ready = createReadyAnswers();
    const round = {};
    ready.body("service a", round, () => "of a");
    expect(ready.body("service b", round, () => "of b")).toBe("of b");
    expect(ready.body("service a", round, () => "anew")).toBe("of a");
  });

  it("is text up to 8 KiB and bytes beyond", () => {
    const ready = createReadyAnswers();
    expect(ready.body("short", {}, () => "x".repeat(LONGEST_TEXT))).toBe("x".repeat(LONGEST_TEXT));
    expect(ready.body("long", {}, () => "é".repeat(LONGEST_TEXT + 1))).toEqual(
      Buffer.from("é".repeat(LONGEST_TEXT + 1)),
    );
  });
});

describe("what is kept of answers", () => {
  it.each([
    ["a plain text", "abc", 3],
    ["a text with a sign that needs two bytes", "ab×", 6],
    ["bytes", "é".repeat(LONGEST_TEXT + 1), 2 * (LONGEST_TEXT + 1)],
  ])("counts %s as what it takes", (_name, text, bytes) => {
    const ready = createReadyAnswers();
    ready.body("one", {}, () => text);
    expect(ready.bytes).toBe(bytes);
  });

  it("fills the most that may be kept, and drops the oldest for one byte more", () => {
    const ready = createReadyAnswers({ mostBytes: 6 });
    const round = {};
    const ask = (question: string): unknown => ready.body(question, round, () => `${question}..`.slice(0, 3));
    ask("a");
    ask("b");
    expect(ready.bytes).toBe(6);
    ready.body("c", round, () => "c");
    expect(ready.bytes).toBe(4);
    expect(ready.body("b", round, () => "anew")).toBe("b..");
    expect(ready.body("a", round, () => "new")).toBe("new");
  });

  it("leaves out an answer that alone is larger, and drops nothing for it", () => {
    const ready = createReadyAnswers({ mostBytes: 3 });
    const round = {};
    ready.body("small", round, () => "abc");
    expect(ready.body("large", round, () => "abcd")).toBe("abcd");
    expect(ready.bytes).toBe(3);
    expect(ready.body("small", round, () => "anew")).toBe("abc");
  });

  it("counts one that was written anew as the newest", () => {
    const ready = createReadyAnswers({ mostBytes: 2 });
    const round = {};
    ready.body("a", {}, () => "1");
    ready.body("b", round, () => "2");
    ready.body("a", round, () => "3");
    ready.body("c", round, () => "4");
    expect(ready.body("a", round, () => "anew")).toBe("3");
  });

  it("never takes more than the most, nor gives one question another's answer, whatever is asked in whatever order", () => {
    const question = fc.record({
      name: fc.integer({ min: 0, max: 9 }),
      round: fc.integer({ min: 0, max: 2 }),
      length: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(question, { maxLength: 80 }), fc.integer({ min: 0, max: 120 }), (asked, mostBytes) => {
        const ready = createReadyAnswers({ mostBytes });
        const rounds = [{}, {}, {}] as const;
        for (const { length, name, round } of asked) {
          const body = ready.body(`q${name}`, rounds[round] ?? {}, () => `q${name} r${round} ${"x".repeat(length)}`);
          expect(String(body).startsWith(`q${name} r${round} `)).toBe(true);
          expect(ready.bytes).toBeLessThanOrEqual(mostBytes);
          expect(ready.bytes).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
