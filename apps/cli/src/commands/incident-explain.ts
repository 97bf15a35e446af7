import { alertExplanationSchema, alertListSchema, incidentExplanationSchema } from "@plimsoll/service/api";
import { pathWith, readApi, readApiIfThere } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { CliError, EXIT } from "../cli-error.js";
import { optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import {
  alertExplanationMarkdown,
  alertExplanationText,
  alertListMarkdown,
  alertListText,
} from "../present/alert-words.js";
import { explanationMarkdown, explanationText } from "../present/incident-figures.js";
import { writeForm } from "../present/output-form.js";
import { showAnswer } from "./show-answer.js";
import { withIncident } from "./with-incident.js";

const ALERTS = "/api/v1/alerts";

export const alerts: CommandRun = async (input, io) => {
  const query = {
    state: optionText(input, "status") ?? "all",
    filter: optionList(input, "matcher"),
    limit: optionText(input, "limit"),
  };
  await showAnswer(input, io, {
    path: pathWith(ALERTS, query),
    schema: alertListSchema,
    text: alertListText,
    markdown: alertListMarkdown,
  });
  return EXIT.fine;
};

/** The key of an alert has its source in front of a slash, which no incident's id has. */
export const explain: CommandRun = async (input, io) =>
  (input.arguments[0] ?? "").includes("/") ? explainAlert(input, io) : explainIncident(input, io);

const explainIncident: CommandRun = (input, io) =>
  withIncident(input, io, async (api, path) => {
    const { text, value } = await readApi(api, `${path}/explain`, incidentExplanationSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => explanationText(value, paint),
      markdown: () => explanationMarkdown(value),
    });
  });

const OF_AN_INCIDENT = /^external\//u;

/** An incident names its alerts with `external/` in front, which is no part of their keys; but a webhook may have that name. */
async function explainAlert(input: CommandInput, io: Io): ReturnType<CommandRun> {
  const named = input.arguments[0] ?? "";
  await withApi(openApi(input, io), async (api) => {
    const read = (key: string) =>
      readApiIfThere(api, `${ALERTS}/${encodeURIComponent(key)}/explain`, alertExplanationSchema);
    const found =
      (await read(named)) ?? (OF_AN_INCIDENT.test(named) ? await read(named.replace(OF_AN_INCIDENT, "")) : undefined);
    if (found === undefined) throw unknownAlert(named);
    const { text, value } = found;
    writeForm(input, io, {
      json: () => text,
      text: (paint) => alertExplanationText(value, paint),
      markdown: () => alertExplanationMarkdown(value),
    });
  });
  return EXIT.fine;
}

function unknownAlert(named: string): CliError {
  const slo = /^(.+)\/(?:burn|data-loss)$/u.exec(named)?.[1];
  const shown = JSON.stringify(named.slice(0, 200));
  const hint =
    slo === undefined
      ? "See which there are with: plimsoll incident alerts"
      : `That of an SLO is explained by: plimsoll slo explain ${slo.slice(0, 200)}`;
  return new CliError(EXIT.usage, `There is no incident and no alert from elsewhere ${shown}. ${hint}`);
}
