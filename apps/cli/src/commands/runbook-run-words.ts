import type { RunDetail, RunList, RunSummary } from "@plimsoll/service/api";
import { plain, type Paint } from "../present/paint.js";
import { instantWords } from "../present/slo-figures.js";
import { markdownTable, markdownText, textTable, type Column } from "../present/table.js";

const COLUMNS: readonly Column[] = [
  { title: "Run" },
  { title: "Runbook" },
  { title: "Status" },
  { title: "Steps", align: "right" },
  { title: "Requested (UTC)" },
  { title: "By" },
  { title: "Waits for" },
];

/** One line per run. */
export function runListText(list: RunList, paint: Paint): string {
  if (list.runs.length === 0) return "There are no runs.\n";
  const columns = COLUMNS.map((column) => ({ ...column, title: column.title.toUpperCase() }));
  const rows = list.runs.map((run) => {
    const [id = "", runbook = "", status = "", ...rest] = cellsOf(run);
    return [{ text: id, paint: paint.bold }, runbook, { text: status, paint: statusPaint(run, paint) }, ...rest];
  });
  return textTable(columns, rows, paint.dim);
}

export function runListMarkdown(list: RunList): string {
  return markdownTable(COLUMNS, list.runs.map(cellsOf));
}

function cellsOf(run: RunSummary): string[] {
  return [
    run.id,
    run.runbookId,
    run.status,
    `${run.stepsDone}/${run.stepCount}`,
    instantWords(run.requestedAt),
    run.requestedBy,
    run.waitsFor ?? "-",
  ];
}

/** A run with its steps, what it needs, and the plan where that is to be approved. */
export function runText(run: RunDetail, paint: Paint): string {
  const [first = "", ...lines] = runLines(run);
  return `${[paint.bold(first), ...lines].join("\n")}\n`;
}

export function runMarkdown(run: RunDetail): string {
  return runLines(run)
    .map((line) => `- ${markdownText(line.trim())}\n`)
    .join("");
}

function runLines(run: RunDetail): readonly string[] {
  const { approvals, endedAt, hold, incidentId, planHash, planWords, reason, requestedAt, requestedBy } = run;
  return [
    `${run.id}  ${run.title} (${run.runbookId}): ${run.status}`,
    `asked for by ${requestedBy} at ${instantWords(requestedAt)}${incidentId === undefined ? "" : ` for ${incidentId}`}: ${reason}`,
    ...(run.health === undefined ? [] : [`stops as soon as ${run.health}`]),
    ...run.steps.map(
      (step, index) =>
        `${String(index + 1).padStart(2)}. ${step.status.padEnd(11)} ${step.id}: ${step.title}${step.words === "" ? "" : ` - ${step.words}`}`,
    ),
    ...approvals.map(
      ({ approvalId, by, expiresAt }) => `${by} approved ${approvalId} until ${instantWords(expiresAt)}`,
    ),
    ...(endedAt === undefined ? [] : [`ended ${instantWords(endedAt)}: ${run.words}`]),
    ...(run.waitsFor === undefined ? [] : [`waits for ${run.waitsFor}`]),
    ...(hold?.kind === "approval" ? ["", "What would be done:", ...planWords, "", `plan ${planHash}`] : []),
    ...nextWords(run),
  ].map(plain);
}

/** What a person can type now. */
export function nextWords({ asksFor, hold, id }: RunDetail): readonly string[] {
  if (hold?.kind === "approval") return [`Somebody else approves it with: plimsoll runbook approve ${id}`];
  if (asksFor !== undefined) {
    return [asksFor.instruction, `Then tell how it went: plimsoll runbook report ${id} --note "..." [--failed]`];
  }
  return hold === undefined ? [] : [`Let it go on with: plimsoll runbook resume ${id} --reason "..."`];
}

/** How a run stands, in a line that changes when it does. */
export function standingWords(run: RunDetail): string {
  const steps = run.steps.filter(({ status }) => status !== "pending").map(({ id, status }) => `${id} ${status}`);
  const waits = run.waitsFor === undefined ? "" : `; waits for ${run.waitsFor}`;
  return plain(`${run.status}${steps.length === 0 ? "" : `: ${steps.join(", ")}`}${waits}`);
}

function statusPaint({ over, status }: RunSummary, paint: Paint): (text: string) => string {
  if (status === "succeeded") return paint.green;
  return over || status === "paused" ? paint.red : paint.bold;
}
