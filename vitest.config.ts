import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Packages resolve to their sources, so that tests run without a build.
const conditions = ["@plimsoll/source"];

const ROOMS = "{packages,apps,examples,bench,tools}";
/** Packages whose tests leave nothing behind, save those that run a whole service, or a browser. */
const TIDY = "adapters-*|config|core|simulation|testkit|cli|dashboard|service";
const END_TO_END = `${ROOMS}/**/*.e2e.test.{ts,tsx}`;
const NO_TESTS = ["**/node_modules/**", "**/dist/**"];

/** Where nothing is known of earlier runs the largest files come first; these are small, and take longest. */
const LONGEST = /\/simulation\/src\/(crash|response-[a-z-]+)\.test\.ts$|\.property\.test\.ts$/;

/** Begins with the longest files of each project, so that none of them is left over at the end while the other cores idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const rank = ({ moduleId, project }: TestSpecification): number =>
      2 * projects.indexOf(project.name) + (LONGEST.test(moduleId) ? 0 : 1);
    return [...sorted].sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Limits that find what hangs. They are no statement on speed: a busy machine is not a failure.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // One more than there are cores: tests that start programs and servers wait for them now and then.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
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
