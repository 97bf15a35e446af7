import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node";
import type { SkippedTest, TestReport } from "./test-counts.ts";

const FIRST_SILENCE_MS = 2_000; // So long a silence makes a person wonder;
const LONGEST_SILENCE_MS = 16_000; // from then on the pauses double, up to here.

/**
 * Counts what vitest ran, for the runner's last line, and shows that something is going on.
 * The counts are written after every file, so that a crash does not lose them.
 */
export default class CountingReporter implements Reporter {
  readonly #file = process.env["PLIMSOLL_TEST_REPORT"] ?? "";
  readonly #ended = new Map<string, TestModule>();
  readonly #running = new Set<string>();
  #queued = 0;
  #lastWords = 0;
  #patienceMs = FIRST_SILENCE_MS;
  #timer: NodeJS.Timeout | undefined;
  #errors = 0;
  #root = "";

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    this.#queued = specifications.length;
    this.#lastWords = performance.now();
    // A terminal has vitest's own live view.
    if (process.stdout.isTTY) return;
    this.#timer = setInterval(() => this.#sayWhatRuns(), 500);
    this.#timer.unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#ended.set(module.moduleId, module);
    this.#lastWords = performance.now();
    this.#patienceMs = FIRST_SILENCE_MS;
    this.#write(false);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    clearInterval(this.#timer);
    for (const module of modules) this.#ended.set(module.moduleId, module);
    this.#errors = unhandledErrors.length;
    this.#write(true);
  }

  #sayWhatRuns(): void {
    if (performance.now() - this.#lastWords < this.#patienceMs) return;
    this.#lastWords = performance.now();
    this.#patienceMs = Math.min(2 * this.#patienceMs, LONGEST_SILENCE_MS);
    const names = [...this.#running].slice(0, 3).join(", ") || "loading";
    process.stderr.write(` … ${this.#ended.size} of ${this.#queued} files done; now ${names}\n`);
  }

  #write(finished: boolean): void {
    if (this.#file === "") return;
    const modules = [...this.#ended.values()];
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const report: TestReport = {
      finished,
      passed: tests.filter((test) => test.result().state === "passed").length,
      failed:
        tests.filter((test) => test.result().state === "failed").length +
        modules.reduce((sum, module) => sum + failuresOutsideTests(module), 0) +
        this.#errors,
      skipped: tests.filter((test) => isNotRun(test.result().state)).map((test) => this.#skippedTest(test)),
    };
    writeFileSync(this.#file, JSON.stringify(report));
  }

  #skippedTest(test: TestCase): SkippedTest {
    const result = test.result();
    const file = test.module.moduleId.replace(`${this.#root}/`, "");
    return { name: `${file} > ${test.fullName}`, reason: result.state === "skipped" ? (result.note ?? "") : "" };
  }
}

// A test that never got a result (its file died, the run was interrupted) did not run either.
function isNotRun(state: string): boolean {
  return state === "skipped" || state === "pending";
}

/** A file that does not load, or a hook that throws: no test carries that failure, so it is counted by itself. */
function failuresOutsideTests(module: TestModule): number {
  const suites: readonly (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return suites.filter((suite) => suite.errors().length > 0).length;
}
