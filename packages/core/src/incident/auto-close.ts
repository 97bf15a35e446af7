import { isOpenStatus } from "./incident-lifecycle.js";
import type { NotClosable } from "./incident-rejection.js";
import { incidentSignals } from "./incident-signal.js";
import type { IncidentState } from "./incident.js";

/** How long an incident stays resolved before it closes by itself: a day, so that the next shift has seen it. */
export const AUTO_CLOSE_TTL_MS = 24 * 3_600_000;

/**
 * Tells whether an incident may close by itself, and if not, why and (where time alone is missing) when.
 *
 * Only once it is resolved, its alerts resolved, and `ttlMs` has passed since the last of these; never while an alert
 * burns, is held back, or is frozen. An incident without an alert waits for its own resolution alone.
 */
export function closableAt(
  state: IncidentState,
  nowMs: number,
  ttlMs: number = AUTO_CLOSE_TTL_MS,
): { readonly closable: true } | { readonly closable: false; readonly reason: NotClosable } {
  if (state.status === "closed") return { closable: false, reason: { kind: "closed" } };
  if (isOpenStatus(state.status)) return { closable: false, reason: { kind: "open", status: state.status } };
  const signals = incidentSignals(state);
  const burning = signals.find(({ status }) => status !== "resolved");
  if (burning !== undefined) {
    return { closable: false, reason: { kind: burning.frozen ? "frozen" : "burning", alertId: burning.alertId } };
  }
  const resolvedAtMs = state.rounds.at(-1)?.resolvedAtMs ?? state.lastAtMs;
  const atMs = Math.max(resolvedAtMs, ...signals.map(({ changedAtMs }) => changedAtMs)) + ttlMs;
  return nowMs >= atMs ? { closable: true } : { closable: false, reason: { kind: "too-early", atMs } };
}
