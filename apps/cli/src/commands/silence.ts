import {
  silenceListSchema,
  silencePreviewSchema,
  silenceSchema,
  type SilenceBody,
  type SilencePreview,
} from "@plimsoll/service/api";
import { deleteFromApi, pathWith, writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT } from "../cli-error.js";
import { optionList, optionText, type CommandRun } from "../command-line/command.js";
import { writeForm } from "../present/output-form.js";
import { plain, type Paint } from "../present/paint.js";
import { minuteWords } from "../present/on-call-words.js";
import { markdownTable, markdownText, textTable } from "../present/table.js";
import { showAnswer } from "./show-answer.js";
import { addDecision } from "./write-decision.js";
import { deciderOf, expectedOf, expiryOf, instantOption, keyOf, neededText } from "./written-options.js";

const LIST = "/api/v1/silences";
const COLUMNS = ["Silence", "State", "Until (UTC)", "Quiets", "Matchers", "By", "Reason"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  const query = { state: optionText(input, "status"), limit: optionText(input, "limit") };
  await showAnswer(input, io, {
    path: pathWith(LIST, query),
    schema: silenceListSchema,
    text: ({ silences }, paint) => (silences.length === 0 ? noneWords(query.state) : tableOf(silences, paint)),
    markdown: ({ silences }) => markdownTable(COLUMNS, silences.map(rowOf)),
  });
  return EXIT.fine;
};

function noneWords(state = "active"): string {
  return `There are no ${state === "all" ? "" : `${state} `}silences.\n`;
}

function tableOf(silences: readonly SilenceBody[], paint: Paint): string {
  const columns = COLUMNS.map(({ title }) => ({ title: title.toUpperCase() }));
  return textTable(columns, silences.map(rowOf), paint.dim);
}

function rowOf({ author, expired, id, matchers, quiets, reason, state, to }: SilenceBody): readonly string[] {
  return [id, state, minuteWords(expired?.at ?? to), String(quiets), matchers, author, reason];
}

export const show: CommandRun = async (input, io) => {
  await showAnswer(input, io, {
    path: pathOf(input.arguments[0]),
    schema: silenceSchema,
    text: (silence) =>
      linesOf(silence)
        .map((line) => `${plain(line)}\n`)
        .join(""),
    markdown: (silence) =>
      linesOf(silence)
        .map((line) => `- ${markdownText(line)}\n`)
        .join(""),
  });
  return EXIT.fine;
};

function linesOf(silence: SilenceBody): readonly string[] {
  const { author, createdAt, expired, from, id, matchers, quiets, reason, recurring = [], state, to } = silence;
  return [
    `${id} is ${state}, and keeps ${quiets} ${quiets === 1 ? "alert" : "alerts"} quiet now`,
    `matchers: ${matchers}`,
    `from ${minuteWords(from)} to ${minuteWords(to)} UTC`,
    ...recurring.map((words) => `only at ${words}`),
    `made by ${author} at ${minuteWords(createdAt)} UTC: ${reason}`,
    ...(expired === undefined ? [] : [`ended by ${expired.by} at ${minuteWords(expired.at)} UTC`]),
  ];
}

export const create: CommandRun = async (input, io) => {
  const from = instantOption(input, "from");
  const recurring = optionList(input, "recurring");
  const body = {
    matchers: input.arguments[0],
    ...(from === undefined ? {} : { from }),
    to: expiryOf(input, from === undefined ? undefined : Date.parse(from)),
    ...(recurring.length === 0 ? {} : { recurring }),
    reason: neededText(input, "reason", "say why this should be quiet"),
    author: deciderOf(input, io),
  };
  return addDecision(input, io, { path: LIST, body, answer: silenceSchema, words: madeWords, ...keyOf(input) });
};

export const extend: CommandRun = async (input, io) => {
  const body = {
    to: expiryOf(input),
    reason: neededText(input, "reason", "say why it takes longer"),
    author: deciderOf(input, io),
    ...expectedOf(input),
  };
  const path = `${pathOf(input.arguments[0])}/extend`;
  return addDecision(input, io, { path, body, answer: silenceSchema, words: madeWords, ...keyOf(input) });
};

function madeWords({ author, from, id, matchers, quiets, reason, recurring = [], state, to }: SilenceBody): string {
  const when = state === "pending" ? `from ${minuteWords(from)} to ${minuteWords(to)}` : `until ${minuteWords(to)}`;
  const only = recurring.length === 0 ? "" : `, only at ${recurring.join(" or ")}`;
  return `Silence ${id}: ${matchers} is quiet ${when} UTC${only}, as ${author} decided: ${reason}; ${quiets} ${quiets === 1 ? "alert" : "alerts"} now`;
}

export const expire: CommandRun = async (input, io) => {
  const id = input.arguments[0] ?? "";
  await withApi(openWritableApi(input, io), (api) => deleteFromApi(api, pathOf(id), expectedOf(input)));
  writeForm(input, io, {
    json: () => JSON.stringify({ expired: id }),
    text: () => `Silence ${plain(id)} is ended.\n`,
    markdown: () => `Silence ${markdownText(id)} is ended.\n`,
  });
  return EXIT.fine;
};

export const preview: CommandRun = async (input, io) => {
  const write = { body: { matchers: input.arguments[0] }, answer: silencePreviewSchema };
  const { text, value } = await withApi(openWritableApi(input, io), (api) => writeApi(api, `${LIST}/preview`, write));
  const lines = previewLines(value);
  writeForm(input, io, {
    json: () => text,
    text: () => lines.map((line) => `${plain(line)}\n`).join(""),
    markdown: () => lines.map((line) => `- ${markdownText(line.trim())}\n`).join(""),
  });
  return value.matchesEverything ? EXIT.finding : EXIT.fine;
};

function previewLines({ alerts, groups, matchers, matchesEverything, of, total }: SilencePreview): readonly string[] {
  const labelsOf = (labels: Readonly<Record<string, string>>): string =>
    Object.entries(labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(" ");
  return [
    `${matchers} would keep ${total} of ${of} alerts quiet now.`,
    ...(matchesEverything
      ? ["It takes alerts without these labels too, and is refused: name a value that must be there."]
      : []),
    ...alerts.map(
      ({ labels, silencedAlready }) => `  ${labelsOf(labels)}${silencedAlready ? " (silenced already)" : ""}`,
    ),
    ...(total > alerts.length ? [`  and ${total - alerts.length} more`] : []),
    ...groups.map(
      ({ alerts: count, labels, receiver }) => `group ${labelsOf(labels)} for ${receiver}: ${count} of these`,
    ),
  ];
}

function pathOf(id = ""): string {
  return `${LIST}/${encodeURIComponent(id)}`;
}
