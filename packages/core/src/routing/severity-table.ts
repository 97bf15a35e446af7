import { labelOf, type Labels } from "../alert/labels.js";
import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { Severity } from "../incident/severity.js";

/** One row of the table that gives an alert from elsewhere its severity. */
export type SeverityRow = {
  readonly label: string;
  /** In lower case; the label's own case does not matter. */
  readonly values: readonly string[];
  readonly severity: Severity;
  readonly tier: AlertTier;
};

/** What holds unless somebody says otherwise: the words that are common in the label `severity`. */
export const DEFAULT_SEVERITY_TABLE: readonly SeverityRow[] = [
  {
    label: "severity",
    values: ["critical", "page", "emergency", "disaster", "fatal", "sev1", "p1"],
    severity: "SEV1",
    tier: "page",
  },
  { label: "severity", values: ["error", "high", "major", "sev2", "p2"], severity: "SEV2", tier: "page" },
  {
    label: "severity",
    values: ["info", "informational", "none", "debug", "sev4", "p4"],
    severity: "SEV4",
    tier: "ticket",
  },
];

/** What an alert is that no row of the table takes: somebody looks at it, and nobody is woken. */
export const UNRATED_ALERT = { severity: "SEV3", tier: "ticket" } as const;

/** Finds an alert's severity and tier: those of the first row that takes it. */
export function severityByLabels(
  labels: Labels,
  table: readonly SeverityRow[] = DEFAULT_SEVERITY_TABLE,
): { readonly severity: Severity; readonly tier: AlertTier } {
  const { severity, tier } =
    table.find(({ label, values }) => values.includes(labelOf(labels, label).toLowerCase())) ?? UNRATED_ALERT;
  return { severity, tier };
}
