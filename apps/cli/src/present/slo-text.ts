import type { SloHistory, SloStatus } from "@plimsoll/service/api";
import { budgetBar } from "./budget-bar.js";
import { plain, type Paint } from "./paint.js";
import {
  budgetPaint,
  budgetWords,
  burnWords,
  countWords,
  exhaustionWords,
  formatBudgetLeft,
  formatBurn,
  formatDuration,
  formatFactor,
  formatRatio,
  formatShare,
  instantWords,
  leftWords,
  levelWords,
  remainingOf,
  sliWords,
  statePaint,
  stateWords,
} from "./slo-figures.js";
import { textTable } from "./table.js";

/** One line per objective. */
export function sloListText(slos: readonly SloStatus[], paint: Paint): string {
  if (slos.length === 0) return "There are no objectives.\n";
  const rows = slos.map((slo) => {
    const remainingRatio = remainingOf(slo);
    const colour = budgetPaint(remainingRatio, paint);
    return [
      { text: slo.id, paint: paint.bold },
      slo.service,
      formatRatio(slo.target),
      sliWords(slo),
      { text: budgetBar(remainingRatio), paint: colour },
      { text: leftWords(slo), paint: colour },
      burnWords(slo),
      { text: stateWords(slo), paint: statePaint(slo, paint) },
    ];
  });
  return textTable(
    [
      { title: "OBJECTIVE" },
      { title: "SERVICE" },
      { title: "TARGET", align: "right" },
      { title: "MEASURED", align: "right" },
      { title: "BUDGET" },
      { title: "LEFT", align: "right" },
      { title: "BURN" },
      { title: "STATE" },
    ],
    rows,
    paint.dim,
  );
}

/** One objective in full. */
export function sloStatusText(slo: SloStatus, paint: Paint): string {
  const { coverageRatio, window } = slo;
  const remainingRatio = remainingOf(slo);
  const since = slo.measuredSince === undefined ? "" : `, measured since ${instantWords(slo.measuredSince)}`;
  const facts: readonly (readonly [string, string])[] = [
    ["state", statePaint(slo, paint)(stateWords(slo))],
    ["objective", `${formatRatio(slo.target)} over ${window.text}, ${slo.kind}, version ${slo.version}`],
    ["measured", `${sliWords(slo)}, coverage ${formatShare(coverageRatio)}${since}`],
    ["budget", `${budgetPaint(remainingRatio, paint)(budgetBar(remainingRatio, 20))} ${budgetWords(slo)}`],
    ["exhausted", exhaustionWords(slo)],
    ["level", plain(levelWords(slo))],
  ];
  const lines = facts.map(([name, value]) => `  ${paint.dim(name.padEnd(10))} ${value}`);
  const title = slo.title === undefined ? "" : `  ${plain(slo.title)}`;
  const rules = indent(rulesText(slo, paint));
  return [
    `${paint.bold(slo.id)} (${slo.service})${title}`,
    ...lines,
    ...(rules === "" ? [] : ["", rules]),
    `  ${plain(slo.explanation)}`,
    "",
  ].join("\n");
}

function rulesText(slo: SloStatus, paint: Paint): string {
  if (slo.rules.length === 0) return "";
  const rows = slo.rules.map((rule) => [
    rule.id,
    rule.tier,
    formatFactor(rule.factor),
    formatShare(rule.budgetShare),
    `${formatBurn(rule.long.burnRate)} in ${formatDuration(rule.long.lengthMs)}`,
    `${formatBurn(rule.short.burnRate)} in ${formatDuration(rule.short.lengthMs)}`,
    {
      text: rule.outcome,
      paint: rule.outcome === "firing" ? paint.red : rule.outcome === "frozen" ? paint.yellow : paint.green,
    },
  ]);
  return textTable(
    [
      { title: "RULE" },
      { title: "TIER" },
      { title: "FACTOR", align: "right" },
      { title: "SHARE", align: "right" },
      { title: "LONG" },
      { title: "SHORT" },
      { title: "NOW" },
    ],
    rows,
    paint.dim,
  );
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}

/** The words that explain a verdict, and the rules behind them. */
export function sloExplanationText(slo: SloStatus, paint: Paint): string {
  const reasons = [...slo.verdict.reasons, ...slo.rules.flatMap(({ frozenBecause }) => frozenBecause)].map(
    ({ message }) => plain(message),
  );
  const demotions = slo.rules.flatMap(({ demotedBecause, id }) =>
    demotedBecause === undefined ? [] : [`${id} is a ticket only: ${plain(demotedBecause)}`],
  );
  const notes = [...new Set([...reasons, ...demotions])].map((note) => `  - ${note}`);
  return [plain(slo.explanation), ...notes, "", rulesText(slo, paint)].join("\n");
}

/** How the budget went, step by step. */
export function sloHistoryText(history: SloHistory, paint: Paint): string {
  if (history.points.length === 0) return `${history.sloId}: nothing was measured in this interval.\n`;
  const rows = history.points.map(({ at, bad, coverageRatio, remainingRatio, total }) => {
    const colour = budgetPaint(remainingRatio, paint);
    return [
      instantWords(at),
      countWords(bad),
      countWords(total),
      formatShare(coverageRatio),
      { text: budgetBar(remainingRatio), paint: colour },
      { text: formatBudgetLeft(remainingRatio), paint: colour },
    ];
  });
  const title = `${history.sloId}: ${instantWords(history.from)} to ${instantWords(history.to)} UTC in steps of ${formatDuration(history.stepMs)}\n`;
  return `${title}${textTable(
    [
      { title: "UNTIL" },
      { title: "BAD", align: "right" },
      { title: "EVENTS", align: "right" },
      { title: "COVERAGE", align: "right" },
      { title: "BUDGET" },
      { title: "LEFT", align: "right" },
    ],
    rows,
    paint.dim,
  )}`;
}
