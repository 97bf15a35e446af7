// The hexagon as rules. `tools/src/prove-gates` plants one violation for each and expects its name.
// Compiled code is not followed, and never excluded: excluding it drops the edges between packages without a word.
const { existsSync, readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

const TEST = "(\\.(test|fixture|test-support)\\.tsx?$|/test/|/testing/)";

/** The files that packages name as their entries, as patterns: the only ones that others may import. */
function entryPatterns() {
  return ["packages", "apps"].flatMap((folder) => {
    const names = existsSync(join(__dirname, folder)) ? readdirSync(join(__dirname, folder)) : [];
    return names
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(__dirname, path, "package.json")))
      .flatMap((path) => {
        const manifest = JSON.parse(readFileSync(join(__dirname, path, "package.json"), "utf8"));
        const sources = Object.values(manifest.exports ?? {}).map((entry) => entry["@plimsoll/source"]);
        return sources.filter((source) => typeof source === "string").map((source) => `^${join(path, source)}$`);
      });
  });
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "core-imports-only-zod-and-luxon",
      comment: "Core is pure: the same inputs give the same outputs, on any runtime.",
      severity: "error",
      from: { path: "^packages/core/src/", pathNot: TEST },
      to: { pathNot: ["^packages/core/src/", "(^|/)node_modules/(zod|luxon|@types/luxon)/"] },
    },
    {
      name: "domain-imports-no-ports-or-use-cases",
      comment: "The domain knows nothing of who calls it or what it is stored in.",
      severity: "error",
      from: { path: "^packages/core/src/[^/]+/", pathNot: ["^packages/core/src/(ports|use-cases)/", TEST] },
      to: { path: "^packages/core/src/(ports|use-cases)/" },
    },
    {
      name: "ports-import-no-use-cases",
      severity: "error",
      from: { path: "^packages/core/src/ports/", pathNot: TEST },
      to: { path: "^packages/core/src/use-cases/" },
    },
    {
      name: "ports-import-types-only",
      comment: "A port is a promise, not code: what it takes from the domain are types.",
      severity: "error",
      from: { path: "^packages/core/src/ports/", pathNot: TEST },
      to: { pathNot: "^packages/core/src/ports/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "adapters-import-no-other-adapter",
      severity: "error",
      from: { path: "^packages/(adapters-[^/]+)/src/", pathNot: TEST },
      to: { path: "^packages/adapters-", pathNot: "^packages/$1/" },
    },
    {
      name: "testkit-imports-only-core",
      severity: "error",
      from: { path: "^packages/testkit/src/", pathNot: TEST },
      to: { path: "^(packages|apps|examples|bench|tools)/", pathNot: "^packages/(testkit|core)/" },
    },
    {
      name: "testkit-only-from-tests",
      severity: "error",
      from: { path: "^(packages|apps)/(?!testkit/|simulation/)[^/]+/src/", pathNot: TEST },
      to: { path: "^packages/testkit/" },
    },
    {
      name: "packages-import-no-apps",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(apps|examples|bench)/" },
    },
    {
      name: "lab-imports-no-plimsoll",
      comment:
        "The lab is what Plimsoll is used on. It must not know who watches it; its adapter is a user's own, and lies beside it.",
      severity: "error",
      from: { path: "^apps/lab/", pathNot: "^apps/lab/src/adapter/" },
      to: { path: "^(packages/|apps/(?!lab/)|examples/|bench/)" },
    },
    {
      name: "others-only-through-package-entries",
      comment: "Benchmarks may look inside: they compare layouts that no package exports.",
      severity: "error",
      from: { path: "^(packages|apps|examples)/([^/]+)/" },
      to: { path: "^(packages|apps)/", pathNot: ["^$1/$2/", ...entryPatterns()] },
    },
    {
      name: "tools-only-from-tests",
      comment: "An example's check.ts is its test.",
      severity: "error",
      from: { path: "^(packages|apps|examples)/", pathNot: [TEST, "^examples/[^/]+/check\\.ts$"] },
      to: { path: "^tools/" },
    },
    {
      name: "no-undeclared-dependencies",
      comment:
        "What is published must name what it needs. The dashboard is bundled, so its libraries are devDependencies.",
      severity: "error",
      from: {
        path: "^(packages|apps|examples|tools)/",
        pathNot: [TEST, "^apps/dashboard/", "\\.config\\.ts$", "^tools/"],
      },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["type-only"],
        pathNot: "node_modules/@types/",
      },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "not-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "(^|/)dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@plimsoll/source", "import", "node", "types", "default"],
      mainFields: ["module", "main", "types"],
    },
    skipAnalysisNotInRules: false,
  },
};
