import { onCallNowSchema, scheduleDetailSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { pathWith, readApi } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { EXIT } from "../cli-error.js";
import type { CommandInput, CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { onCallNowMarkdown, onCallNowText, scheduleMarkdown, scheduleText } from "../present/on-call-words.js";
import { writeForm } from "../present/output-form.js";
import { instantOption } from "./written-options.js";

export const now: CommandRun = async (input, io) => {
  const { text, value } = await readFrom(input, io, "/api/v1/on-call", onCallNowSchema);
  writeForm(input, io, {
    json: () => text,
    text: (paint) => onCallNowText(value, paint),
    markdown: () => onCallNowMarkdown(value),
  });
  return EXIT.fine;
};

export const who: CommandRun = async (input, io) => {
  const path = pathWith("/api/v1/on-call", { schedule: input.arguments[0], at: instantOption(input, "at") });
  const { text, value } = await readFrom(input, io, path, onCallNowSchema);
  writeForm(input, io, {
    json: () => text,
    text: (paint) => onCallNowText(value, paint),
    markdown: () => onCallNowMarkdown(value),
  });
  return value.schedules.some(({ people }) => people.length === 0) ? EXIT.finding : EXIT.fine;
};

export const schedule: CommandRun = async (input, io) => {
  const path = pathWith(`/api/v1/schedules/${encodeURIComponent(input.arguments[0] ?? "")}`, {
    from: instantOption(input, "from"),
    to: instantOption(input, "to"),
  });
  const { text, value } = await readFrom(input, io, path, scheduleDetailSchema);
  writeForm(input, io, {
    json: () => text,
    text: (paint) => scheduleText(value, paint),
    markdown: () => scheduleMarkdown(value),
  });
  return EXIT.fine;
};

async function readFrom<Schema extends z.ZodType>(input: CommandInput, io: Io, path: string, schema: Schema) {
  const api = await openApi(input, io);
  try {
    return await readApi(api, path, schema);
  } finally {
    await api.close();
  }
}
