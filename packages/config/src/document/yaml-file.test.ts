import { describe, expect, it } from "vitest";
import { MAX_FILE_CHARACTERS, readYamlFile } from "./yaml-file.js";

describe("a place", () => {
  const file = readYamlFile("a.yaml", "a: 1\nb:\n  - { c: [x, yes] }\nd: &d { e: long text }\nf: *d\ng:\n  <<: *d\n");

  it.each([
    [["a"], "key", 1, 1, 1],
    [["a"], "value", 1, 4, 1],
    [["b", 0, "c", 1], "value", 3, 14, 3],
    [["f", "e"], "value", 4, 12, 9],
    [["g", "e"], "key", 4, 9, 1],
    [["b", 0, "absent"], "key", 3, 5, 15],
    [["nowhere", "at", "all"], "value", 1, 1, 1],
  ] as const)("of %j (%s) is line %i, column %i", (...[path, part, line, column, length]) => {
    expect(file.locate(path, part)).toEqual({ line, column, length });
  });
});

describe("a file that is no configuration", () => {
  it("is not read when it is huge", () => {
    expect(readYamlFile("a.yaml", "#".repeat(MAX_FILE_CHARACTERS + 1)).problems).toMatchObject([{ code: "too-large" }]);
  });

  it("is refused when it nests without end", () => {
    const { problems } = readYamlFile("a.yaml", `a: ${"[".repeat(3_000)}${"]".repeat(3_000)}`);
    expect(problems.length).toBeGreaterThan(0);
  });

  it("is refused when it is several", () => {
    expect(readYamlFile("a.yaml", "a: 1\n---\nb: 2\n").problems).toMatchObject([
      { code: "syntax", message: expect.stringContaining("more than one YAML document") },
    ]);
  });

  it("is refused when a key is a list", () => {
    expect(readYamlFile("a.yaml", "? [a, b]\n: 1\n").problems).toMatchObject([{ code: "wrong-type" }]);
  });

  it("cannot reach the prototype of anything", () => {
    const file = readYamlFile("a.yaml", "__proto__: { polluted: true }\n");
    expect(file.problems).toMatchObject([{ code: "unknown-key" }]);
    expect(Object.getPrototypeOf(file.value)).toBe(Object.prototype);
  });
});

it("reads a file with Windows line ends and a byte order mark", () => {
  const file = readYamlFile("a.yaml", "\ufeffa: 1\r\nb: two\r\n");
  expect(file.value).toEqual({ a: 1, b: "two" });
  expect(file.line(2)).toBe("b: two");
});
