import { auditEscalations, type EscalationFinding } from "../on-call/escalation/audit-escalations.js";
import type { DeadMan, DeadManOutcome } from "../ports/dead-man.js";
import type { EscalationBook } from "./escalation-book.js";

/** What an audit found, and whether the service elsewhere was told that all is well. */
export type EscalationAudit = {
  readonly atMs: number;
  readonly findings: readonly EscalationFinding[];
  /** `withheld`: something was found, so its silence is to be the alarm. */
  readonly ping: DeadManOutcome | { readonly kind: "withheld" } | { readonly kind: "none" };
};

/** Checks that no page is stuck, and only then lets the dead-man ping go out. */
export type EscalationAuditor = { audit(): Promise<EscalationAudit> };

/** Storage and a busy machine may take this long; a page is decided within a second of being due. */
const DEFAULT_TOLERANCE_MS = 30_000;

export function createEscalationAuditor(options: {
  readonly book: Pick<EscalationBook, "open">;
  readonly nowMs: () => number;
  /** Absent: nobody elsewhere watches. */
  readonly deadMan?: DeadMan;
  /** Open incidents about which people are to be called, and since when. */
  readonly expected?: () => readonly { readonly incidentId: string; readonly sinceMs: number }[];
  /** Sets going again what is stuck; called when something was found. */
  readonly mend?: (neverStarted: readonly string[]) => Promise<void>;
  readonly toleranceMs?: number;
}): EscalationAuditor {
  const { book, deadMan, expected, mend, nowMs, toleranceMs = DEFAULT_TOLERANCE_MS } = options;
  return {
    async audit() {
      const atMs = nowMs();
      const findings = auditEscalations(book.open(), expected?.() ?? [], { nowMs: atMs, toleranceMs });
      if (findings.length > 0) {
        await mend?.(findings.filter(({ kind }) => kind === "not-started").map(({ incidentId }) => incidentId));
        return { atMs, findings, ping: { kind: "withheld" } };
      }
      return { atMs, findings, ping: deadMan === undefined ? { kind: "none" } : await deadMan.ping() };
    },
  };
}
