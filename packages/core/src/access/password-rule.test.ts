import { describe, expect, it } from "vitest";
import { checkPassword } from "./password-rule.js";

const refused = (message: string) => ({ ok: false, error: { code: "weak-password", message } });

describe("a password", () => {
  it("has 12 to 256 characters", () => {
    expect(checkPassword("abcdefghijkl", "ann")).toEqual({ ok: true, value: undefined });
    expect(checkPassword("abcdefghijk", "ann")).toEqual(
      refused("A password has 12 to 256 characters; this one has 11."),
    );
    expect(checkPassword("abcdefgh".repeat(32), "ann").ok).toBe(true);
    expect(checkPassword(`${"abcdefgh".repeat(32)}i`, "ann")).toEqual(
      refused("A password has 12 to 256 characters; this one has 257."),
    );
  });

  it("has five different characters", () => {
    expect(checkPassword("abcdabcdabcd", "ann")).toEqual(refused("A password has at least 5 different characters."));
    expect(checkPassword("abcdeabcdeabcde", "ann").ok).toBe(true);
  });

  it("is more than the user's name", () => {
    const message = "A password is more than the user's name.";
    expect(checkPassword("AnnaLee-AnnaLee", "annalee")).toEqual(refused(message));
    expect(checkPassword("annalee12345", "annalee")).toEqual(refused(message));
    expect(checkPassword("annalee123456", "annalee").ok).toBe(true);
  });
});
