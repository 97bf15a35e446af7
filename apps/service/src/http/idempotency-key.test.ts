import { describe, expect, it } from "vitest";
import type { Caller } from "./access.js";
import { idempotencyCause, idempotencyHeaders } from "./idempotency-key.js";

const ann: Caller = { name: "ann", role: "responder", by: "token" };
const causeOf = (key: string | string[] | undefined, caller: Caller | undefined = ann) =>
  idempotencyCause({ headers: key === undefined ? {} : { "idempotency-key": key }, caller });

describe("an Idempotency-Key", () => {
  it("becomes the cause of its caller's command", () => {
    expect(causeOf("key-1")).toBe("http/token:ann/key-1");
  });

  it("that is absent leaves the request one of its own", () => {
    expect(causeOf(undefined)).toBeUndefined();
  });

  it("of one caller is never that of another, whatever their names are", () => {
    const keys = [
      causeOf("b/c", { ...ann, name: "a" }),
      causeOf("c", { ...ann, name: "a/b" }),
      causeOf("c", { ...ann, name: "a%2Fb" }),
      causeOf("c", { ...ann, name: "a/b", by: "session" }),
      causeOf("c", { ...ann, name: "a/b", by: "configuration" }),
      idempotencyCause({ headers: { "idempotency-key": "c" }, caller: undefined }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ["one character", "!"],
    ["128 characters", "~".repeat(128)],
  ])("of %s is taken", (_name, key) => {
    expect(causeOf(key)).toBe(`http/token:ann/${key}`);
    expect(idempotencyHeaders.safeParse({ "idempotency-key": key }).success).toBe(true);
  });

  it.each([
    ["no characters", ""],
    ["129 characters", "a".repeat(129)],
    ["a space in it", "a b"],
    ["two values", "a, b"],
    ["a control character", "a\u0001"],
    ["letters that no header may have", "ключ"],
  ])("with %s is refused by name, and not repeated", (_name, key) => {
    expect(() => causeOf(key)).toThrow(/^The Idempotency-Key is not one: send 1 to 128 visible/u);
    expect(idempotencyHeaders.safeParse({ "idempotency-key": key }).success).toBe(false);
  });

  it("given twice is refused", () => {
    expect(() => causeOf(["a", "b"])).toThrow("The Idempotency-Key is not one");
  });
});
