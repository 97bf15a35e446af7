import type { Slo } from "../slo/slo.js";
import { rehearsalStanding } from "./rehearsal-standing.js";
import { fittingRunbooks, type RunbookIndex } from "./runbook-index.js";

/** An alert that would call people who have no rehearsed runbook for it. */
export type UnpreparedPage = {
  readonly code: "page-without-runbook";
  readonly sloId: string;
  readonly ruleId: string;
  /** What was found, and what to do. */
  readonly message: string;
};

/** Finds the rules that page without a rehearsed runbook: one that names the SLO or its service as a symptom. */
export function unpreparedPages(
  slos: readonly Slo[],
  { index, nowMs }: { readonly index: RunbookIndex; readonly nowMs: number },
): readonly UnpreparedPage[] {
  return slos
    .filter(({ mode }) => mode === "active")
    .flatMap(({ alerting, id: sloId, service }) => {
      const fitting = fittingRunbooks(index, [sloId, service]).map(({ runbook }) => runbook);
      if (fitting.some((runbook) => rehearsalStanding(runbook, nowMs) === "fresh")) return [];
      const [first] = fitting;
      const why =
        first === undefined
          ? `no runbook names ${sloId} or ${service} among its symptoms. Write one, and rehearse it`
          : `${fitting.map(({ id }) => id).join(", ")} would help, but ${fitting.length === 1 ? "its" : "their"} last rehearsal does not count. Rehearse ${first.id}, and write down when`;
      return alerting.rules
        .filter(({ tier }) => tier === "page")
        .map(({ id: ruleId }) => ({
          code: "page-without-runbook",
          sloId,
          ruleId,
          message: `The rule ${ruleId} of ${sloId} pages without a rehearsed runbook: ${why}.`,
        }));
    });
}
