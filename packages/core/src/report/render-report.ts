import { freezeWords } from "../evaluation/explain.js";
import { formatBudgetLeft, formatBurn, formatRatio, formatShare } from "../evaluation/figures.js";
import { formatDuration } from "../slo/duration.js";
import { markdownText, plainText } from "./plain-text.js";
import type { Report, ReportIncident, ReportSlo } from "./report.js";

const HOUR_MS = 3_600_000;

/** Renders a report for people; its JSON is the report itself. Names in it cannot form Markdown of their own. */
export function renderReport(report: Report, format: "markdown" | "text"): string {
  return format === "markdown" ? renderMarkdown(report) : renderText(report);
}

function renderMarkdown(report: Report): string {
  const lines = [
    `# Service levels, ${periodWords(report)}`,
    "",
    totalWords(report),
    "",
    "| Objective | Target | SLI | Trend | Budget left | Spent | Worst hour | Measured |",
    "| --- | ---: | ---: | --- | ---: | ---: | --- | --- |",
    ...report.slos.map((slo) => `| ${cellsOf(slo, markdownText).join(" | ")} |`),
  ];
  for (const slo of report.slos) {
    const notes = notesOf(slo, report, markdownText);
    if (notes.length > 0) lines.push("", `## ${markdownText(slo.title)}`, "", ...notes.map((note) => `- ${note}`));
  }
  return `${lines.join("\n")}\n`;
}

function renderText(report: Report): string {
  const header = ["Objective", "Target", "SLI", "Trend", "Budget left", "Spent", "Worst hour", "Measured"];
  const rows = [header, ...report.slos.map((slo) => cellsOf(slo, plainText))];
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [],
  );
  const lines = [`Service levels, ${periodWords(report)}`, totalWords(report), ""];
  for (const row of rows)
    lines.push(
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    );
  for (const slo of report.slos) {
    const notes = notesOf(slo, report, plainText);
    if (notes.length > 0) lines.push("", plainText(slo.title), ...notes.map((note) => `  ${note}`));
  }
  return `${lines.join("\n")}\n`;
}

function periodWords({ period }: Report): string {
  return `${instantWords(period.fromMs)} to ${instantWords(period.toMs)}`;
}

function instantWords(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function totalWords({ totals }: Report): string {
  const resolve =
    totals.meanTimeToResolveMs === undefined
      ? ""
      : `, resolved in ${formatDuration(totals.meanTimeToResolveMs)} on average`;
  return (
    `${count(totals.slos, "objective")}: ${totals.missed} under target, ${totals.overspent} overspent. ` +
    `${count(totals.incidents, "incident")}${resolve}.`
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function cellsOf(slo: ReportSlo, escape: (text: string) => string): string[] {
  const { worstBurn } = slo;
  return [
    `${escape(slo.title)}${slo.mode === "shadow" ? " (shadow)" : ""}`,
    formatRatio(slo.targetRatio),
    sliWords(slo.sliRatio),
    trendWords(slo),
    formatBudgetLeft(slo.remainingRatio),
    formatShare(slo.spentRatio),
    worstBurn === undefined ? "no events" : worstWords(worstBurn),
    slo.thinHours === 0
      ? formatShare(slo.coverageRatio)
      : `${formatShare(slo.coverageRatio)}, ${count(slo.thinHours, "hour")} too thin`,
  ];
}

function sliWords(ratio: number | undefined): string {
  return ratio === undefined ? "no events" : formatRatio(ratio);
}

/** An hour needs no length; a part of one does, as a fast burn of a minute is not one of an hour. */
function worstWords({ atMs, burnRate, lengthMs }: NonNullable<ReportSlo["worstBurn"]>): string {
  const part = lengthMs < HOUR_MS ? `, in ${formatDuration(lengthMs)}` : "";
  return `${formatBurn(burnRate)} from ${instantWords(atMs)}${part}`;
}

function trendWords({ trend, previousSliRatio }: ReportSlo): string {
  switch (trend) {
    case "new":
      return "nothing to compare";
    case "steady":
      return "steady";
    case "better":
      return `better, up from ${sliWords(previousSliRatio)}`;
    case "worse":
      return `worse, down from ${sliWords(previousSliRatio)}`;
  }
}

function costWords({ budgetShare }: ReportIncident): string {
  return budgetShare === undefined ? "cost not known" : `cost ${formatShare(budgetShare)} of the budget`;
}

function notesOf(slo: ReportSlo, { period, quarter }: Report, escape: (text: string) => string): string[] {
  const { coveredFromMs } = slo;
  return [
    ...(coveredFromMs > period.fromMs
      ? [`Only from ${instantWords(coveredFromMs)} on: before it, nothing was measured or is held any more`]
      : []),
    ...slo.frozenBecause.map((reason) => `Cannot be judged: ${escape(freezeWords(reason))}`),
    ...slo.incidents.map((incident) => {
      const state =
        incident.resolvedMs === undefined
          ? "still open"
          : `resolved after ${formatDuration(incident.resolvedMs - incident.openedMs)}`;
      const due = incident.needsPostmortemWithP0 ? "; over 20 %: its postmortem needs a P0 action" : "";
      return `${escape(incident.id)}, ${escape(incident.title)}: opened ${instantWords(incident.openedMs)}, ${state}, ${costWords(incident)}${due}`;
    }),
    ...slo.outageClasses.map(({ budgetShare, incidents, needsP0InPlan, outageClass }) => {
      const spent = `${count(incidents, "incident")}, ${formatShare(budgetShare)} of the budget since ${instantWords(quarter.fromMs)}`;
      const due = needsP0InPlan ? "; over 20 %: next quarter's plan needs a P0" : "";
      return `Class of outage, ${escape(outageClass)}: ${spent}${due}`;
    }),
  ];
}
