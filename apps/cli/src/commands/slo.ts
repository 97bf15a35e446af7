import { sloHistorySchema, sloListSchema, sloStatusSchema, type SloStatus } from "@plimsoll/service/api";
import { checkKnown, pathWith, readApi, readApiText, type Api, type ApiReading } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT, usageError } from "../cli-error.js";
import { optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import {
  sloExplanationMarkdown,
  sloHistoryMarkdown,
  sloListMarkdown,
  sloStatusMarkdown,
} from "../present/slo-markdown.js";
import { sloExplanationText, sloHistoryText, sloListText, sloStatusText } from "../present/slo-text.js";
import { writeForm } from "../present/output-form.js";

const LIST = "/api/v1/slos";

export const list: CommandRun = async (input, io) =>
  reading(input, io, async (api) => {
    const service = optionText(input, "service");
    if (service !== undefined) {
      const all = await readApi(api, LIST, sloListSchema);
      checkKnown("service", service, [...new Set(all.value.slos.map((slo) => slo.service))]);
    }
    const { text, value } = await readApi(api, pathWith(LIST, { service }), sloListSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => sloListText(value.slos, paint),
      markdown: () => sloListMarkdown(value.slos),
    });
  });

export const status: CommandRun = async (input, io) =>
  reading(input, io, async (api) => {
    const [id] = input.arguments;
    if (id !== undefined) {
      const { text, value } = await readSlo(api, id);
      writeForm(input, io, {
        json: () => text,
        text: (paint) => sloStatusText(value, paint),
        markdown: () => sloStatusMarkdown(value),
      });
      return;
    }
    const { text, value } = await readApi(api, LIST, sloListSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => value.slos.map((slo) => sloStatusText(slo, paint)).join("\n"),
      markdown: () => value.slos.map(sloStatusMarkdown).join("\n"),
    });
  });

export const explain: CommandRun = async (input, io) =>
  reading(input, io, async (api) => {
    const { text, value } = await readSlo(api, input.arguments[0] ?? "");
    writeForm(input, io, {
      json: () => text,
      text: (paint) => sloExplanationText(value, paint),
      markdown: () => sloExplanationMarkdown(value),
    });
  });

export const history: CommandRun = async (input, io) => {
  const range = {
    from: instantOption(input, "from"),
    to: instantOption(input, "to"),
    points: optionText(input, "points") ?? "30",
  };
  return reading(input, io, async (api) => {
    const id = input.arguments[0] ?? "";
    await checkSlo(api, id);
    const { text, value } = await readApi(
      api,
      pathWith(`${LIST}/${encodeURIComponent(id)}/history`, range),
      sloHistorySchema,
    );
    writeForm(input, io, {
      json: () => text,
      text: (paint) => sloHistoryText(value, paint),
      markdown: () => sloHistoryMarkdown(value),
    });
  });
};

export const report: CommandRun = async (input, io) =>
  reading(input, io, async (api) => {
    const format = optionText(input, "output") ?? "text";
    const text = await readApiText(api, pathWith("/api/v1/report", { period: optionText(input, "period"), format }));
    writeForm(input, io, { json: () => text, text: () => text, markdown: () => text });
  });

/** Reads by an API that is opened for it; what was read is shown when this ends. */
async function reading(
  input: CommandInput,
  io: Parameters<CommandRun>[1],
  read: (api: Api) => Promise<void>,
): Promise<typeof EXIT.fine> {
  await withApi(openApi(input, io), read);
  return EXIT.fine;
}

async function readSlo(api: Api, id: string): Promise<ApiReading<SloStatus>> {
  await checkSlo(api, id);
  return readApi(api, `${LIST}/${encodeURIComponent(id)}`, sloStatusSchema);
}

async function checkSlo(api: Api, id: string): Promise<void> {
  const { value } = await readApi(api, LIST, sloListSchema);
  checkKnown(
    "objective",
    id,
    value.slos.map((slo) => slo.id),
  );
}

/** The API takes UTC only; a person may write any offset. */
function instantOption(input: CommandInput, name: string): string | undefined {
  const typed = optionText(input, name);
  if (typed === undefined) return undefined;
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (Number.isNaN(atMs))
    throw usageError(
      `--${name}: ${JSON.stringify(typed.slice(0, 40))} is no instant; write it as 2026-11-01T00:00:00Z.`,
    );
  return new Date(atMs).toISOString();
}
