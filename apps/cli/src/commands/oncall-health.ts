import { formatDuration } from "@plimsoll/core";
import {
  handOverSchema,
  scheduleLintSchema,
  scheduleListSchema,
  scheduleLoadSchema,
  type ScheduleLint,
  type ScheduleLoad,
} from "@plimsoll/service/api";
import { checkKnown, pathWith, readApi } from "../api/api.js";
import { EXIT } from "../cli-error.js";
import { optionText, type CommandRun } from "../command-line/command.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { markdownTable, markdownText, textTable } from "../present/table.js";
import { readOnCall, readOnCallText, schedulePath, withOnCall } from "./read-on-call.js";
import { instantOption } from "./written-options.js";

export const lint: CommandRun = async (input, io) => {
  const range = { from: instantOption(input, "from"), to: instantOption(input, "to") };
  const linted = await withOnCall(input, io, async (api) => {
    const { value } = await readApi(api, "/api/v1/schedules", scheduleListSchema);
    const known = value.schedules.map(({ id }) => id);
    const [only] = input.arguments;
    if (only !== undefined) checkKnown("schedule", only, known);
    const found: ScheduleLint[] = [];
    for (const id of only === undefined ? known : [only]) {
      const path = pathWith(`/api/v1/schedules/${encodeURIComponent(id)}/lint`, range);
      found.push((await readApi(api, path, scheduleLintSchema)).value);
    }
    return found;
  });
  const lines = linted.flatMap(({ findings, id }) =>
    findings.map(({ code, message, path, severity }) => ({ id, severity, words: `${code} at ${path}: ${message}` })),
  );
  const count = `${linted.length} ${linted.length === 1 ? "schedule" : "schedules"}`;
  const sum = `${count}, ${lines.length === 0 ? "no findings" : lines.length === 1 ? "1 finding" : `${lines.length} findings`}.`;
  writeForm(input, io, {
    json: () => JSON.stringify({ schedules: linted }),
    text: (paint) =>
      [
        ...lines.map(({ id, severity, words }) => {
          const colour = severity === "error" ? paint.red : paint.yellow;
          return `${plain(id)}  ${colour(severity)}  ${plain(words)}`;
        }),
        sum,
        "",
      ].join("\n"),
    markdown: () =>
      [
        ...lines.map(({ id, severity, words }) => `- **${markdownText(id)}** ${severity}: ${markdownText(words)}`),
        "",
        sum,
        "",
      ].join("\n"),
  });
  return lines.length === 0 ? EXIT.fine : EXIT.finding;
};

const LOAD = [
  { title: "Person" },
  { title: "On call", align: "right" },
  { title: "Shifts", align: "right" },
  { title: "Pages", align: "right" },
  { title: "At night", align: "right" },
  { title: "Interrupts", align: "right" },
  { title: "Shortest rest", align: "right" },
] as const;

export const fairness: CommandRun = async (input, io) => {
  const range = { from: instantOption(input, "from"), to: instantOption(input, "to") };
  const path = pathWith(`${schedulePath(input)}/load`, range);
  const { text, value } = await readOnCall(input, io, { path, schema: scheduleLoadSchema });
  const columns = LOAD.map((column) => ({ ...column, title: column.title.toUpperCase() }));
  writeForm(input, io, {
    json: () => text,
    text: (paint) => `${textTable(columns, loadRows(value), paint.dim)}\n${fairnessWords(value)}\n`,
    markdown: () => `${markdownTable(LOAD, loadRows(value))}\n${fairnessWords(value)}\n`,
  });
  return EXIT.fine;
};

function loadRows({ people }: ScheduleLoad): readonly (readonly string[])[] {
  return people.map(({ interrupts, name, onCallMs, pages, pagesAtNight, shortestRestMs, stretches }) => [
    name,
    formatDuration(onCallMs),
    String(stretches),
    String(pages),
    String(pagesAtNight),
    String(interrupts),
    shortestRestMs === undefined ? "-" : formatDuration(shortestRestMs),
  ]);
}

function fairnessWords({ fairness: { balanceRatio, coverageRatio, score } }: ScheduleLoad): string {
  const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
  return `Fairness ${score} of 100: ${percent(coverageRatio)} of the time is covered, and the times on call are ${percent(balanceRatio)} alike.`;
}

export const handoff: CommandRun = async (input, io) => {
  const path = pathWith(`${schedulePath(input)}/hand-over`, { at: instantOption(input, "at") });
  const { text, value } = await readOnCall(input, io, { path, schema: handOverSchema });
  writeForm(input, io, {
    json: () => text,
    // Written to be read as it is.
    text: () =>
      value.markdown
        .replace(/\*\*|\\(?=[^A-Za-z0-9\s])/g, "")
        .split("\n")
        .map(plain)
        .join("\n"),
    markdown: () => value.markdown,
  });
  return EXIT.fine;
};

export const calendar: CommandRun = async (input, io) => {
  const range = { from: instantOption(input, "from"), to: instantOption(input, "to") };
  const path = pathWith(`${schedulePath(input)}/calendar.ics`, { ...range, person: optionText(input, "person") });
  io.stdout.write(await readOnCallText(input, io, path));
  return EXIT.fine;
};
