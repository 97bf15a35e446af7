import { labelOf, type Labels } from "../../alert/labels.js";
import type { Severity } from "../severity.js";

/**
 * What the words that tools write into the label `severity` mean here: our own names, ranks by number, and the words of
 * Prometheus' rules, of syslog and of other monitoring systems. In lower case; the label's own case does not matter.
 *
 * SEV1 is never guessed, for no tool's `critical` says that nobody at all is served: only the label itself can, by its
 * number, or whoever sets up a receiver.
 */
export const LABEL_SEVERITIES: readonly { readonly severity: Severity; readonly words: readonly string[] }[] = [
  { severity: "SEV1", words: ["sev1", "p1"] },
  {
    severity: "SEV2",
    words: ["sev2", "p2", "critical", "crit", "page", "emergency", "disaster", "fatal", "urgent", "major", "high"],
  },
  {
    severity: "SEV3",
    words: ["sev3", "p3", "error", "warning", "warn", "ticket", "minor", "medium", "moderate", "average"],
  },
  {
    severity: "SEV4",
    words: ["sev4", "p4", "info", "informational", "information", "notice", "low", "debug", "none"],
  },
];

const BY_WORD: ReadonlyMap<string, Severity> = new Map(
  LABEL_SEVERITIES.flatMap(({ severity, words }) => words.map((word) => [word, severity] as const)),
);

/** Reads a severity from the label `severity`. Without a word that is known it is SEV3: somebody looks, and nobody is woken. */
export function externalSeverity(labels: Labels): { readonly severity: Severity; readonly because: string } {
  const said = labelOf(labels, "severity");
  const severity = BY_WORD.get(said.trim().toLowerCase());
  if (severity !== undefined) return { severity, because: `its label severity says ${said}` };
  return {
    severity: "SEV3",
    because: said === "" ? "it has no label severity" : `its label severity says ${said}, which is not known`,
  };
}
