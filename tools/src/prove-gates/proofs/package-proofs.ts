import { gate, type Plants, type Proof } from "../proof.ts";

interface Widget {
  readonly name: string;
  readonly folder?: "apps";
  readonly source: string;
  readonly compiled: string;
  readonly types: string;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A small package as if it were built. */
function widget({ name, folder, source, compiled, types, manifest }: Widget): Plants {
  const path = `${folder ?? "packages"}/${name}`;
  const exported = { types: "./dist/index.d.ts", default: "./dist/index.js" };
  return {
    [`${path}/package.json`]: JSON.stringify({
      name: `@plimsoll/${name}`,
      version: "0.0.0",
      license: "Apache-2.0",
      type: "module",
      exports: { ".": { "@plimsoll/source": "./src/index.ts", ...exported } },
      publishConfig: { exports: { ".": exported } },
      files: ["dist"],
      ...manifest,
    }),
    [`${path}/src/index.ts`]: source,
    [`${path}/dist/index.js`]: compiled,
    [`${path}/dist/index.d.ts`]: types,
  };
}

const sound = widget({
  name: "sound",
  source: "export const weigh = (grams: number): number => grams;\n",
  compiled: "export const weigh = (grams) => grams;\n",
  types: "/** Weighs. */\nexport declare const weigh: (grams: number) => number;\n",
});

/** A program that others may embed, and one that is files alone. */
const programs: Plants = {
  ...widget({
    name: "helm",
    folder: "apps",
    source: "export const steer = (degrees: number): void => void degrees;\n",
    compiled: "export const steer = () => {};\n",
    types: "/** Steers. */\nexport declare const steer: (degrees: number) => void;\n",
  }),
  "apps/chart/package.json": JSON.stringify({
    name: "@plimsoll/chart",
    version: "0.0.0",
    exports: { "./package.json": "./package.json" },
  }),
};

/** An API that changed without its report, of a library and of a program. */
export const apiProof: Proof = {
  gate: "api:check",
  tree: "small",
  steps: [
    {
      plants: { ...sound, ...programs },
      command: gate("api-reports", "--no-build"),
      must: "fail",
      says: [
        "@plimsoll/sound: the API differs from its report",
        "@plimsoll/helm: the API differs from its report",
        "commit apps/helm/api/helm.api.md",
      ],
    },
    { command: gate("api-reports", "--no-build", "--write"), must: "pass", says: ["2 packages, 0 differences"] },
    { command: gate("api-reports", "--no-build"), must: "pass", says: ["2 packages, 0 differences"] },
    {
      plants: {
        "packages/sound/dist/index.d.ts":
          "/** Weighs. */\nexport declare const weigh: (grams: number, scale: string) => number;\n",
        "apps/helm/dist/index.d.ts": "/** Steers. */\nexport declare const steer: (radians: number) => void;\n",
        "apps/chart/api/chart.api.md": "promised once\n",
      },
      command: gate("api-reports", "--no-build"),
      must: "fail",
      says: [
        "+ export const weigh: (grams: number, scale: string) => number;",
        "+ export const steer: (radians: number) => void;",
        "apps/chart/api/chart.api.md is the report of no entry",
        "Run `pnpm api`",
      ],
    },
    {
      plants: {
        "packages/sound/dist/index.d.ts":
          'export declare const weigh: (grams: Nowhere) => number;\nexport * from "./gone.js";\n',
      },
      command: gate("api-reports", "--no-build"),
      must: "fail",
      says: ["@plimsoll/sound: "],
    },
  ],
};

/** Packages that are wrong in what is packed, in their types, in what they export, and in what they need. */
export const packageProof: Proof = {
  gate: "package-check",
  tree: "small",
  steps: [
    {
      plants: {
        ...sound,
        ...widget({
          name: "unpacked",
          source: "export const lost = 1;\n",
          compiled: "export const lost = 1;\n",
          types: "export declare const lost: 1;\n",
          manifest: { files: ["README.md"] },
        }),
        ...widget({
          name: "mute",
          source: "export const said = 1;\n",
          compiled: "export const said = 1;\n",
          types: "export declare const said: 1;\n",
          manifest: { bin: { mute: "./dist/program.js" } },
        }),
        "packages/mute/dist/program.js":
          '#!/usr/bin/env node\nconsole.error("the planted program fails");\nprocess.exit(1);\n',
        ...widget({
          name: "masked",
          source: "export const common = 1;\n",
          compiled: "exports.common = 1;\n",
          types: 'export * from "./inner";\n',
        }),
        ...widget({
          name: "forgetful",
          source: "export const kept = 1;\nexport const forgotten = 2;\n",
          compiled: "export const kept = 1;\n",
          types: 'import type { Needed } from "not-brought";\nexport declare const kept: Needed;\n',
        }),
      },
      command: gate("package-check", "--no-build"),
      must: "fail",
      says: [
        "@plimsoll/unpacked: publint:",
        "@plimsoll/unpacked: attw:",
        "@plimsoll/masked: attw:",
        "@plimsoll/unpacked: cannot be imported",
        "@plimsoll/forgetful: forgotten is exported by the source and not by the package",
        "Cannot find module 'not-brought'",
        "@plimsoll/mute: mute --help ended with code 1",
        "the planted program fails",
        "examples/library is not there",
      ],
    },
    {
      plants: {
        "examples/library/src/main.ts":
          'import { weigh } from "@plimsoll/sound";\nif (weigh(2) !== 3) throw new Error("the planted example fails");\n',
      },
      command: gate("package-check", "--no-build"),
      must: "fail",
      says: ["examples/library/src/main.ts does not run on the packed packages", "the planted example fails"],
    },
  ],
};
