import { describe, expect, it } from "vitest";
import type { Caller } from "./access.js";
import {
  causeOfRequest,
  idempotencyCause,
  idempotencyHeaders,
  idOfRequest,
  refuseReusedKey,
} from "./idempotency-key.js";

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

const asked = (key: string | undefined, body: unknown, params: unknown = { id: "INC-001" }) => ({
  caller: ann,
  headers: key === undefined ? {} : { "idempotency-key": key },
  body,
  params,
});
const note = (text: string, key = "k") => asked(key, { text });
const keyless = asked(undefined, { text: "one" });
const REUSED = 'The Idempotency-Key "k" was used for something else, and nothing was done.';

describe("the cause of a request with a key", () => {
  it("is the same for the same request, and tells what else was asked with the key", () => {
    const first = causeOfRequest(note("one"), "note");
    expect(first).toMatch(/^http\/token:ann\/k\/note\/[0-9a-f]{24}$/u);
    expect(causeOfRequest(note("one"), "note")).toBe(first);
    expect(causeOfRequest(note("two"), "note")).not.toBe(first);
    expect(causeOfRequest(asked("k", { text: "one" }, { id: "INC-002" }), "note")).not.toBe(first);
    expect(causeOfRequest(asked("k", null), "acknowledge")).toBe(causeOfRequest(asked("k", {}), "acknowledge"));
  });

  it("is one of its own without a key", () => {
    const [first, second] = [1, 2].map(() => causeOfRequest(keyless, "note"));
    expect(first).toMatch(/^http\/[0-9a-f-]{36}\/note$/u);
    expect(first).not.toBe(second);
  });

  it("is refused where the key was used for the same verb and something else, and not otherwise", () => {
    const cause = (text: string, verb = "note", key = "k") => causeOfRequest(note(text, key), verb);
    const check = (...handled: readonly string[]) => refuseReusedKey(note("two"), cause("two"), handled);
    expect(() => check(cause("one"))).toThrow(REUSED);
    expect(() => check(cause("two"), `${cause("one")}/roll-back`)).toThrow(REUSED);
    expect(() =>
      check(
        cause("two"),
        `${cause("two")}/roll-back`,
        cause("one", "mitigate"),
        cause("one", "note", "l"),
        cause("one", "x", "k/note"),
        "http/token:ann/k/note",
        "alert-1",
      ),
    ).not.toThrow();
    expect(() => refuseReusedKey(keyless, causeOfRequest(keyless, "note"), [cause("two")])).not.toThrow();
  });
});

describe("the id of what a request with a key makes", () => {
  it("is the same for the same request, and fit for an address", () => {
    const { id = "" } = idOfRequest(note("one"), []);
    expect(id).toMatch(/^[0-9a-f]{32}$/u);
    expect(idOfRequest(note("one"), [id, `${id}/1`])).toEqual({ id });
    expect(idOfRequest(note("one", "l"), [id])).not.toEqual({ id });
    expect(idOfRequest(keyless, [id])).toEqual({});
  });

  it("is refused where the key made something else", () => {
    const { id = "" } = idOfRequest(note("one"), []);
    expect(() => idOfRequest(note("two"), [id])).toThrow(REUSED);
    expect(() => idOfRequest(note("two"), ["another", `${id}/2`])).toThrow(REUSED);
  });
});
