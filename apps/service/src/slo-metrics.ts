import type { SloView } from "@plimsoll/core";

const VERDICTS = ["healthy", "firing", "frozen", "no-data"] as const;

const FAMILIES = {
  plimsoll_slo_budget_remaining_ratio:
    "Error budget left over the period, 1 is all; negative once overspent; absent before anything was measured.",
  plimsoll_slo_target_ratio: "The objective.",
  plimsoll_slo_sli_ratio: "Good over total events in the period; absent when nothing was measured.",
  plimsoll_slo_coverage_ratio: "Measured over expected slices in the period.",
  plimsoll_slo_burn_rate: "Burn rate over a rule's window; 1 spends exactly the budget over the period.",
  plimsoll_slo_verdict: "1 for the verdict that holds.",
} as const;
type Family = keyof typeof FAMILIES;

/**
 * Writes every SLO's figures in the Prometheus text format 0.0.4, in one pass. By hand, as a metrics library looks each
 * label set up by a string of its own: with 10,000 SLOs that is some 160,000 look-ups per scrape.
 */
export function sloMetricsText(views: readonly SloView[]): string {
  const lines = new Map<Family, string[]>();
  for (const [name, help] of Object.entries(FAMILIES))
    lines.set(name as Family, [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`]);
  const add = (family: Family, labels: string, figure: number | undefined): void => {
    if (figure !== undefined) lines.get(family)?.push(`${family}{${labels}} ${figureText(figure)}`);
  };
  for (const { evaluation, slo } of views) {
    const labels = `slo="${escaped(slo.id)}",service="${escaped(slo.service)}"`;
    const measured = evaluation.verdict.kind !== "no-data";
    add("plimsoll_slo_budget_remaining_ratio", labels, measured ? evaluation.budget.remainingRatio : undefined);
    add("plimsoll_slo_target_ratio", labels, slo.target);
    add("plimsoll_slo_sli_ratio", labels, evaluation.sliRatio);
    add("plimsoll_slo_coverage_ratio", labels, evaluation.coverageRatio);
    for (const { long, ruleId, short } of evaluation.rules) {
      const rule = `${labels},rule="${escaped(ruleId)}"`;
      add("plimsoll_slo_burn_rate", `${rule},window="long"`, long.burnRate);
      add("plimsoll_slo_burn_rate", `${rule},window="short"`, short.burnRate);
    }
    for (const verdict of VERDICTS)
      add("plimsoll_slo_verdict", `${labels},verdict="${verdict}"`, evaluation.verdict.kind === verdict ? 1 : 0);
  }
  return `${[...lines.values()].map((family) => family.join("\n")).join("\n\n")}\n`;
}

/** The text format spells infinity its own way. */
function figureText(figure: number): string {
  if (Number.isFinite(figure)) return String(figure);
  return Number.isNaN(figure) ? "NaN" : figure > 0 ? "+Inf" : "-Inf";
}

function escaped(label: string): string {
  return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
