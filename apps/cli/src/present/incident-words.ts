import { formatDuration, formatShare } from "@plimsoll/core";
import type { IncidentList, IncidentSummary } from "@plimsoll/service/api";
import type { Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, textTable, type Column } from "./table.js";

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
    incident.burning ? `${incident.status}, alert fires` : incident.status,
    instantWords(incident.declaredAt),
    formatDuration(incident.durationMs),
    spentWords(incident),
    incident.title,
  ];
}

/** Where no alert of the engine opened it, what its service lost meanwhile is the most that it can have spent. */
function spentWords({ budgetShareOf, budgetShareRatio }: IncidentSummary): string {
  if (budgetShareRatio === undefined) return "-";
  return `${budgetShareOf === undefined ? "" : "<= "}${formatShare(budgetShareRatio)}`;
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
