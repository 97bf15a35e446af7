import { gate, type Proof } from "../proof.ts";

const fence = "```";
const block = (info: string, text: string) => `${fence}${info}\n${text}\n${fence}\n\n`;
const passing = 'import { expect, test } from "vitest";\ntest("holds", () => expect(1).toBe(1));\n';
const runTests = (...args: string[]): readonly [string, ...string[]] => [
  "node",
  "tools/src/test.mjs",
  "--no-build",
  "packages",
  ...args,
];

/** The runner's last line and exit code, whatever goes wrong. */
export const testRunnerProof: Proof = {
  gate: "test",
  tree: "small",
  steps: [
    { command: runTests(), must: "fail", says: ["No test ran"], lastLine: "0 passed, 1 failed" },
    {
      plants: {
        "packages/planted/a.test.ts":
          'import { expect, test } from "vitest";\ntest("breaks", () => expect(1).toBe(2));\n',
      },
      command: runTests(),
      must: "fail",
      says: ["breaks"],
      lastLine: "0 passed, 1 failed",
    },
    {
      plants: { "packages/planted/a.test.ts": passing },
      command: runTests(),
      must: "pass",
      says: [],
      lastLine: "1 passed, 0 failed",
    },
    {
      plants: {
        "packages/planted/b.test.ts": 'import "./not-there.js";\n',
        "packages/planted/c.test.ts":
          'import { test } from "vitest";\ntest("needs a ship", (context) => context.skip("no ship in this harbour"));\n',
        "packages/planted/d.test.ts":
          'import { beforeAll, describe, test } from "vitest";\ndescribe("harbour", () => {\n  beforeAll(() => {\n    throw new Error("closed");\n  });\n  test("enters", () => {});\n});\n',
      },
      command: runTests(),
      must: "fail",
      says: ["not-there.js", "needs a ship (no ship in this harbour)", "closed"],
      lastLine: "1 passed, 2 failed, 2 skipped",
    },
    {
      plants: {
        "packages/planted/b.test.ts": passing,
        "packages/planted/d.test.ts":
          'import { test } from "vitest";\ntest("dies", async () => {\n  process.kill(process.pid, "SIGKILL");\n  await new Promise(() => {});\n});\n',
      },
      command: runTests("--strict"),
      must: "fail",
      says: ["--strict: "],
    },
    {
      plants: {
        "packages/planted/c.test.ts": passing,
        "packages/planted/d.test.ts":
          'import { test } from "vitest";\ntest("leaves a rejection behind", () => {\n  void Promise.reject(new Error("left behind"));\n});\n',
      },
      command: runTests(),
      must: "fail",
      says: ["left behind"],
      lastLine: "4 passed, 1 failed",
    },
  ],
};

/** Core's coverage: a branch that no test takes, and a file that no test loads. */
export const coverageProof: Proof = {
  gate: "coverage:core",
  tree: "small",
  steps: [
    { command: gate("core-coverage"), must: "fail", says: ["no test below packages/core/src"] },
    {
      plants: {
        "packages/core/src/size.ts": 'export const size = (grams: number) => (grams > 1 ? "large" : "small");\n',
        "packages/core/src/size.test.ts":
          'import { expect, test } from "vitest";\nimport { size } from "./size.js";\ntest("large", () => expect(size(2)).toBe("large"));\n',
      },
      command: gate("core-coverage"),
      must: "fail",
      says: ["Coverage for branches", "size.ts"],
    },
    {
      plants: {
        "packages/core/src/size.ts": 'export const size = () => "large";\n',
        "packages/core/src/size.test.ts": (before) => before.replace("size(2)", "size()"),
      },
      command: gate("core-coverage"),
      must: "pass",
      says: [],
    },
    {
      plants: { "packages/core/src/never-loaded.ts": "export const never = () => 1;\n" },
      command: gate("core-coverage"),
      must: "fail",
      says: ["never-loaded.ts", "Coverage for functions"],
    },
  ],
};

const validatingCommandLine = `import { readFileSync } from "node:fs";
if (readFileSync(process.argv[3], "utf8").includes("wrong")) { console.error("the configuration is wrong"); process.exit(2); }
`;

/** Documentation whose code does not do what it promises. */
export const docsProof: Proof = {
  gate: "docs:check",
  tree: "small",
  steps: [
    {
      plants: {
        "README.md": "nothing\n",
        "CONTRIBUTING.md": "nothing\n",
        "packages/core/package.json": '{ "name": "@plimsoll/core" }',
      },
      command: gate("docs-check"),
      must: "fail",
      says: ["nothing was checked"],
    },
    {
      plants: {
        "apps/cli/package.json": '{ "name": "@plimsoll/cli", "type": "module" }',
        "apps/cli/bin/plimsoll.js": validatingCommandLine,
        "docs/good.md":
          block("ts run", 'console.log("fine");') +
          block("text output", "fine") +
          block("yaml config", "slos: []") +
          block("sh run", "test -d .") +
          block("ts part", "nowhere.declared();") +
          block("yaml part", "sli: {}") +
          block("sh shown", "false") +
          block("json", "{}"),
      },
      command: gate("docs-check"),
      must: "pass",
      says: ["2 blocks run, 1 validated, 0 compiled, 3 parsed, 1 of other languages"],
    },
    {
      plants: {
        "docs/throws.md": block("ts run", 'throw new Error("planted");'),
        "docs/types.md": block("ts check", 'const weight: number = "heavy";'),
        "docs/yaml.md": block("yaml config", "wrong: 1"),
        "docs/shell.md": block("sh run", "false"),
        "docs/prints.md": block("ts run", 'console.log("one");') + block("text output", "two"),
        "docs/imports.md": block("ts run", 'import "not-anywhere";'),
        "docs/unmarked.md":
          block("ts", "let a = 1;") + block("yaml", "a: 1") + block("sh", "true") + block("ts rnu", "let a = 1;"),
        "docs/spelled.md": block("typescript", "let a = 1;") + block("bash", "true") + block("", "words"),
        "docs/parts.md":
          block("ts part", "let a = 1;\nlet = ;") + block("yaml part", "a: 1\na: 2") + block("sh shown", "if true"),
      },
      command: gate("docs-check"),
      must: "fail",
      says: [
        "docs/throws.md:1",
        "docs/types.md:2: Type 'string' is not assignable to type 'number'",
        "docs/yaml.md:1",
        "the configuration is wrong",
        "docs/shell.md:1",
        "docs/prints.md:1: the block says it prints",
        'has "not-anywhere"',
        "docs/unmarked.md:1: a block of `ts` without a mark is checked by nobody",
        "docs/unmarked.md:5: a block of `yaml` without a mark is checked by nobody",
        "docs/unmarked.md:9: a block of `sh` without a mark is checked by nobody",
        "docs/unmarked.md:13: a block of `ts` without a mark is checked by nobody",
        "docs/spelled.md:1: write `ts` in the place of `typescript`",
        "docs/spelled.md:5: write `sh` in the place of `bash`",
        "docs/spelled.md:9: write `text` in the place of ``",
        "docs/parts.md:3: ",
        "docs/parts.md:8: Map keys must be unique",
        "docs/parts.md:11: bash cannot read the block",
      ],
    },
    {
      plants: { "docs/mark.md": block("yaml run", "a: 1") },
      command: gate("docs-check"),
      must: "fail",
      says: ["docs/mark.md:1: a block of `yaml` cannot be marked `run`"],
    },
    {
      plants: { "docs/mark.md": block("sh shown", "echo hi") + block("text output", "hi") },
      command: gate("docs-check"),
      must: "fail",
      says: ["docs/mark.md:5: this output follows no block that runs"],
    },
  ],
};

/** An example that breaks, and one that nothing checks. */
export const examplesProof: Proof = {
  gate: "examples",
  tree: "small",
  steps: [
    { command: gate("examples", "--no-build"), must: "fail", says: ["0 folders"] },
    {
      plants: {
        "examples/broken/package.json": '{ "name": "broken", "scripts": { "check": "echo it breaks; exit 3" } }',
        "examples/bare/notes.txt": "nothing\n",
      },
      command: gate("examples", "--no-build"),
      must: "fail",
      says: [
        "examples/broken: failed (code 3)",
        "it breaks",
        "examples/bare: failed",
        "nothing checks it",
        "2 folders, 2 failed",
      ],
    },
  ],
};

/** Tells where pnpm is, as npx does. */
const findsPnpm = `#!/bin/sh
echo "$PLANTED/pnpm"
`;

const standIn = `#!/bin/sh
case " $*" in
  *" test") echo "3 passed, 0 failed" ;;
  *" lint") echo "planted lint failure"; exit 1 ;;
esac
`;

/** One red gate makes the whole script red, does not hide the others, and leaves the tests' count on the last line. */
export const ciProof: Proof = {
  gate: ".ci/run",
  tree: "small",
  steps: [
    {
      plants: { "bin/npx": findsPnpm, "bin/pnpm": standIn },
      command: ["bash", "-c", 'PATH="$PLANTED:$PATH" bash .ci/run'],
      must: "fail",
      says: [
        "planted lint failure",
        "lint                 FAILED",
        "knip                 ok",
        "gates:prove          ok",
      ],
      lastLine: "3 passed, 0 failed",
    },
    {
      plants: { "bin/pnpm": standIn.replace('" lint"', '" examples"') },
      command: ["bash", "-c", 'PATH="$PLANTED:$PATH" bash .ci/run'],
      must: "fail",
      says: [
        "planted lint failure",
        "coverage:core        ok",
        "docs:check           ok",
        "examples             FAILED",
      ],
      lastLine: "3 passed, 0 failed",
    },
    {
      // A gate whose shell is ended, as a machine without memory ends it, says nothing any more.
      plants: {
        "bin/pnpm": standIn.replace(
          '" lint") echo "planted lint failure"; exit 1',
          '" coverage:core") kill -9 "$PPID"',
        ),
      },
      command: ["bash", "-c", 'PATH="$PLANTED:$PATH" bash .ci/run'],
      must: "fail",
      says: ["coverage:core        FAILED", "gates:prove          ok", "format:check         ok"],
      lastLine: "3 passed, 0 failed",
    },
    {
      plants: { "bin/pnpm": standIn.replace("; exit 1", "") },
      command: ["bash", "-c", 'PATH="$PLANTED:$PATH" bash .ci/run'],
      must: "pass",
      says: ["lint                 ok"],
      lastLine: "3 passed, 0 failed",
    },
    {
      plants: {
        "bin/pnpm": standIn
          .replace(
            'echo "3 passed, 0 failed"',
            'printf "failed: a.test.ts > adds\\n  found 4\\n2 passed, 1 failed\\n"; echo " ELIFECYCLE  Test failed."; exit 1',
          )
          .replace("; exit 1 ;;\nesac", " ;;\nesac"),
      },
      command: ["bash", "-c", 'PATH="$PLANTED:$PATH" bash .ci/run'],
      must: "fail",
      says: ["test                 FAILED", " s\nfailed: a.test.ts > adds\n  found 4\n2 passed"],
      lastLine: "2 passed, 1 failed",
    },
  ],
};
