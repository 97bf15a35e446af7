import { formatDuration } from "@plimsoll/core";
import type {
  ActionListBody,
  IncidentExplanationBody,
  IncidentFiguresBody,
  IncidentMetricsBody,
} from "@plimsoll/service/api";
import { plain, type Paint } from "./paint.js";
import { instantWords } from "./slo-figures.js";
import { markdownTable, markdownText, textTable, type Column } from "./table.js";

const FIGURE_COLUMNS: readonly Column[] = [
  { title: "" },
  { title: "Incidents", align: "right" },
  { title: "Detect", align: "right" },
  { title: "Acknowledge", align: "right" },
  { title: "Mitigate", align: "right" },
  { title: "Resolve", align: "right" },
];

/** Figures over incidents; of durations, the middle one and the one that nine in ten do not exceed. */
export function metricsText(metrics: IncidentMetricsBody, paint: Paint): string {
  const columns = FIGURE_COLUMNS.map(({ title, ...column }) => ({ ...column, title: title.toUpperCase() }));
  return `${intervalWords(metrics)}\n\n${textTable(columns, figureRows(metrics), paint.dim)}\n${DURATIONS}\n`;
}

export function metricsMarkdown(metrics: IncidentMetricsBody): string {
  return `${intervalWords(metrics)}\n\n${markdownTable(FIGURE_COLUMNS, figureRows(metrics))}\n${DURATIONS}\n`;
}

const DURATIONS = "Times are medians, with the 90th percentile behind the stroke.";

function intervalWords({ from, merged, to }: IncidentMetricsBody): string {
  const rest = merged === 0 ? "" : `; ${merged} merged into others, and not counted`;
  return `Declared from ${instantWords(from)} to ${instantWords(to)}${rest}`;
}

function figureRows({ byPeriod, bySeverity, byService, total }: IncidentMetricsBody): readonly (readonly string[])[] {
  return [
    figureRow("all", total),
    ...bySeverity.map(({ figures, severity }) => figureRow(severity, figures)),
    ...byService.map(({ figures, service }) => figureRow(service, figures)),
    ...byPeriod.map(({ figures, from }) => figureRow(`from ${from.slice(0, 10)}`, figures)),
  ];
}

function figureRow(name: string, figures: IncidentFiguresBody): readonly string[] {
  const { timeToAcknowledge, timeToDetect, timeToMitigate, timeToResolve } = figures;
  const times = [timeToDetect, timeToAcknowledge, timeToMitigate, timeToResolve].map(({ medianMs, p90Ms }) =>
    medianMs === undefined || p90Ms === undefined ? "-" : `${formatDuration(medianMs)} / ${formatDuration(p90Ms)}`,
  );
  return [name, String(figures.count), ...times];
}

const ACTION_COLUMNS: readonly Column[] = [
  { title: "Incident" },
  { title: "Item" },
  { title: "Priority" },
  { title: "Status" },
  { title: "Due (UTC)" },
  { title: "Owner" },
  { title: "Title" },
];

export function actionListText({ items }: ActionListBody, paint: Paint): string {
  if (items.length === 0) return "There are no such action items.\n";
  const rows = items.map((item) => {
    const [incident = "", id = "", priority = "", status = "", ...rest] = actionCells(item);
    const loud = item.overdueMs === undefined ? paint.dim : paint.red;
    return [incident, { text: id, paint: paint.bold }, priority, { text: status, paint: loud }, ...rest];
  });
  const columns = ACTION_COLUMNS.map((column) => ({ ...column, title: column.title.toUpperCase() }));
  return textTable(columns, rows, paint.dim);
}

export function actionListMarkdown({ items }: ActionListBody): string {
  return markdownTable(ACTION_COLUMNS, items.map(actionCells));
}

function actionCells(item: ActionListBody["items"][number]): string[] {
  const late = item.overdueMs === undefined ? "" : `, overdue by ${formatDuration(item.overdueMs)}`;
  const blocks = item.blocksReadiness ? ", blocks readiness" : "";
  return [
    item.incidentId,
    item.id,
    item.priority,
    `${item.status}${late}${blocks}`,
    instantWords(item.due),
    item.owner,
    item.title,
  ];
}

const STEP_COLUMNS: readonly Column[] = [
  { title: "Rule" },
  { title: "Kind" },
  { title: "Outcome" },
  { title: "Because" },
];

/** Every word of an incident's alerts, with the rules that it met. */
export function explanationText(explanation: IncidentExplanationBody, paint: Paint): string {
  const { id, traces } = explanation;
  const columns = STEP_COLUMNS.map((column) => ({ ...column, title: column.title.toUpperCase() }));
  const parts = traces.map((trace) =>
    [
      `${paint.bold(instantWords(trace.at))} ${plain(trace.key)}: ${plain(trace.change)}`,
      plain(trace.explanation),
      textTable(columns, trace.steps.map(stepCells), paint.dim),
    ].join("\n"),
  );
  const routed = linesBeside(explanation).map((line) => `${plain(line)}\n`);
  return [...parts, ...(routed.length === 0 ? [] : [routed.join("")])].join("\n") || noAlert(id);
}

export function explanationMarkdown(explanation: IncidentExplanationBody): string {
  const { id, traces } = explanation;
  const parts = traces.map((trace) =>
    [
      `## ${markdownText(`${instantWords(trace.at)} ${trace.key}: ${trace.change}`)}`,
      "",
      markdownText(trace.explanation),
      "",
      markdownTable(STEP_COLUMNS, trace.steps.map(stepCells)),
    ].join("\n"),
  );
  return (
    [...parts, ...linesBeside(explanation).map((line) => `- ${markdownText(line.trim())}\n`)].join("\n") || noAlert(id)
  );
}

function stepCells({ because, kind, outcome, rule }: IncidentExplanationBody["traces"][number]["steps"][number]) {
  return [rule, kind, outcome, because];
}

/** What there is to say beside the traces, a line each. */
function linesBeside(explanation: IncidentExplanationBody): readonly string[] {
  return [...movedLines(explanation), ...routingLines(explanation.routing), ...automaticLines(explanation)];
}

/** Where it is told why alerts fired that came from another incident. */
function movedLines({ cameFrom = [] }: IncidentExplanationBody): readonly string[] {
  return cameFrom.map(
    ({ at, incidentId, keys }) =>
      `${instantWords(at)} ${keys.join(", ")} came from ${incidentId}; what happened before: plimsoll incident explain ${incidentId}`,
  );
}

/** Whether the engine started a run by itself, and why. */
function automaticLines({ automaticRuns = [] }: IncidentExplanationBody): readonly string[] {
  return automaticRuns.map(({ at, words }) => `${instantWords(at)} ${words}`);
}

function routingLines(routing: IncidentExplanationBody["routing"]): readonly string[] {
  return routing.flatMap(({ at, key, lines }) => [
    `${instantWords(at)} ${key} was routed:`,
    ...lines.map((line) => `  ${line}`),
  ]);
}

function noAlert(id: string): string {
  return `No alert is behind ${plain(id)}: a person declared it.\n`;
}
