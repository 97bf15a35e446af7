import { formatDuration, formatShare } from "@plimsoll/core";
import type { IncidentDetail, IncidentList, IncidentSummary } from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable, type Column } from "./table.js";

const COLUMNS: readonly Column[] = [
  { title: "Incident" },
  { title: "Severity" },
  { title: "Status" },
  { title: "Declared (UTC)" },
  { title: "Lasted", align: "right" },
  { title: "Spent", align: "right" },
  { title: "Title" },
];

/** One line per incident, and the mean times. */
export function incidentListText(list: IncidentList, paint: Paint): string {
  if (list.incidents.length === 0) return "There are no incidents.\n";
  const rows = list.incidents.map((incident) => {
    const [id = "", severity = "", status = "", ...rest] = cellsOf(incident);
    return [
      { text: id, paint: paint.bold },
      severity,
      { text: status, paint: incident.burning ? paint.red : paint.green },
      ...rest,
    ];
  });
  const table = textTable(
    COLUMNS.map((column) => ({ ...column, title: column.title.toUpperCase() })),
    rows,
    paint.dim,
  );
  return `${table}\n${meanWords(list)}\n`;
}

export function incidentListMarkdown(list: IncidentList): string {
  return `${markdownTable(COLUMNS, list.incidents.map(cellsOf))}\n${meanWords(list)}\n`;
}

function cellsOf(incident: IncidentSummary): string[] {
  return [
    incident.id,
    incident.severity,
    incident.burning ? `${incident.status}, burning` : incident.status,
    instantWords(incident.declaredAt),
    formatDuration(incident.durationMs),
    incident.budgetShareRatio === undefined ? "-" : formatShare(incident.budgetShareRatio),
    incident.title,
  ];
}

function meanWords({ metrics }: IncidentList): string {
  const means = [
    ["acknowledged", metrics.meanTimeToAcknowledgeMs],
    ["resolved", metrics.meanTimeToResolveMs],
  ] as const;
  const words = means.flatMap(([what, ms]) =>
    ms === undefined ? [] : [`${what} after ${formatDuration(ms)} on average`],
  );
  return [`${metrics.open} open of ${metrics.total}`, ...words].join("; ");
}

/** One incident with its course. */
export function incidentText(incident: IncidentDetail, paint: Paint): string {
  const timeline = incident.timeline.map(({ actor, at, kind, text }) => [
    { text: instantWords(at), paint: paint.dim },
    kind,
    actor,
    text,
  ]);
  const facts = factsOf(incident).map(([name, value]) => `  ${paint.dim(name.padEnd(10))} ${plain(value)}`);
  const evidence = incident.evidence.map(({ id, kind, summary }) => `  ${id}  ${kind}  ${plain(summary)}`);
  return [
    `${paint.bold(incident.id)} ${plain(incident.title)}`,
    ...facts,
    "",
    plain(incident.summary),
    "",
    textTable([{ title: "AT (UTC)" }, { title: "WHAT" }, { title: "WHO" }, { title: "TEXT" }], timeline, paint.dim),
    ...(evidence.length === 0 ? [] : [paint.dim("EVIDENCE"), ...evidence, ""]),
    incident.postmortem === undefined
      ? "A postmortem draft is there once it is resolved.\n"
      : `Postmortem draft: plimsoll incident show ${incident.id} --postmortem\n`,
  ].join("\n");
}

export function incidentMarkdown(incident: IncidentDetail): string {
  return [
    `# ${markdownText(`${incident.id} ${incident.title}`)}`,
    "",
    markdownText(incident.summary),
    "",
    ...factsOf(incident).map(([name, value]) => `- ${name}: ${markdownText(value)}`),
    "",
    markdownTable(
      [{ title: "At (UTC)" }, { title: "What" }, { title: "Who" }, { title: "Text" }],
      incident.timeline.map(({ actor, at, kind, text }) => [instantWords(at), kind, actor, text]),
    ),
  ].join("\n");
}

function factsOf(incident: IncidentDetail): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [
    ["status", incident.burning ? `${incident.status}, its alert still fires` : incident.status],
    ["severity", incident.severity],
    ["service", incident.sloId === undefined ? incident.service : `${incident.service} (${incident.sloId})`],
    ["declared", instantWords(incident.declaredAt)],
    ["lasted", formatDuration(incident.durationMs)],
  ];
  if (incident.budgetShareRatio !== undefined)
    facts.push(["spent", `${formatShare(incident.budgetShareRatio)} of the period's budget`]);
  for (const clock of incident.clocks) facts.push(["target", clockWords(clock)]);
  return facts;
}

const CLOCK_WORDS = {
  acknowledge: "acknowledge",
  escalate: "call somebody",
  stakeholders: "tell stakeholders",
} as const;

function clockWords({ due, kind, lateMs, outcome, severity }: IncidentDetail["clocks"][number]): string {
  const late = outcome === "breached" ? `missed by ${formatDuration(lateMs)}` : outcome;
  return `${severity}: ${CLOCK_WORDS[kind]} by ${instantWords(due)}: ${late}`;
}
