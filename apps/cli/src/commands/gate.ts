import { gateAnswerSchema, type GateAnswerBody } from "@plimsoll/service/api";
import { pathWith, readApi } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { EXIT, type ExitCode } from "../cli-error.js";
import { optionList, optionText, type CommandRun } from "../command-line/command.js";
import { plain, type Paint } from "../present/paint.js";
import { writeForm } from "../present/output-form.js";
import { markdownText } from "../present/table.js";

const EXIT_BY_DECISION: Readonly<Record<GateAnswerBody["decision"], ExitCode>> = {
  allow: EXIT.fine,
  deny: EXIT.finding,
  unknown: EXIT.unavailable,
};

export const gate: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const query = {
      risk: optionText(input, "risk"),
      service: optionList(input, "service"),
      reason: optionText(input, "reason"),
    };
    const { text, value } = await readApi(api, pathWith("/api/v1/gate", query), gateAnswerSchema);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => gateText(value, paint),
      markdown: () => gateMarkdown(value),
    });
    return EXIT_BY_DECISION[value.decision];
  } finally {
    await api.close();
  }
};

function questionWords({ risk, services }: GateAnswerBody): string {
  return `a ${risk} change to ${services.length === 0 ? "any service" : services.join(", ")}`;
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
