import { incidentSummarySchema, type IncidentSummary } from "@plimsoll/service/api";
import { writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { EXIT } from "../cli-error.js";
import type { CommandInput, CommandRun } from "../command-line/command.js";
import { plain } from "../present/paint.js";
import { writeForm } from "../present/output-form.js";
import { markdownText } from "../present/table.js";
import { deciderOf, neededText } from "./written-options.js";

export const acknowledge: CommandRun = write("acknowledge", () => ({}));
export const note: CommandRun = write("note", (input) => ({ text: input.arguments[1] }));
export const resolve: CommandRun = write("resolve", (input) => ({
  reason: neededText(input, "reason", "say why the incident is over"),
}));

function write(verb: string, given: (input: CommandInput) => object): CommandRun {
  return async (input, io) => {
    const body = { ...given(input), by: deciderOf(input, io) };
    const api = await openWritableApi(input, io);
    try {
      const path = `/api/v1/incidents/${encodeURIComponent(input.arguments[0] ?? "")}/${verb}`;
      const { text, value } = await writeApi(api, path, { body, answer: incidentSummarySchema });
      writeForm(input, io, {
        json: () => text,
        text: () => `${plain(standing(value))}\n`,
        markdown: () => `${markdownText(standing(value))}\n`,
      });
      return EXIT.fine;
    } finally {
      await api.close();
    }
  };
}

function standing({ id, severity, status, title }: IncidentSummary): string {
  return `${id} is ${status} (${severity}): ${title}`;
}
