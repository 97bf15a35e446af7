import { correctionListSchema, correctionSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { EXIT } from "../cli-error.js";
import { optionText, type CommandRun } from "../command-line/command.js";
import { showTable } from "./show-answer.js";
import { addDecision, withdrawDecision } from "./write-decision.js";
import { deciderOf, instantOf, neededText, scopeOf } from "./written-options.js";

type CorrectionBody = z.infer<typeof correctionSchema>;

const LIST = "/api/v1/corrections";
const COLUMNS = ["id", "effect", "objectives", "when", "by", "from", "reason"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  await showTable(input, io, {
    path: LIST,
    schema: correctionListSchema,
    columns: COLUMNS,
    rows: ({ corrections }) => corrections.map(rowOf),
    none: "Nothing is corrected.",
  });
  return EXIT.fine;
};

export const add: CommandRun = async (input, io) => {
  const body = {
    author: deciderOf(input, io),
    reason: neededText(input, "reason", "say why this time should not count as it was measured"),
    slos: scopeOf(input, "slo"),
    effect: neededText(input, "effect", "drop or count-good"),
    from: instantOf(neededText(input, "from", "say when the interval begins"), "from"),
    to: instantOf(optionText(input, "to") ?? new Date().toISOString(), "to"),
  };
  return addDecision(input, io, { path: LIST, body, answer: correctionSchema, words: wordsOf });
};

export const withdraw: CommandRun = (input, io) => withdrawDecision(input, io, { noun: "Correction", path: LIST });

function rowOf({ author, covers, effect, id, origin, reason, slos }: CorrectionBody): readonly string[] {
  return [id, effect, slos === "all" ? "all" : slos.join(", "), covers, author, origin, reason];
}

function wordsOf(correction: CorrectionBody): string {
  const { author, covers, id, reason } = correction;
  return `Correction ${id}: ${effectWords(correction)}, ${covers}, as ${author} decided: ${reason}`;
}

function effectWords({ effect, slos }: CorrectionBody): string {
  const what = slos === "all" ? "every objective" : slos.join(", ");
  return effect === "drop" ? `the time is left out of ${what}` : `the time counts as good for ${what}`;
}
