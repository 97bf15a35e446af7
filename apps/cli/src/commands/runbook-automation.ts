import { automationSchema, type AutomationBody } from "@plimsoll/service/api";
import { readApi, writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT, usageError } from "../cli-error.js";
import { optionFlag, type CommandInput, type CommandRun } from "../command-line/command.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { instantWords } from "../present/slo-figures.js";
import { markdownText } from "../present/table.js";
import { expectedOf, keyOf, neededText } from "./written-options.js";

const PATH = "/api/v1/automation";

/** Shows what a running service may start by itself, or turns the switch that stops all of it. */
export const automation: CommandRun = (input, io) => {
  const verb = verbOf(input);
  const body = verb === undefined ? {} : bodyOf(verb, input);
  const key = keyOf(input);
  return withApi(openWritableApi(input, io), async (api) => {
    const { text, value } =
      verb === undefined
        ? await readApi(api, PATH, automationSchema)
        : await writeApi(api, `${PATH}/${verb}`, { body, answer: automationSchema, ...key });
    const lines = automationLines(value);
    writeForm(input, io, {
      json: () => text,
      text: () => lines.map((line) => `${plain(line)}\n`).join(""),
      markdown: () => lines.map((line) => `- ${markdownText(line)}\n`).join(""),
    });
    return EXIT.fine;
  });
};

function verbOf(input: CommandInput): "engage" | "release" | undefined {
  const [stop, allow] = [optionFlag(input, "stop"), optionFlag(input, "allow")];
  if (stop && allow) throw usageError("--stop and --allow exclude each other. Give one of them.");
  if (stop) return "engage";
  return allow ? "release" : undefined;
}

function bodyOf(verb: "engage" | "release", input: CommandInput) {
  const expected = expectedOf(input);
  if (verb === "engage" && expected.expectedVersion !== undefined) {
    throw usageError("--expect does not go with --stop: a stop holds whatever somebody else did meanwhile.");
  }
  return { reason: neededText(input, "reason", "say why; it is audited"), ...expected };
}

function automationLines({ killSwitch, runbooks }: AutomationBody): readonly string[] {
  const { at, by, reason, state } = killSwitch;
  const turned = by === undefined || at === undefined ? "" : ` by ${by} at ${instantWords(at)}`;
  return [
    `kill switch: ${state}${turned}${reason === undefined ? "" : `: ${reason}`}`,
    ...runbooks.map(({ id, reasons, starts }) =>
      starts ? `${id}: yes` : `${id}: no, because ${reasons.map(({ message }) => message).join(" ")}`,
    ),
    ...(runbooks.length === 0 ? ["there is no runbook of level 4"] : []),
  ];
}
