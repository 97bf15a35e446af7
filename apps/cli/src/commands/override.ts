import { overrideListSchema, overrideSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { EXIT, usageError } from "../cli-error.js";
import { optionList, type CommandInput, type CommandRun } from "../command-line/command.js";
import { showTable } from "./show-answer.js";
import { addDecision, withdrawDecision } from "./write-decision.js";
import { deciderOf, expiryOf, neededText, scopeOf } from "./written-options.js";

type OverrideBody = z.infer<typeof overrideSchema>;

const LIST = "/api/v1/overrides";
const COLUMNS = ["id", "risks", "services", "until", "by", "reason"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  await showTable(input, io, {
    path: LIST,
    schema: overrideListSchema,
    columns: COLUMNS,
    rows: ({ overrides }) => overrides.map(rowOf),
    none: "No override is in force.",
  });
  return EXIT.fine;
};

export const add: CommandRun = async (input, io) => {
  const body = {
    author: deciderOf(input, io),
    reason: neededText(input, "reason", "say why the gate should not hold this up"),
    services: scopeOf(input, "service"),
    risks: neededRisks(input),
    expires: expiryOf(input),
  };
  return addDecision(input, io, { path: LIST, body, answer: overrideSchema, words: wordsOf });
};

export const withdraw: CommandRun = (input, io) => withdrawDecision(input, io, { noun: "Override", path: LIST });

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
