import { incidentSummarySchema, type IncidentSummary } from "@plimsoll/service/api";
import type { CommandInput, CommandRun } from "../command-line/command.js";
import { addDecision } from "./write-decision.js";
import { deciderOf, neededText } from "./written-options.js";

export const acknowledge: CommandRun = write("acknowledge", () => ({}));
export const note: CommandRun = write("note", (input) => ({ text: input.arguments[1] }));
export const resolve: CommandRun = write("resolve", (input) => ({
  reason: neededText(input, "reason", "say why the incident is over"),
}));

function write(verb: string, given: (input: CommandInput) => object): CommandRun {
  return async (input, io) => {
    const body = { ...given(input), by: deciderOf(input, io) };
    const path = `/api/v1/incidents/${encodeURIComponent(input.arguments[0] ?? "")}/${verb}`;
    return addDecision(input, io, { path, body, answer: incidentSummarySchema, words: standing });
  };
}

function standing({ id, severity, status, title }: IncidentSummary): string {
  return `${id} is ${status} (${severity}): ${title}`;
}
