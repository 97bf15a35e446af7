import { isOpenStatus } from "./incident-lifecycle.js";
import type { NotClosable } from "./incident-command.js";
import type { IncidentState } from "./incident.js";

/** How long an incident stays resolved before it closes by itself: a day, so that the next shift has seen it. */
export const AUTO_CLOSE_TTL_MS = 24 * 3_600_000;

/**
 * Tells whether an incident may close by itself, and if not, why and (where time alone is missing) when.
 *
 * Only once it is resolved, its alert resolved, and `ttlMs` has passed since the later of the two; never while the alert
 * burns, is held back, or is frozen. An incident without an alert waits for its own resolution alone.
 */
export function closableAt(
  state: IncidentState,
  nowMs: number,
  ttlMs: number = AUTO_CLOSE_TTL_MS,
): { readonly closable: true } | { readonly closable: false; readonly reason: NotClosable } {
  if (state.status === "closed") return { closable: false, reason: { kind: "closed" } };
  if (isOpenStatus(state.status)) return { closable: false, reason: { kind: "open", status: state.status } };
  const { alert } = state;
  if (alert !== undefined && alert.status !== "resolved") {
    return { closable: false, reason: { kind: alert.frozen ? "frozen" : "burning", alertId: alert.alertId } };
  }
  const atMs = Math.max(state.rounds.at(-1)?.resolvedAtMs ?? state.lastAtMs, alert?.changedAtMs ?? 0) + ttlMs;
  return nowMs >= atMs ? { closable: true } : { closable: false, reason: { kind: "too-early", atMs } };
}
