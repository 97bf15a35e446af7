import { failure, success, type Rehearsal, type Result, type Runbook, type RunbookStep } from "@plimsoll/core";
import type { ConfigIssue } from "../config-issue.js";
import type { ConfigFile } from "../config-registry.js";
import { reportDuplicate, type Entry } from "../document/merge-files.js";
import { readYamlFile, type YamlFile } from "../document/yaml-file.js";
import { IssueLog } from "../issue-log.js";
import { below, present, readEntry } from "../resolve/read-entry.js";
import { runbookFileSchema, type RunbookFileInput } from "./runbook-schema.js";

/** One runbook as its file states it, with the rehearsals that it has to pass. */
export type ParsedRunbook = {
  readonly file: string;
  readonly runbook: Runbook;
  readonly rehearsals: readonly Rehearsal[];
};

const NINETY_DAYS_MS = 90 * 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Reads the files of runbooks, one runbook in each. Never throws; a failure holds every problem of every file with its
 * line and column.
 */
export function parseRunbooks(files: readonly ConfigFile[]): Result<readonly ParsedRunbook[], readonly ConfigIssue[]> {
  const log = new IssueLog();
  const names = new Map<string, Entry>();
  const parsed = files.flatMap(({ name, text }) => {
    const file = readYamlFile(name, text);
    for (const { range: _range, firstRange: _firstRange, position, ...problem } of file.problems) {
      log.reportAt({ file, path: [] }, position, problem);
    }
    if (file.value === undefined) return [];
    const entry: Entry = { name, value: file.value, place: { file, path: [] } };
    const input = readEntry(runbookFileSchema, entry, log);
    if (input === undefined) return [];
    checkNames(input, { file, names, log });
    return [{ file: name, runbook: runbookOf(input), rehearsals: rehearsalsOf(input) }];
  });
  return log.count === 0 ? success(parsed) : failure(log.finish(files.map(({ name }) => name)));
}

function checkNames(
  { runbook, steps }: RunbookFileInput,
  { file, log, names }: { readonly file: YamlFile; readonly names: Map<string, Entry>; readonly log: IssueLog },
): void {
  const named: Entry = { name: runbook, value: runbook, place: { file, path: ["runbook"] } };
  const first = names.get(runbook);
  if (first === undefined) names.set(runbook, named);
  else reportDuplicate(log, named, first, "value");
  const seen = new Map<string, Entry>();
  steps.forEach(({ id }, index) => {
    const step: Entry = { name: id, value: id, place: { file, path: ["steps", index, "id"] } };
    const before = seen.get(id);
    if (before === undefined) seen.set(id, step);
    else reportDuplicate(log, step, before, "value");
    const { do: action, undo, verify } = steps[index] ?? {};
    if (undo?.kind === "undo" && action?.kind !== "remedy") {
      log.report(below({ file, path: [] }, "steps", index, "undo"), {
        code: "invalid-value",
        message: "Only what a remediator did has an undo of its own.",
        found: "remediator",
        expected: "an action that takes it back",
        fix: "Write the action, such as `command: [systemctl, start, shop]`.",
      });
    }
    checkRetry(steps[index], below({ file, path: [] }, "steps", index), log);
    if (verify !== undefined && action?.kind === "wait-until") {
      log.report(below({ file, path: [] }, "steps", index, "verify"), {
        code: "invalid-value",
        message: "A step that waits is verified by what it waits for.",
        expected: "no `verify` beside `wait`",
        fix: "Remove it, or make a step of it.",
      });
    }
  });
}

/** Attempts that nothing would bring about look like a safety that there is not. */
function checkRetry(step: RunbookFileInput["steps"][number] | undefined, place: Entry["place"], log: IssueLog): void {
  const isTriedAgain = (step?.retry?.attempts ?? 1) > 1;
  if (isTriedAgain && step?.do.kind === "command" && step.do.call.retryOn === undefined) {
    log.report(below(place, "retry"), {
      code: "invalid-value",
      message: "A program that fails is tried again only where it ends with a code that is named.",
      expected: "`retryOn` in the command beside `retry`",
      fix: "Name the codes, such as `command: { run: [renew], retryOn: [75] }`, or remove `retry`.",
    });
  }
  for (const key of ["do", "undo"] as const) {
    const action = step?.[key];
    if (isTriedAgain || action?.kind !== "command" || action.call.retryOn === undefined) continue;
    log.report(below(place, key), {
      code: "invalid-value",
      message: "It names codes that are worth another attempt, and has but one attempt.",
      expected: "`retry` in the step beside `retryOn`",
      fix: "Write how often, such as `retry: { attempts: 3, delay: 1m }`, or remove `retryOn`.",
    });
  }
}

function runbookOf(input: RunbookFileInput): Runbook {
  const { health, lastRehearsal, level, links = [], maximumAge, owner, parameters = {}, symptoms = [], title } = input;
  return {
    id: input.runbook,
    title,
    level,
    symptoms,
    links,
    ...present({ owner, lastRehearsedMs: lastRehearsal, health }),
    maximumAgeMs: maximumAge ?? NINETY_DAYS_MS,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, one]) => [
        name,
        { description: one.description, ...present({ default: one.default }) },
      ]),
    ),
    steps: input.steps.map(stepOf),
  };
}

function stepOf(input: RunbookFileInput["steps"][number]): RunbookStep {
  const { approval = false, id, onlyIf, retry, risk = "caution", timeout = MINUTE_MS, title, undo, verify } = input;
  return {
    id,
    title,
    action: input.do,
    ...present({ precondition: onlyIf, verify, compensation: undo }),
    approval,
    timeoutMs: timeout,
    retry: retry === undefined ? { attempts: 1, delayMs: 0 } : { attempts: retry.attempts, delayMs: retry.delay },
    risk,
  };
}

function rehearsalsOf({ rehearsals = [] }: RunbookFileInput): readonly Rehearsal[] {
  return rehearsals.map(({ expect, health = [], name, parameters = {}, steps = {} }) => ({
    name,
    parameters,
    health,
    steps: Object.fromEntries(
      Object.entries(steps).map(([id, { onlyIf, skipIf, ...rest }]) => [
        id,
        present({ ...rest, precondition: onlyIf, skipWhen: skipIf }),
      ]),
    ),
    expect,
  }));
}
