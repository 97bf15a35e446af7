import { expect, test } from "vitest";
import { codeBlocks, missingMark } from "./code-block.ts";

const fence = "```";

test("a block promises what its mark says", () => {
  const text = [
    `${fence}ts run`,
    "one();",
    fence,
    `${fence}yaml config`,
    "a: 1",
    fence,
    `${fence}ts`,
    "two();",
    fence,
  ].join("\n");
  expect(codeBlocks("a.md", text)).toEqual([
    { file: "a.md", line: 1, language: "ts", promise: "runs", text: "one();\n" },
    { file: "a.md", line: 4, language: "yaml", promise: "validates", text: "a: 1\n" },
    { file: "a.md", line: 7, language: "ts", promise: "none", text: "two();\n" },
  ]);
});

test("the output block that follows belongs to its block", () => {
  const text = [`${fence}sh run`, "echo hi", fence, "prints", `${fence}text output`, "hi", fence].join("\n");
  expect(codeBlocks("a.md", text)).toMatchObject([{ promise: "runs", output: "hi\n" }]);
});

test("a fence inside a longer fence is text, and a list's indentation is not", () => {
  const text = ["  ````md", "  ```ts run", "  x", "  ```", "  ````"].join("\n");
  expect(codeBlocks("a.md", text)).toMatchObject([{ language: "md", promise: "none", text: "```ts run\nx\n```\n" }]);
});

test("a mark that means nothing for its language is refused by name and line", () => {
  expect(() => codeBlocks("a.md", `\n${fence}yaml run\na: 1\n${fence}`)).toThrow(
    "a.md:2: a block of `yaml` cannot be marked `run`",
  );
});

test("a part and what is shown only are parsed", () => {
  const text = ["ts part", "yaml part", "sh shown"].map((info) => `${fence}${info}\n${fence}\n`).join("");
  expect(codeBlocks("a.md", text).map(({ promise }) => promise)).toEqual(["parses", "parses", "parses"]);
});

test.each([
  ["ts", "a.md:1: a block of `ts` without a mark is checked by nobody: say `ts run`, `ts check`, `ts part`"],
  ["ts rnu", "a.md:1: a block of `ts` without a mark is checked by nobody: say `ts run`, `ts check`, `ts part`"],
  ["yaml", "a.md:1: a block of `yaml` without a mark is checked by nobody: say `yaml config`, `yaml part`"],
  ["sh", "a.md:1: a block of `sh` without a mark is checked by nobody: say `sh run`, `sh shown`"],
  ["typescript", "a.md:1: write `ts` in the place of `typescript`"],
  ["bash", "a.md:1: write `sh` in the place of `bash`"],
  ["", "a.md:1: write `text` in the place of ``"],
])("a block of `%s` is refused", (info, words) => {
  expect(codeBlocks("a.md", `${fence}${info}\nx\n${fence}`).map(missingMark)).toEqual([words]);
});

test.each(["ts run", "sh shown", "yaml part", "json", "text", "mermaid"])("a block of `%s` may stand", (info) => {
  expect(codeBlocks("a.md", `${fence}${info}\nx\n${fence}`).map(missingMark)).toEqual([undefined]);
});

test("an output that follows nothing that runs is refused", () => {
  const output = `${fence}text output\nhi\n${fence}`;
  const words = "this output follows no block that runs";
  expect(() => codeBlocks("a.md", output)).toThrow(`a.md:1: ${words}`);
  expect(() => codeBlocks("a.md", `${fence}sh shown\necho hi\n${fence}\n${output}`)).toThrow(`a.md:4: ${words}`);
});

test("a block that is not closed is refused", () => {
  expect(() => codeBlocks("a.md", `${fence}ts run\none();`)).toThrow("a.md:1: the block is not closed");
});
