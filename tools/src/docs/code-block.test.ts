import { expect, test } from "vitest";
import { codeBlocks } from "./code-block.ts";

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

test("a block that is not closed is refused", () => {
  expect(() => codeBlocks("a.md", `${fence}ts run\none();`)).toThrow("a.md:1: the block is not closed");
});
