import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Packages resolve to their sources, so that tests run without a build.
const conditions = ["@plimsoll/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,apps,examples,bench,tools}/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Limits that find what hangs. They are no statement on speed: a busy machine is not a failure.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // By itself it leaves one core to the machine, which is every second one of a small runner.
    maxWorkers: availableParallelism(),
  },
});
