import { expect, test } from "vitest";
import { judgeRun, type RunFacts } from "./test-counts.ts";

const green: RunFacts = {
  report: { finished: true, passed: 3, failed: [], skipped: [] },
  vitestCode: 0,
  otherFailures: 0,
  strict: false,
};

test("a green run counts what passed", () => {
  expect(judgeRun(green)).toEqual({ lastLine: "3 passed, 0 failed", remarks: [], exitCode: 0 });
});

test("a failed test fails the run, and is named once more above the last line", () => {
  const failed = [{ name: "a.test.ts > adds", message: "expected 3\nfound 4" }];
  const report = { finished: true, passed: 2, failed, skipped: [] };
  expect(judgeRun({ ...green, report, vitestCode: 1 })).toEqual({
    lastLine: "2 passed, 1 failed",
    remarks: ["failed: a.test.ts > adds\n  expected 3\n  found 4"],
    exitCode: 1,
  });
});

test("no test at all is a failure", () => {
  const report = { finished: true, passed: 0, failed: [], skipped: [] };
  expect(judgeRun({ ...green, report })).toMatchObject({ lastLine: "0 passed, 1 failed", exitCode: 1 });
});

test("a vitest that crashes is a failure, whatever had passed", () => {
  expect(judgeRun({ ...green, report: undefined, vitestCode: 137 })).toMatchObject({
    lastLine: "0 passed, 1 failed",
    exitCode: 1,
  });
  const report = { finished: false, passed: 3, failed: [], skipped: [] };
  expect(judgeRun({ ...green, report, vitestCode: 137 })).toMatchObject({
    lastLine: "3 passed, 1 failed",
    exitCode: 1,
  });
});

test("a code that no count explains is a failure", () => {
  expect(judgeRun({ ...green, vitestCode: 1 })).toMatchObject({ lastLine: "3 passed, 1 failed", exitCode: 1 });
});

test("a build that broke is a failure beside the tests", () => {
  expect(judgeRun({ ...green, otherFailures: 1 })).toMatchObject({ lastLine: "3 passed, 1 failed", exitCode: 1 });
});

test("what did not run is named and counted, and fails a strict run", () => {
  const report = {
    finished: true,
    passed: 3,
    failed: [],
    skipped: [{ name: "a.test.ts > scrapes", reason: "no Prometheus" }],
  };
  expect(judgeRun({ ...green, report })).toEqual({
    lastLine: "3 passed, 0 failed, 1 skipped",
    remarks: ["not run: a.test.ts > scrapes (no Prometheus)"],
    exitCode: 0,
  });
  expect(judgeRun({ ...green, report, strict: true })).toMatchObject({ lastLine: "3 passed, 1 failed", exitCode: 1 });
});
