import type { EvidenceBody, EvidenceDetail, IncidentDetail } from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable, type Column } from "./table.js";

/** How much of a hash a list shows, which is enough to name an item by. */
export const SHORT_HASH = 12;

const COLUMNS: readonly Column[] = ["Hash", "Kind", "Source", "Until (UTC)", "What", "Id"].map((title) => ({ title }));

/** What an incident is remembered with. */
export function evidenceListText({ evidence, id }: IncidentDetail, paint: Paint): string {
  if (evidence.length === 0) return `${plain(id)} has no evidence.\n`;
  const columns = COLUMNS.map(({ title }) => ({ title: title.toUpperCase() }));
  return `${textTable(columns, evidence.map(rowOf), paint.dim)}\nWhat was seen: plimsoll incident evidence ${plain(id)} <hash>\n`;
}

export function evidenceListMarkdown({ evidence }: IncidentDetail): string {
  return markdownTable(COLUMNS, evidence.map(rowOf));
}

function rowOf({ hash, id, kind, source, summary, to }: EvidenceBody): readonly string[] {
  return [hash.slice(0, SHORT_HASH), kind, source, instantWords(to), summary, id];
}

/** One item with what was seen, which came from anywhere: nothing in it steers a terminal. */
export function evidenceText(evidence: EvidenceDetail, paint: Paint): string {
  const facts = factsOf(evidence).map(([name, value]) => `  ${paint.dim(name.padEnd(8))} ${plain(value)}`);
  return [paint.bold(plain(evidence.summary)), ...facts, "", ...dataLines(evidence.data), ""].join("\n");
}

/** As Markdown what was seen is a block of code by its indent, which nothing inside can end. */
export function evidenceMarkdown(evidence: EvidenceDetail): string {
  return [
    `# ${markdownText(evidence.summary)}`,
    "",
    ...factsOf(evidence).map(([name, value]) => `- ${name}: ${markdownText(value)}`),
    "",
    "What was seen:",
    "",
    ...dataLines(evidence.data).map((line) => `    ${line}`),
    "",
  ].join("\n");
}

function factsOf({ from, hash, id, incidentId, kind, source, to }: EvidenceDetail) {
  return [
    ["incident", incidentId],
    ["id", id],
    ["kind", `${kind} from ${source}`],
    ["tells of", `${instantWords(from)} to ${instantWords(to)} UTC`],
    ["hash", hash],
  ] as const;
}

/** Text as its lines, and anything else as JSON. */
function dataLines(data: unknown): readonly string[] {
  const text = typeof data === "string" ? data : JSON.stringify(data ?? null, undefined, 2);
  return text.split(/\r?\n/u).map(plain);
}
