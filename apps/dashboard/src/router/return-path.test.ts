import { expect, test } from "vitest";
import { returnPath } from "./return-path.js";

test("one comes back to where one was", () => {
  expect(returnPath("/incidents/INC-001")).toBe("/incidents/INC-001");
  expect(returnPath("/?q=pay")).toBe("/?q=pay");
  expect(returnPath("/")).toBe("/");
});

test.each([
  null,
  "",
  "incidents",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/a\\b",
  "/\t/evil.example",
  "/\n//evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/sign-in",
  "/sign-in/link",
])("nobody is sent to %j", (asked) => {
  expect(returnPath(asked)).toBe("/");
});
