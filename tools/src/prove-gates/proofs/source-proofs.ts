import { gate, type Proof } from "../proof.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `  total += ${index};\n`).join("");

/** Core compiles without Node and without a browser, tests beside it or not. */
export const coreCompilerProof: Proof = {
  gate: "core's compiler boundary",
  tree: "copy",
  steps: [
    {
      plants: {
        "packages/core/src/planted-violation.ts":
          'import { readFileSync } from "node:fs";\nexport const planted = () => [readFileSync, console, process, Buffer, setTimeout, fetch, performance, crypto];\n',
        "packages/core/src/planted-violation.test.ts": 'import { test } from "vitest";\ntest("nothing", () => {});\n',
      },
      command: ["tsc", "-p", "packages/core"],
      must: "fail",
      says: ["node:fs", "console", "process", "Buffer", "setTimeout", "fetch", "performance", "crypto"].map(
        (name) => `'${name}'`,
      ),
    },
  ],
};

/** What the linter has to find, in files of their own, so that only they are linted. */
const UNWELCOME = {
  "packages/core/src/planted-clock.ts":
    "export const now = () => [Date.now(), Math.random(), globalThis];\nexport const today = () => new Date();\n",
  "packages/core/src/planted-zone.ts":
    'import { DateTime } from "luxon";\n\nexport const now = () => DateTime.now();\n',
  "packages/core/src/planted-locale.ts":
    "export const zone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;\nexport const hour = (at: Date) => at.getHours();\nexport const words = (count: number) => count.toLocaleString();\nexport const order = (left: string, right: string) => left.localeCompare(right);\n",
  "packages/config/src/planted-types.ts":
    'export const anything = (value: any) => value!.inner;\nexport const later = (work: () => Promise<void>) => {\n  work();\n};\nexport const side = (kind: "left" | "right") => {\n  switch (kind) {\n    case "left":\n      return 1;\n  }\n  return 2;\n};\n',
  "packages/config/src/planted-words.ts": 'export default () => console.log("words");\n',
  "packages/config/src/planted-length.ts": `export const long = () => {\n  let total = 0;\n${lines(310)}  return total;\n};\n`,
  "packages/config/src/PlantedName.ts": "export const name = 1;\n",
  "packages/config/src/planted-focus.test.ts": 'import { test } from "vitest";\n\ntest.only("alone", () => {});\n',
};

/** One violation for the rules that the style stands on; type-aware ones among them. */
export const lintProof: Proof = {
  gate: "lint",
  tree: "copy",
  steps: [
    {
      plants: UNWELCOME,
      command: gate("lint", "--format=unix", ...Object.keys(UNWELCOME)),
      must: "fail",
      says: [
        "planted-clock.ts:1:27: 'Date.now' is restricted",
        "planted-clock.ts:2: Core has no ambient clock",
        "planted-clock.ts:1:39: 'Math.random' is restricted",
        "Core has no environment",
        "planted-zone.ts:3:26: 'DateTime.now' is restricted",
        "planted-locale.ts:1:31: Unexpected use of 'Intl'. Core has no ambient locale or time zone",
        "planted-locale.ts:2: Core has no ambient time zone",
        "planted-locale.ts:3: Core has no ambient locale",
        "planted-locale.ts:4: Core has no ambient locale",
        "no-explicit-any",
        "no-non-null-assertion",
        "no-floating-promises",
        "switch-exhaustiveness-check",
        "no-console",
        "no-default-export",
        "max-lines)",
        "max-lines-per-function",
        "filename-case",
        "no-focused-tests",
      ],
    },
    {
      // Types take most of the time, and say nothing of what is left out.
      plants: {
        ".oxlintrc.json": (before) =>
          before
            .replace('"**/dist/**"', '"**/dist/**", "packages/core/**"')
            .replace('"typeAware": true', '"typeAware": false'),
      },
      command: gate("lint"),
      must: "fail",
      says: ["see ignorePatterns in .oxlintrc.json"],
    },
  ],
};

/** A file that nobody formatted. */
export const formatProof: Proof = {
  gate: "format:check",
  tree: "copy",
  steps: [
    {
      plants: { "packages/core/src/planted-format.ts": "export const a={b:1,\nc : 'x'}\n" },
      command: ["oxfmt", "--check"],
      must: "fail",
      says: ["packages/core/src/planted-format.ts"],
    },
  ],
};

/** What nobody uses: a file, a dependency; and a dependency that nobody declared. */
export const knipProof: Proof = {
  gate: "knip",
  tree: "copy",
  steps: [
    {
      plants: {
        "packages/config/src/planted-unused.ts": "export const unused = 1;\n",
        "packages/config/src/index.ts": (before) => `${before}import "left-pad";\n`,
        "packages/config/package.json": (before) =>
          before.replace('"dependencies": {', '"dependencies": {\n    "fastify": "catalog:",'),
      },
      command: ["knip"],
      must: "fail",
      says: ["packages/config/src/planted-unused.ts", "left-pad", "fastify"],
    },
  ],
};
