import { gateAnswerSchema, type GateAnswerBody } from "@plimsoll/service/api";
import { pathWith } from "../api/api.js";
import { EXIT, type ExitCode } from "../cli-error.js";
import { optionList, optionText, type CommandRun } from "../command-line/command.js";
import { plain, type Paint } from "../present/paint.js";
import { markdownText } from "../present/table.js";
import { showAnswer } from "./show-answer.js";

const EXIT_BY_DECISION: Readonly<Record<GateAnswerBody["decision"], ExitCode>> = {
  allow: EXIT.fine,
  deny: EXIT.finding,
  unknown: EXIT.unavailable,
};

export const gate: CommandRun = async (input, io) => {
  const query = {
    risk: optionText(input, "risk"),
    service: optionList(input, "service"),
    reason: optionText(input, "reason"),
  };
  const { decision } = await showAnswer(input, io, {
    path: pathWith("/api/v1/gate", query),
    schema: gateAnswerSchema,
    text: gateText,
    markdown: gateMarkdown,
  });
  return EXIT_BY_DECISION[decision];
};

function questionWords({ risk, services }: GateAnswerBody): string {
  const article = /^[aeiou]/.test(risk) ? "an" : "a";
  return `${article} ${risk} change to ${services.length === 0 ? "any service" : services.join(", ")}`;
}

function gateText(answer: GateAnswerBody, paint: Paint): string {
  const colour = answer.decision === "allow" ? paint.green : answer.decision === "deny" ? paint.red : paint.yellow;
  const reasons = answer.reasons.map(({ message }) => `  - ${plain(message)}`);
  return [`${paint.bold(colour(answer.decision))}: ${plain(questionWords(answer))}`, ...reasons, ""].join("\n");
}

function gateMarkdown(answer: GateAnswerBody): string {
  const reasons = answer.reasons.map(({ message }) => `- ${markdownText(message)}`);
  return [`**${answer.decision}**: ${markdownText(questionWords(answer))}`, "", ...reasons, ""].join("\n");
}
