import { describe, expect, test } from "vitest";
import { durationText, durationTextMs } from "./duration-text.js";
import { maybeSecretText, revealSecret, secretText } from "./secret-text.js";

describe("a duration in settings", () => {
  const schema = durationText("How often.", "15s");

  test("stays as it was written, and has its length", () => {
    expect(schema.parse("1h30m")).toBe("1h30m");
    expect(durationTextMs("1h30m")).toBe(5_400_000);
    expect(schema.meta()).toEqual({ description: "How often.", expected: "a duration such as `15s`" });
  });

  test.each([
    ["15 seconds", "Expected a duration such as `15s`: whole numbers with w, d, h, m, s or ms."],
    ["0s", "Expected a duration such as `15s`: whole numbers with w, d, h, m, s or ms."],
    [15, "Expected a duration such as `15s`."],
  ])("is not %j", (value, problem) => {
    expect(schema.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([problem]);
  });

  test("has no length when nobody checked it", () => {
    expect(() => durationTextMs("soon")).toThrow(new RangeError("`soon` is not a duration"));
  });
});

describe("a secret in settings", () => {
  const kept = { reveal: () => "sesame" };

  test("is plain or kept, and given up only when asked", () => {
    for (const schema of [secretText("Token."), maybeSecretText("Header.")]) {
      expect(schema.parse("plain")).toBe("plain");
      expect(schema.parse(kept)).toBe(kept);
    }
    expect([revealSecret("plain"), revealSecret(kept)]).toEqual(["plain", "sesame"]);
    expect(secretText("Token.").meta()).toEqual({ description: "Token.", secret: true });
    expect(maybeSecretText("Header.").meta()).toEqual({ description: "Header.", mayHoldSecret: true });
  });

  test.each([[null], [5], [{}], [{ reveal: "sesame" }], [{ unveil: () => "" }]])("is not %j", (value) => {
    expect(secretText("Token.").safeParse(value).error?.issues[0]?.message).toBe(
      "Expected a secret, written as `${env:NAME}` or `${file:PATH}`.",
    );
    expect(maybeSecretText("Header.").safeParse(value).error?.issues[0]?.message).toBe("Expected text.");
  });

  test("may be empty only where it may be no secret", () => {
    expect(secretText("Token.").safeParse("").success).toBe(false);
    expect(maybeSecretText("Header.").safeParse("").success).toBe(true);
  });
});
