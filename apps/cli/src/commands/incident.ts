import { incidentDetailSchema, incidentListSchema } from "@plimsoll/service/api";
import { checkKnown, pathWith, readApi, readApiText } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { EXIT } from "../cli-error.js";
import { optionFlag, optionText, type CommandRun } from "../command-line/command.js";
import { incidentListMarkdown, incidentListText, incidentMarkdown, incidentText } from "../present/incident-words.js";
import { writeForm } from "../present/output-form.js";

const LIST = "/api/v1/incidents";

export const list: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const query = { status: optionText(input, "status"), limit: optionText(input, "limit") };
    const { text, value } = await readApi(api, pathWith(LIST, query), incidentListSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => incidentListText(value, paint),
      markdown: () => incidentListMarkdown(value),
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const show: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const id = input.arguments[0] ?? "";
    const all = await readApi(api, pathWith(LIST, { limit: "1000" }), incidentListSchema);
    const known = all.value.incidents.map((incident) => incident.id);
    const path = `${LIST}/${encodeURIComponent(id)}`;
    // One that is not listed may be there all the same, and not readable.
    if (!known.includes(id) && (await api.get(path)).status === 404) checkKnown("incident", id, known);
    if (optionFlag(input, "postmortem")) {
      io.stdout.write(await readApiText(api, `${path}/postmortem`));
      return EXIT.fine;
    }
    const { text, value } = await readApi(api, path, incidentDetailSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => incidentText(value, paint),
      markdown: () => incidentMarkdown(value),
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};
