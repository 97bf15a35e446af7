import { onCallNowSchema, scheduleDetailSchema } from "@plimsoll/service/api";
import { pathWith } from "../api/api.js";
import { EXIT, type ExitCode } from "../cli-error.js";
import type { CommandInput, CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { onCallNowMarkdown, onCallNowText, scheduleMarkdown, scheduleText } from "../present/on-call-words.js";
import { writeForm } from "../present/output-form.js";
import { readOnCall, schedulePath } from "./read-on-call.js";
import { instantOption } from "./written-options.js";

export const now: CommandRun = async (input, io) => {
  await showDuties(input, io, "/api/v1/on-call");
  return EXIT.fine;
};

export const who: CommandRun = async (input, io) =>
  showDuties(input, io, pathWith("/api/v1/on-call", { schedule: input.arguments[0], at: instantOption(input, "at") }));

async function showDuties(input: CommandInput, io: Io, path: string): Promise<ExitCode> {
  const { text, value } = await readOnCall(input, io, { path, schema: onCallNowSchema });
  writeForm(input, io, {
    json: () => text,
    text: (paint) => onCallNowText(value, paint),
    markdown: () => onCallNowMarkdown(value),
  });
  return value.schedules.some(({ people }) => people.length === 0) ? EXIT.finding : EXIT.fine;
}

export const schedule: CommandRun = async (input, io) => {
  const range = { from: instantOption(input, "from"), to: instantOption(input, "to") };
  const path = pathWith(schedulePath(input), range);
  const { text, value } = await readOnCall(input, io, { path, schema: scheduleDetailSchema });
  writeForm(input, io, {
    json: () => text,
    text: (paint) => scheduleText(value, paint),
    markdown: () => scheduleMarkdown(value),
  });
  return EXIT.fine;
};
