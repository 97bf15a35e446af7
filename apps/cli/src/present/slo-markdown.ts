import type { SloHistory, SloStatus } from "@plimsoll/service/api";
import {
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
  sliWords,
  stateWords,
} from "./slo-figures.js";
import { markdownTable, markdownText } from "./table.js";

export function sloListMarkdown(slos: readonly SloStatus[]): string {
  const rows = slos.map((slo) => [
    slo.id,
    slo.service,
    formatRatio(slo.target),
    sliWords(slo),
    leftWords(slo),
    burnWords(slo),
    stateWords(slo),
  ]);
  return markdownTable(
    [
      { title: "Objective" },
      { title: "Service" },
      { title: "Target", align: "right" },
      { title: "Measured", align: "right" },
      { title: "Budget left", align: "right" },
      { title: "Burn" },
      { title: "State" },
    ],
    rows,
  );
}

export function sloStatusMarkdown(slo: SloStatus): string {
  const facts = [
    `State: ${stateWords(slo)}`,
    `Objective: ${formatRatio(slo.target)} over ${slo.window.text}`,
    `Measured: ${sliWords(slo)}, coverage ${formatShare(slo.coverageRatio)}`,
    `Budget: ${budgetWords(slo)}`,
    `Exhausted: ${exhaustionWords(slo)}`,
    `Level: ${levelWords(slo)}`,
  ];
  return [
    `## ${markdownText(slo.id)}`,
    "",
    markdownText(slo.explanation),
    "",
    ...facts.map((fact) => `- ${markdownText(fact)}`),
    "",
    rulesMarkdown(slo),
  ].join("\n");
}

export function sloExplanationMarkdown(slo: SloStatus): string {
  return `${markdownText(slo.explanation)}\n\n${rulesMarkdown(slo)}`;
}

function rulesMarkdown(slo: SloStatus): string {
  const rows = slo.rules.map((rule) => [
    rule.id,
    rule.tier,
    formatFactor(rule.factor),
    `${formatBurn(rule.long.burnRate)} in ${formatDuration(rule.long.lengthMs)}`,
    `${formatBurn(rule.short.burnRate)} in ${formatDuration(rule.short.lengthMs)}`,
    rule.outcome,
  ]);
  return markdownTable(
    [
      { title: "Rule" },
      { title: "Tier" },
      { title: "Factor", align: "right" },
      { title: "Long" },
      { title: "Short" },
      { title: "Now" },
    ],
    rows,
  );
}

export function sloHistoryMarkdown(history: SloHistory): string {
  const rows = history.points.map(({ at, bad, coverageRatio, remainingRatio, total }) => [
    instantWords(at),
    countWords(bad),
    countWords(total),
    formatShare(coverageRatio),
    formatBudgetLeft(remainingRatio),
  ]);
  return markdownTable(
    [
      { title: "Until (UTC)" },
      { title: "Bad", align: "right" },
      { title: "Events", align: "right" },
      { title: "Coverage", align: "right" },
      { title: "Budget left", align: "right" },
    ],
    rows,
  );
}
