import { join } from "node:path";
import { mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

// What mutation testing runs: the tests that core's coverage counts, save the random courses, which take too long for each
// mutant. The sandbox links node_modules back to the checkout, so packages are found from here: else a test of the use-cases
// would run on core as it is, and no mutant of it could be seen.
const packages = join(import.meta.dirname, "packages");

export default mergeConfig(base, {
  resolve: {
    alias: [
      { find: /^@plimsoll\/(core|testkit|adapters-memory|simulation)$/, replacement: `${packages}/$1/src/index.ts` },
    ],
  },
  test: {
    include: ["packages/{core,simulation}/src/**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "packages/simulation/src/crash.test.ts",
      "packages/simulation/src/response*.test.ts",
    ],
    maxWorkers: 1,
  },
});
