import type { ActiveAlert, AlertExplanationBody, alertListSchema } from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable, type Column } from "./table.js";

type AlertList = ReturnType<(typeof alertListSchema)["parse"]>;

const COLUMNS: readonly Column[] = ["Key", "State", "Since (UTC)", "Until (UTC)", "Told", "Incident", "Labels"].map(
  (title) => ({ title }),
);

/** Alerts from elsewhere, and whether anybody was told of each. */
export function alertListText({ alerts, total }: AlertList, paint: Paint): string {
  if (alerts.length === 0) return "There are no such alerts from elsewhere.\n";
  const columns = COLUMNS.map(({ title }) => ({ title: title.toUpperCase() }));
  const more = total > alerts.length ? `and ${total - alerts.length} more; see --limit\n` : "";
  const why = "Why, or why not: plimsoll incident explain <key>\n";
  return `${textTable(columns, alerts.map(rowOf), paint.dim)}${more}\n${why}`;
}

export function alertListMarkdown({ alerts }: AlertList): string {
  return markdownTable(COLUMNS, alerts.map(rowOf));
}

function rowOf({ endsAt, firing, incidentId, key, labels, startsAt, told }: ActiveAlert): readonly string[] {
  const until = firing || endsAt === undefined ? "-" : instantWords(endsAt);
  return [
    key,
    firing ? "firing" : "over",
    instantWords(startsAt),
    until,
    told.length === 0 ? "nobody" : told.join(", "),
    incidentId ?? "-",
    labelWords(labels),
  ];
}

/** Why an alert told somebody, or why not. */
export function alertExplanationText(alert: AlertExplanationBody, paint: Paint): string {
  const [first = "", ...rest] = linesOf(alert);
  return [paint.bold(plain(first)), ...rest.map((line) => `  ${plain(line)}`), ""].join("\n");
}

export function alertExplanationMarkdown(alert: AlertExplanationBody): string {
  const [first = "", ...rest] = linesOf(alert);
  return [`## ${markdownText(first)}`, "", ...rest.map((line) => `- ${markdownText(line)}`), ""].join("\n");
}

function linesOf({ endsAt, firing, incidentId, key, labels, met, startsAt, told }: AlertExplanationBody) {
  const over = endsAt === undefined ? "is over" : `was over at ${instantWords(endsAt)}`;
  return [
    `${key} ${firing ? "fires" : over}; ${told.length === 0 ? "nobody was told" : `told: ${told.join(", ")}`}`,
    `since ${instantWords(startsAt)} UTC: ${labelWords(labels)}`,
    ...(incidentId === undefined ? [] : [`part of ${incidentId}`]),
    ...met,
  ];
}

function labelWords(labels: Readonly<Record<string, string>>): string {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${words.join(", ")}}`;
}
