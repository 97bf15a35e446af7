import { runbookDetailSchema, runbookListSchema, type RunbookDetail } from "@plimsoll/service/api";
import { EXIT } from "../cli-error.js";
import type { CommandRun } from "../command-line/command.js";
import { rehearsedOn, runbookLines } from "./runbook-lines.js";
import { showAnswer, showTable } from "./show-answer.js";

const LIST = "/api/v1/runbooks";
const COLUMNS = ["RUNBOOK", "LEVEL", "REHEARSED", "TITLE", "SYMPTOMS"].map((title) => ({ title }));

export const listServed: CommandRun = async (input, io) => {
  await showTable(input, io, {
    path: LIST,
    schema: runbookListSchema,
    columns: COLUMNS,
    rows: ({ runbooks }) =>
      runbooks.map((one) => [one.id, String(one.level), rehearsedOn(one), one.title, one.symptoms.join(", ")]),
    none: "The service has no runbooks.",
  });
  return EXIT.fine;
};

export const showServed: CommandRun = async (input, io) => {
  const [id = ""] = input.arguments;
  await showAnswer(input, io, {
    path: `${LIST}/${encodeURIComponent(id)}`,
    schema: runbookDetailSchema,
    text: (book) =>
      linesOf(book)
        .map((line) => `${line}\n`)
        .join(""),
    markdown: (book) =>
      linesOf(book)
        .map((line) => `- ${line}\n`)
        .join(""),
  });
  return EXIT.fine;
};

function linesOf(book: RunbookDetail): readonly string[] {
  return [
    ...runbookLines(book),
    ...book.findings.map(({ code, message }) => `finding ${code}: ${message}`),
    ...(book.automatic === undefined ? [] : [startedByEngine(book.automatic)]),
  ];
}

function startedByEngine({ reasons, starts }: NonNullable<RunbookDetail["automatic"]>): string {
  return `started by the engine: ${starts ? "yes" : `no, because ${reasons.map(({ message }) => message).join(" ")}`}`;
}
