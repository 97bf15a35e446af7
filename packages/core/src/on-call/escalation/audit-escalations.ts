import type { EscalationState } from "./escalation.js";

/** Why paging can not be said to work. */
export type EscalationFinding = { readonly incidentId: string; readonly message: string } & (
  | { readonly kind: "overdue"; readonly dueAtMs: number; readonly lateMs: number }
  /** It is open, nobody is on it, and nothing is to come. */
  | { readonly kind: "no-next-step" }
  /** The incident is open, and nobody was ever called though somebody should have been. */
  | { readonly kind: "not-started" }
);

/**
 * Checks that every open escalation has a next step that is not overdue; one that somebody has acknowledged may have
 * none. `expected` are the open incidents about which people are to be called, and since when.
 */
export function auditEscalations(
  open: readonly EscalationState[],
  expected: readonly { readonly incidentId: string; readonly sinceMs: number }[],
  when: { readonly nowMs: number; readonly toleranceMs: number },
): readonly EscalationFinding[] {
  const known = new Set(open.map(({ incidentId }) => incidentId));
  const missing = expected
    .filter(({ incidentId, sinceMs }) => !known.has(incidentId) && when.nowMs - sinceMs > when.toleranceMs)
    .map(({ incidentId }): EscalationFinding => {
      const message = `${incidentId} is open, and its escalation has not started.`;
      return { kind: "not-started", incidentId, message };
    });
  return [...open.flatMap((state) => findingsOf(state, when)), ...missing];
}

function findingsOf(
  { incidentId, stakeholderWake, status, wake }: EscalationState,
  { nowMs, toleranceMs }: { readonly nowMs: number; readonly toleranceMs: number },
): readonly EscalationFinding[] {
  const findings: EscalationFinding[] = [];
  for (const waiting of [wake, stakeholderWake]) {
    if (waiting === undefined || nowMs - waiting.dueAtMs <= toleranceMs) continue;
    const lateMs = nowMs - waiting.dueAtMs;
    const message = `The escalation of ${incidentId} should have gone on (${waiting.kind}) ${lateMs} ms ago.`;
    findings.push({ kind: "overdue", incidentId, dueAtMs: waiting.dueAtMs, lateMs, message });
  }
  if (wake === undefined && status !== "acknowledged") {
    const message = `The escalation of ${incidentId} is over, and nobody has acknowledged.`;
    findings.push({ kind: "no-next-step", incidentId, message });
  }
  return findings;
}
