/** A test that did not run, and why where it said so. */
export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

/** A test, a file or a hook that failed, with the first lines of what it said. */
export interface FailedTest {
  readonly name: string;
  readonly message: string;
}

/** What a run of the tests came to. What is not a test and failed (a file that does not load) is in `failed` too. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}

/** What vitest's reporter leaves behind for the runner; `finished` is false when vitest died on the way. */
export interface TestReport extends TestCounts {
  readonly finished: boolean;
}

/** What the runner knows besides the report. */
export interface RunFacts {
  readonly report: TestReport | undefined;
  readonly vitestCode: number;
  /** Failures before the tests, such as a build that broke; each is one. */
  readonly otherFailures: number;
  readonly strict: boolean;
}

/** The verdict on a run: the counts as printed, what to say above them, and the exit code. */
export interface TestVerdict {
  readonly lastLine: string;
  readonly remarks: readonly string[];
  readonly exitCode: 0 | 1;
}

/** Judges a run so that nothing that went wrong is left out of `failed`. */
export function judgeRun({ report, vitestCode, otherFailures, strict }: RunFacts): TestVerdict {
  const remarks = (report?.failed ?? []).map(({ name, message }) => `failed: ${name}\n${indented(message)}`);
  const skipped = report?.skipped ?? [];
  const passed = report?.passed ?? 0;
  let failed = (report?.failed.length ?? 0) + otherFailures;
  if (report === undefined || !report.finished) {
    failed += 1;
    remarks.push(`vitest ended with code ${vitestCode} before it finished; counted as one failure.`);
  } else if (passed === 0 && report.failed.length === 0) {
    failed += 1;
    remarks.push("No test ran; counted as one failure.");
  } else if (vitestCode !== 0 && report.failed.length === 0) {
    failed += 1;
    remarks.push(`vitest ended with code ${vitestCode} though no test failed; counted as one failure.`);
  }
  remarks.push(...skipped.map(({ name, reason }) => `not run: ${name}${reason === "" ? "" : ` (${reason})`}`));
  if (strict && skipped.length > 0) {
    failed += skipped.length;
    remarks.push(`--strict: ${skipped.length} not run, counted as failed.`);
  }
  const counted = strict ? 0 : skipped.length;
  const lastLine = `${passed} passed, ${failed} failed${counted === 0 ? "" : `, ${counted} skipped`}`;
  return { lastLine, remarks, exitCode: failed === 0 ? 0 : 1 };
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
