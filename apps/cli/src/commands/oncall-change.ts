import { readFile } from "node:fs/promises";
import {
  calendarImportSchema,
  previewSchema,
  scheduleChangedSchema,
  scheduleDetailSchema,
  type ScheduleChanged,
  type SchedulePreview,
} from "@plimsoll/service/api";
import { pathWith, writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { CliError, EXIT, usageError, type ExitCode } from "../cli-error.js";
import { optionFlag, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { differenceLines, overridesMarkdown, overridesText, pageLines } from "../present/on-call-words.js";
import { writeForm } from "../present/output-form.js";
import { markdownText } from "../present/table.js";
import { plain } from "../present/paint.js";
import { readOnCall, schedulePath } from "./read-on-call.js";
import { addDecision, withdrawDecision } from "./write-decision.js";
import { deciderOf, expectedOf, expiryOf, instantOption, keyOf, neededText } from "./written-options.js";

/** What is done with overrides, by the word behind `oncall override`. */
const VERBS: Readonly<Record<string, CommandRun>> = {
  add: (input, io) => addOverride(input, io, { kind: "add", person: person(input) }),
  remove: (input, io) => addOverride(input, io, { kind: "remove", person: person(input) }),
  replace: (input, io) => addOverride(input, io, replacement(input)),
  list: (input, io) => listOverrides(input, io),
  withdraw: (input, io) => {
    const id = subject(input, "the override's id");
    const path = `${schedulePath(input, 1)}/overrides`;
    return withdrawDecision({ ...input, arguments: [id] }, io, { noun: "Override", path });
  },
  import: (input, io) => importCalendar(input, io),
};

export const override: CommandRun = async (input, io) => {
  const run = VERBS[input.arguments[0] ?? ""];
  if (run === undefined) throw usageError("oncall override: say what to do.");
  return run(input, io);
};

async function addOverride(input: CommandInput, io: Io, change: object): Promise<ExitCode> {
  const body = { ...change, ...span(input), ...said(input, io) };
  return addDecision(input, io, {
    path: `${schedulePath(input, 1)}/overrides`,
    body,
    answer: scheduleChangedSchema,
    words: changedWords,
    ...keyOf(input),
  });
}

async function listOverrides(input: CommandInput, io: Io): Promise<ExitCode> {
  const range = { from: instantOption(input, "from"), to: instantOption(input, "until") };
  const path = pathWith(schedulePath(input, 1), range);
  const { value } = await readOnCall(input, io, { path, schema: scheduleDetailSchema });
  writeForm(input, io, {
    json: () => JSON.stringify({ overrides: value.overrides }),
    text: (paint) => overridesText(value.overrides, paint),
    markdown: () => overridesMarkdown(value.overrides),
  });
  return EXIT.fine;
}

async function importCalendar(input: CommandInput, io: Io): Promise<ExitCode> {
  const file = subject(input, "the calendar's file");
  const body = {
    calendar: await calendarText(file),
    author: deciderOf(input, io),
    ...expectedOf(input),
    dryRun: optionFlag(input, "dry-run"),
    skipUnreadable: optionFlag(input, "skip-unreadable"),
    ...(optionText(input, "zone") === undefined ? {} : { zone: optionText(input, "zone") }),
    ...(instantOption(input, "until") === undefined ? {} : { to: instantOption(input, "until") }),
  };
  const { text, value } = await written(input, io, {
    path: `${schedulePath(input, 1)}/overrides/import`,
    body,
    answer: calendarImportSchema,
    ...keyOf(input),
  });
  const count = value.overrides.length;
  const sum = `${count} ${count === 1 ? "override" : "overrides"} ${value.stored ? "stored" : "would be stored"}, ${value.known} known already.`;
  const problems = value.problems.map(({ line, message }) => `${file}:${line}: ${message}`);
  writeForm(input, io, {
    json: () => text,
    text: (paint) =>
      `${[...problems, ...(count === 0 ? [] : [overridesText(value.overrides, paint).trimEnd()]), sum].map(String).join("\n")}\n`,
    markdown: () =>
      [...problems.map((line) => `- ${markdownText(line)}\n`), overridesMarkdown(value.overrides), `\n${sum}\n`].join(
        "",
      ),
  });
  return value.problems.length === 0 ? EXIT.fine : EXIT.finding;
}

async function calendarText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} could not be read. Is it the path of an iCalendar file?`, error);
  }
}

export const swap: CommandRun = async (input, io) => {
  const second = { from: instantOption(input, "with-from"), to: instantOption(input, "with-until") };
  if (second.from === undefined || second.to === undefined) {
    throw usageError("Give --with-from and --with-until: the time of the other shift.");
  }
  const body = {
    first: { person: person(input), ...span(input) },
    second: { person: neededText(input, "with", "say who takes the other shift"), ...second },
    ...said(input, io),
  };
  const path = `${schedulePath(input)}/swaps`;
  return addDecision(input, io, { path, body, answer: scheduleChangedSchema, words: changedWords, ...keyOf(input) });
};

export const preview: CommandRun = async (input, io) => {
  const kind = neededText(input, "kind", "add, remove or replace");
  const change = kind === "replace" ? replacement(input) : { kind, person: person(input) };
  const body = {
    changes: [{ ...change, ...span(input) }],
    ...present("at", instantOption(input, "at")),
    ...present("policy", optionText(input, "policy")),
    ...present("severity", optionText(input, "severity")),
  };
  const path = `${schedulePath(input)}/preview`;
  const { text, value } = await written(input, io, { path, body, answer: previewSchema });
  const lines = previewLines(value);
  writeForm(input, io, {
    json: () => text,
    text: () => lines.map((line) => `${plain(line)}\n`).join(""),
    markdown: () => lines.map((line) => `- ${markdownText(line.trim())}\n`).join(""),
  });
  return value.differences.some(({ opensGap }) => opensGap) ? EXIT.finding : EXIT.fine;
};

function previewLines({ differences, pages = [] }: SchedulePreview): readonly string[] {
  return [
    ...differenceLines(differences),
    ...pages.flatMap(({ after, before, policy }) => [
      `By the policy ${policy}, as it is:`,
      ...pageLines(before).map((line) => `  ${line}`),
      `By the policy ${policy}, changed:`,
      ...pageLines(after).map((line) => `  ${line}`),
    ]),
  ];
}

async function written<Schema extends Parameters<typeof writeApi>[2]["answer"]>(
  input: CommandInput,
  io: Io,
  { path, ...write }: { readonly path: string; readonly body: object; readonly answer: Schema; readonly key?: string },
) {
  const api = await openWritableApi(input, io);
  try {
    return await writeApi(api, path, write);
  } finally {
    await api.close();
  }
}

function changedWords({ differences, overrides }: ScheduleChanged): string {
  const made = overrides.map(({ id, words }) => `Override ${id}: ${words}.`);
  return [...made, ...differenceLines(differences).map((line) => `${line}.`)].join(" ");
}

function person(input: CommandInput): string {
  return neededText(input, "person", "say whom it is about");
}

function replacement(input: CommandInput): object {
  return { kind: "replace", person: person(input), with: neededText(input, "with", "say who is on call instead") };
}

function said(input: CommandInput, io: Io): object {
  return { author: deciderOf(input, io), ...present("reason", optionText(input, "reason")), ...expectedOf(input) };
}

/** From an instant, or now, to another, or for a time. */
function span(input: CommandInput): { readonly from: string; readonly to: string } {
  const from = instantOption(input, "from");
  if (from === undefined && optionText(input, "key") !== undefined) {
    throw usageError("With --key give --from: what begins now would begin at another instant when it is repeated.");
  }
  const fromMs = from === undefined ? Date.now() : Date.parse(from);
  return { from: new Date(fromMs).toISOString(), to: expiryOf(input, fromMs) };
}

function subject(input: CommandInput, what: string): string {
  const given = input.arguments[2];
  if (given === undefined) throw usageError(`oncall override ${input.arguments[0] ?? ""} needs ${what} as well.`);
  return given;
}

function present(name: string, value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}
