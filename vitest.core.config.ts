import { join } from "node:path";
import { defineConfig } from "vitest/config";
import base from "./vitest.config.js";

// The sandbox links node_modules back to the checkout, so packages are found from here: else a test of the use cases would
// run on core as it is, and no mutant of it could be seen.
const packages = join(import.meta.dirname, "packages");

/**
 * What tells whether core is covered, and whether its mutants are found: its own tests and those of the simulated world. The
 * exhaustive crashes and the random schedules repeat what the others reach, for minutes; `pnpm test` runs them.
 */
export default defineConfig({
  ...base,
  resolve: {
    ...base.resolve,
    alias: [
      { find: /^@plimsoll\/(core|testkit|adapters-memory|simulation)$/, replacement: `${packages}/$1/src/index.ts` },
    ],
  },
  test: {
    ...base.test,
    projects: undefined,
    include: ["packages/{core,simulation}/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "packages/simulation/src/{crash,response*}.test.ts"],
  },
});
