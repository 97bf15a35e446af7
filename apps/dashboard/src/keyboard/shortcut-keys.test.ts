import { expect, test } from "vitest";
import { createKeyReader } from "./shortcut-keys.js";

test("reads single keys and pairs", () => {
  const read = createKeyReader();
  expect(["/", "?", "g", "i", "g", "g", "g", "o", "x"].map((key, index) => read(key, index * 100))).toEqual([
    "filter",
    "help",
    undefined,
    "incidents",
    undefined,
    "gate",
    undefined,
    "overview",
    undefined,
  ]);
});

test("forgets the first key of a pair after a while", () => {
  const read = createKeyReader();
  read("g", 0);
  expect(read("i", 2000)).toBeUndefined();
});

test("a wrong second key still counts for itself", () => {
  const read = createKeyReader();
  read("g", 0);
  expect(read("/", 100)).toBe("filter");
});
