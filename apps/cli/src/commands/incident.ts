import { writeFile } from "node:fs/promises";
import {
  actionListSchema,
  incidentDetailSchema,
  incidentListSchema,
  incidentMetricsSchema,
  postmortemSchema,
} from "@plimsoll/service/api";
import { pathWith, readApi, readApiText } from "../api/api.js";
import { EXIT, usageError } from "../cli-error.js";
import { optionFlag, optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { actionListMarkdown, actionListText, metricsMarkdown, metricsText } from "../present/incident-figures.js";
import { incidentMarkdown, incidentText } from "../present/incident-detail.js";
import { incidentListMarkdown, incidentListText } from "../present/incident-words.js";
import { writeForm } from "../present/output-form.js";
import { showAnswer } from "./show-answer.js";
import { INCIDENTS, withIncident } from "./with-incident.js";
import { instantOf } from "./written-options.js";

export const list: CommandRun = async (input, io) => {
  const [status, severity] = [optionText(input, "status"), optionText(input, "severity")];
  const query = { status, severity, service: optionText(input, "service"), limit: optionText(input, "limit") };
  await showAnswer(input, io, {
    path: pathWith(INCIDENTS, query),
    schema: incidentListSchema,
    text: incidentListText,
    markdown: incidentListMarkdown,
  });
  return EXIT.fine;
};

export const metrics: CommandRun = async (input, io) => {
  const query = {
    from: instantIn(input, "from"),
    to: instantIn(input, "to"),
    period: optionText(input, "period"),
    service: optionList(input, "service"),
    severity: optionList(input, "severity"),
  };
  await showAnswer(input, io, {
    path: pathWith(`${INCIDENTS}/metrics`, query),
    schema: incidentMetricsSchema,
    text: metricsText,
    markdown: metricsMarkdown,
  });
  return EXIT.fine;
};

export const actions: CommandRun = async (input, io) => {
  const [status, service, owner] = [
    optionText(input, "status"),
    optionText(input, "service"),
    optionText(input, "owner"),
  ];
  await showAnswer(input, io, {
    path: pathWith("/api/v1/action-items", { status, service, owner }),
    schema: actionListSchema,
    text: actionListText,
    markdown: actionListMarkdown,
  });
  return EXIT.fine;
};

export const show: CommandRun = async (input, io) => {
  if (optionFlag(input, "postmortem")) return printPostmortem(input, io);
  return withIncident(input, io, async (api, path) => {
    const { text, value } = await readApi(api, path, incidentDetailSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => incidentText(value, paint),
      markdown: () => incidentMarkdown(value),
    });
  });
};

export const postmortem: CommandRun = async (input, io) => {
  if (optionText(input, "output") !== "json") return printPostmortem(input, io);
  return withIncident(input, io, async (api, path) => {
    const { text } = await readApi(api, `${path}/postmortem/sections`, postmortemSchema);
    writeForm(input, io, { json: () => text, text: () => text, markdown: () => text });
  });
};

/** It is Markdown, whatever form is asked for: it has no other. */
function printPostmortem(input: CommandInput, io: Io): ReturnType<CommandRun> {
  return withIncident(input, io, async (api, path) => {
    io.stdout.write(await readApiText(api, `${path}/postmortem`));
  });
}

export const exportCase: CommandRun = async (input, io) =>
  withIncident(input, io, async (api, path) => {
    const text = `${JSON.stringify(JSON.parse(await readApiText(api, `${path}/case`)), undefined, 2)}\n`;
    const file = optionText(input, "to");
    if (file === undefined) {
      io.stdout.write(text);
      return;
    }
    try {
      // Never over a file that is there: a case is evidence of what was.
      await writeFile(file, text, { flag: "wx" });
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
      throw usageError(`--to: ${JSON.stringify(file.slice(0, 200))} cannot be written (${code}).`);
    }
    io.stderr.write(`Written: ${file}. Replay it with: plimsoll regress ${file}\n`);
  });

function instantIn(input: CommandInput, option: string): string | undefined {
  const given = optionText(input, option);
  return given === undefined ? undefined : instantOf(given, option);
}
