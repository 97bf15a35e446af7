import { type auditEntrySchema, auditPageSchema, auditVerdictSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { pathWith } from "../api/api.js";
import { EXIT } from "../cli-error.js";
import { optionText, type CommandRun } from "../command-line/command.js";
import { plain } from "../present/paint.js";
import { markdownText, type Column } from "../present/table.js";
import { showAnswer, showTable } from "./show-answer.js";

const AUDIT = "/api/v1/audit";
const COLUMNS: readonly Column[] = [
  { title: "#", align: "right" },
  ...["at", "who", "what", "about"].map((title) => ({ title })),
];

export const list: CommandRun = async (input, io) => {
  const { next } = await showTable(input, io, {
    path: pathWith(AUDIT, { after: optionText(input, "after"), limit: optionText(input, "limit") }),
    schema: auditPageSchema,
    columns: COLUMNS,
    rows: ({ entries }) => entries.map(rowOf),
    none: "Nothing was decided.",
  });
  if (next !== undefined) io.stderr.write(`There is more: plimsoll audit list --after ${next}\n`);
  return EXIT.fine;
};

export const verify: CommandRun = async (input, io) => {
  const { kind } = await showAnswer(input, io, {
    path: `${AUDIT}/verify`,
    schema: auditVerdictSchema,
    text: (verdict, paint) => `${(verdict.kind === "intact" ? paint.green : paint.red)(plain(wordsOf(verdict)))}\n`,
    markdown: (verdict) => `${markdownText(wordsOf(verdict))}\n`,
  });
  return kind === "intact" ? EXIT.fine : EXIT.finding;
};

function rowOf({ action, actor, at, number, subject }: z.infer<typeof auditEntrySchema>): readonly string[] {
  return [String(number), at, actor, action, subject];
}

function wordsOf(verdict: z.infer<typeof auditVerdictSchema>): string {
  return verdict.kind === "intact"
    ? `The audit trail is whole: ${verdict.entries} entries.`
    : `The audit trail is broken at entry ${verdict.atNumber}: ${verdict.reason}.`;
}
