import { overrideListSchema, overrideSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { deleteFromApi, readApi, writeApi } from "../api/api.js";
import { openApi, openWritableApi } from "../api/open-api.js";
import { EXIT, usageError } from "../cli-error.js";
import { optionList, type CommandInput, type CommandRun } from "../command-line/command.js";
import { plain } from "../present/paint.js";
import { writeForm } from "../present/output-form.js";
import { markdownTable, markdownText, textTable } from "../present/table.js";
import { deciderOf, expiryOf, neededText, scopeOf } from "./written-options.js";

type OverrideBody = z.infer<typeof overrideSchema>;

const LIST = "/api/v1/overrides";
const COLUMNS = ["id", "risks", "services", "until", "by", "reason"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const { text, value } = await readApi(api, LIST, overrideListSchema);
    const rows = value.overrides.map(rowOf);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => (rows.length === 0 ? "No override is in force.\n" : textTable(COLUMNS, rows, paint.bold)),
      markdown: () => markdownTable(COLUMNS, rows),
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const add: CommandRun = async (input, io) => {
  const body = {
    author: deciderOf(input, io),
    reason: neededText(input, "reason", "say why the gate should not hold this up"),
    services: scopeOf(input, "service"),
    risks: neededRisks(input),
    expires: expiryOf(input, Date.now()),
  };
  const api = await openWritableApi(input, io);
  try {
    const { text, value } = await writeApi(api, LIST, { body, answer: overrideSchema });
    writeForm(input, io, {
      json: () => text,
      text: () => `${plain(wordsOf(value))}\n`,
      markdown: () => `${markdownText(wordsOf(value))}\n`,
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const withdraw: CommandRun = async (input, io) => {
  const id = input.arguments[0] ?? "";
  const api = await openWritableApi(input, io);
  try {
    await deleteFromApi(api, `${LIST}/${encodeURIComponent(id)}`);
    writeForm(input, io, {
      json: () => JSON.stringify({ withdrawn: id }),
      text: () => `Override ${plain(id)} is withdrawn.\n`,
      markdown: () => `Override ${markdownText(id)} is withdrawn.\n`,
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

function rowOf({ author, expires, id, reason, risks, services }: OverrideBody): readonly string[] {
  return [id, risks.join(", "), services === "all" ? "all" : services.join(", "), expires, author, reason];
}

function wordsOf({ author, expires, id, reason, risks, services }: OverrideBody): string {
  const where = services === "all" ? "every service" : services.join(", ");
  return `Override ${id}: ${risks.join(", ")} changes to ${where} may go until ${expires}, as ${author} decided: ${reason}`;
}

function neededRisks(input: CommandInput): readonly string[] {
  const risks = optionList(input, "risk");
  if (risks.length === 0) throw usageError("--risk is missing: say which kinds of change may go.");
  return risks;
}
