import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";
import type { FailedTest, SkippedTest, TestReport } from "./test-counts.ts";

const FIRST_SILENCE_MS = 2_000; // So long a silence makes a person wonder;
const MESSAGE_LINES = 12; // Vitest prints the whole; this is for a log of which only the end is at hand.
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
  #unhandled: readonly unknown[] = [];
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
    this.#unhandled = unhandledErrors;
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
      failed: [
        ...tests
          .filter((test) => test.result().state === "failed")
          .map((test) => failure(this.#nameOf(test), test.result().errors)),
        ...modules.flatMap(failuresOutsideTests),
        ...this.#unhandled.map((error) => failure("outside every test", [error])),
      ],
      skipped: tests.filter((test) => isNotRun(test.result().state)).map((test) => this.#skippedTest(test)),
    };
    writeFileSync(this.#file, JSON.stringify(report));
  }

  #nameOf(test: TestCase): string {
    return `${test.module.relativeModuleId} > ${test.fullName}`;
  }

  #skippedTest(test: TestCase): SkippedTest {
    const result = test.result();
    return { name: this.#nameOf(test), reason: result.state === "skipped" ? (result.note ?? "") : "" };
  }
}

// A test that never got a result (its file died, the run was interrupted) did not run either.
function isNotRun(state: string): boolean {
  return state === "skipped" || state === "pending";
}

/** A file that does not load, or a hook that throws: no test carries that failure, so it is counted by itself. */
function failuresOutsideTests(module: TestModule): FailedTest[] {
  const suites: readonly (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return suites
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => failure(module.relativeModuleId, suite.errors()));
}

function failure(name: string, errors: readonly unknown[] = []): FailedTest {
  const [first] = errors;
  const { message, stack } = typeof first === "object" && first !== null ? (first as Partial<Error>) : {};
  const place = stack?.split("\n").find((line) => line.trim().startsWith("at ") && !line.includes("node_modules"));
  const lines = [
    ...(message ?? String(first)).split("\n").slice(0, MESSAGE_LINES),
    ...(place === undefined ? [] : [place.trim()]),
  ];
  return { name, message: lines.join("\n") };
}
