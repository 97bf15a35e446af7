import { type auditEntrySchema, auditPageSchema, auditVerdictSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { pathWith, readApi } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { EXIT } from "../cli-error.js";
import { optionText, type CommandRun } from "../command-line/command.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { markdownTable, markdownText, textTable, type Column } from "../present/table.js";

const AUDIT = "/api/v1/audit";
const COLUMNS: readonly Column[] = [
  { title: "#", align: "right" },
  ...["at", "who", "what", "about"].map((title) => ({ title })),
];

export const list: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const query = { after: optionText(input, "after"), limit: optionText(input, "limit") };
    const { text, value } = await readApi(api, pathWith(AUDIT, query), auditPageSchema);
    const rows = value.entries.map(rowOf);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => (rows.length === 0 ? "Nothing was decided.\n" : textTable(COLUMNS, rows, paint.bold)),
      markdown: () => markdownTable(COLUMNS, rows),
    });
    if (value.next !== undefined) io.stderr.write(`There is more: plimsoll audit list --after ${value.next}\n`);
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const verify: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const { text, value } = await readApi(api, `${AUDIT}/verify`, auditVerdictSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => `${(value.kind === "intact" ? paint.green : paint.red)(plain(wordsOf(value)))}\n`,
      markdown: () => `${markdownText(wordsOf(value))}\n`,
    });
    return value.kind === "intact" ? EXIT.fine : EXIT.finding;
  } finally {
    await api.close();
  }
};

function rowOf({ action, actor, at, number, subject }: z.infer<typeof auditEntrySchema>): readonly string[] {
  return [String(number), at, actor, action, subject];
}

function wordsOf(verdict: z.infer<typeof auditVerdictSchema>): string {
  return verdict.kind === "intact"
    ? `The audit trail is whole: ${verdict.entries} entries.`
    : `The audit trail is broken at entry ${verdict.atNumber}: ${verdict.reason}.`;
}
