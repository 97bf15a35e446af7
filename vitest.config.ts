import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Packages resolve to their sources, so that tests run without a build.
const conditions = ["@plimsoll/source"];

const ROOMS = "{packages,apps,examples,bench,tools}";
/** Packages whose tests leave nothing behind, save those that start programs, servers or a browser. */
const TIDY = "adapters-memory|config|core|simulation|testkit|cli|dashboard|service";
const END_TO_END = `${ROOMS}/**/*.e2e.test.{ts,tsx}`;
const NO_TESTS = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Limits that find what hangs. They are no statement on speed: a busy machine is not a failure.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // By itself it leaves one core to the machine, which is every second one of a small runner. More than cores are no quicker.
    maxWorkers: availableParallelism(),
    projects: [
      {
        // A file has a process of its own.
        extends: true,
        test: {
          name: "apart",
          include: [`${ROOMS}/!(${TIDY})/**/*.test.{ts,tsx}`, END_TO_END],
          exclude: NO_TESTS,
        },
      },
      {
        // A worker runs many files, and what they import once: half of their time is saved.
        extends: true,
        test: {
          name: "together",
          pool: "threads",
          isolate: false,
          include: [`${ROOMS}/@(${TIDY})/**/*.test.{ts,tsx}`],
          exclude: [...NO_TESTS, END_TO_END],
        },
      },
    ],
  },
});
