import { gate, type Proof } from "../proof.ts";

const VIOLATION = "planted-violation";

/** One violation for each rule of .dependency-cruiser.cjs, planted all at once: each has to be named with the file it is in. */
export const boundariesProof: Proof = {
  gate: "boundaries",
  tree: "copy",
  steps: [
    {
      command: gate("boundaries"),
      must: "fail",
      plants: {
        [`packages/core/src/${VIOLATION}.ts`]:
          'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
        [`packages/core/src/planted-noun/${VIOLATION}.ts`]:
          'import type { Planted } from "../ports/planted-violation.js";\nexport type Noun = Planted;\n',
        [`packages/core/src/planted-noun/${VIOLATION}-verb.ts`]:
          'import { act } from "../use-cases/planted-violation.js";\nexport const noun = act;\n',
        [`packages/core/src/ports/${VIOLATION}.ts`]:
          'import type { act } from "../use-cases/planted-violation.js";\nimport { value } from "../planted-noun/value.js";\nexport type Planted = typeof act;\nexport const used = value;\n',
        "packages/core/src/planted-noun/value.ts": "export const value = 1;\n",
        [`packages/core/src/use-cases/${VIOLATION}.ts`]: "export const act = 1;\n",
        [`packages/adapters-probe/src/${VIOLATION}.ts`]:
          'export * as other from "../../adapters-memory/src/index.js";\n',
        [`packages/testkit/src/${VIOLATION}.ts`]: 'export * as config from "../../config/src/index.js";\n',
        [`packages/config/src/${VIOLATION}.ts`]:
          'export * as lab from "../../../apps/lab/src/index.js";\nexport * as tools from "../../../tools/src/progress.js";\n',
        [`apps/lab/src/${VIOLATION}.ts`]: 'export * as core from "../../../packages/core/src/index.js";\n',
        [`apps/cli/src/${VIOLATION}.ts`]:
          'export * as inner from "../../../packages/core/src/planted-noun/value.js";\nexport * as core from "@plimsoll/core";\n',
        [`packages/adapters-memory/src/${VIOLATION}.ts`]:
          'export * as testkit from "@plimsoll/testkit";\nimport { vi } from "vitest";\nexport const undeclared = vi;\n',
        [`packages/config/src/${VIOLATION}-left.ts`]:
          'import { right } from "./planted-violation-right.js";\nexport const left = () => right;\n',
        [`packages/config/src/${VIOLATION}-right.ts`]:
          'import { left } from "./planted-violation-left.js";\nexport const right = () => left;\n',
        [`packages/config/src/${VIOLATION}-nowhere.ts`]: 'export * as nothing from "@plimsoll/not-there";\n',
      },
      says: [
        `core-imports-only-zod-and-luxon: packages/core/src/${VIOLATION}.ts -> fs`,
        `domain-imports-no-ports-or-use-cases: packages/core/src/planted-noun/${VIOLATION}.ts -> packages/core/src/ports/${VIOLATION}.ts`,
        `domain-imports-no-ports-or-use-cases: packages/core/src/planted-noun/${VIOLATION}-verb.ts -> packages/core/src/use-cases/${VIOLATION}.ts`,
        `ports-import-no-use-cases: packages/core/src/ports/${VIOLATION}.ts`,
        `ports-import-types-only: packages/core/src/ports/${VIOLATION}.ts -> packages/core/src/planted-noun/value.ts`,
        `adapters-import-no-other-adapter: packages/adapters-probe/src/${VIOLATION}.ts -> packages/adapters-memory/src/index.ts`,
        `testkit-imports-only-core: packages/testkit/src/${VIOLATION}.ts -> packages/config/src/index.ts`,
        `packages-import-no-apps: packages/config/src/${VIOLATION}.ts -> apps/lab/src/index.ts`,
        `tools-only-from-tests: packages/config/src/${VIOLATION}.ts -> tools/src/progress.ts`,
        `lab-imports-no-plimsoll: apps/lab/src/${VIOLATION}.ts -> packages/core/src/index.ts`,
        `others-only-through-package-entries: apps/cli/src/${VIOLATION}.ts -> packages/core/src/planted-noun/value.ts`,
        `no-undeclared-dependencies: packages/adapters-memory/src/${VIOLATION}.ts`,
        `testkit-only-from-tests: packages/adapters-memory/src/${VIOLATION}.ts -> packages/testkit/src/index.ts`,
        `no-cycles: packages/config/src/${VIOLATION}-left.ts`,
        `not-unresolvable: packages/config/src/${VIOLATION}-nowhere.ts -> @plimsoll/not-there`,
      ],
    },
    {
      // A configuration that leaves a folder out must not look like a clean one.
      plants: {
        ".dependency-cruiser.cjs": (before) =>
          before.replace("doNotFollow:", 'exclude: { path: "^packages/config" },\n    doNotFollow:'),
      },
      command: gate("boundaries"),
      must: "fail",
      says: ["not looked at by dependency-cruiser: packages/config/src/index.ts"],
    },
  ],
};
