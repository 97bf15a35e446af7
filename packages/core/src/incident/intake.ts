import type { AlertEvent } from "../alert/alert.js";
import type { ServiceTier } from "../slo/slo.js";
import type { Evidence } from "./evidence.js";
import type { IncidentCommand } from "./incident-command.js";
import type { KeyRegister } from "./key-register.js";

/** How alerts become incidents. */
export type IntakeSettings = {
  /** For this long after a key's incident resolved, the key's next firing reopens it. Per key. */
  readonly cooldownMs: number;
};

/** The settings that hold unless somebody says otherwise. */
export const DEFAULT_INTAKE: IntakeSettings = { cooldownMs: 30 * 60_000 }; // a flap rarely takes longer to show itself

/** What to do with an alert event. */
export type IntakeDecision =
  | { readonly kind: "open-new" }
  | { readonly kind: "update"; readonly incidentId: string }
  | { readonly kind: "reopen"; readonly incidentId: string; readonly reason: string }
  | { readonly kind: "ignore"; readonly reason: string };

/**
 * Decides what an alert event means for the incidents, knowing only its own key's register entry.
 *
 * At most one open incident per key; a worse tier goes to the open one; a flap inside the cooldown reopens; no alert
 * that burns is ever ignored. `entry` must be that of the event's key, read in the same serial order as it is written.
 */
export function decideIntake(
  entry: KeyRegister | undefined,
  event: AlertEvent,
  settings: IntakeSettings = DEFAULT_INTAKE,
): IntakeDecision {
  if (entry?.status === "open") return { kind: "update", incidentId: entry.incidentId };
  const sameFiring = entry?.alertId === event.data.alertId;
  if (entry !== undefined && wasHandled(entry, event, sameFiring)) {
    return {
      kind: "ignore",
      reason: `${entry.incidentId} has handled this event of ${event.data.key}, or a later one`,
    };
  }
  switch (event.type) {
    case "alert.fired":
    case "alert.escalated":
      return decideBurning(entry, event, sameFiring, settings);
    case "alert.eased":
    case "alert.resolved":
    case "alert.frozen":
    case "alert.thawed":
    case "alert.suppressed":
    // What held it back is gone; where it still burns, its firing follows in the same round.
    case "alert.unsuppressed":
      // Somebody resolved it while it burned: it still has to hear how its alert goes on, or it could never close.
      if (entry?.status === "released" && sameFiring) return { kind: "update", incidentId: entry.incidentId };
      return {
        kind: "ignore",
        reason:
          event.type === "alert.suppressed"
            ? `${event.data.key} is held back while ${event.data.suppressedBy} pages`
            : `no incident is open for this firing of ${event.data.key}`,
      };
  }
}

// A late copy must not open anything. While the incident can still be written to, it knows its own causes; a closed one
// is not asked again.
function wasHandled(entry: KeyRegister, event: AlertEvent, sameFiring: boolean): boolean {
  if (event.data.atMs < entry.alertAtMs) return true;
  return entry.status === "closed" && sameFiring && event.data.atMs === entry.alertAtMs;
}

function decideBurning(
  entry: KeyRegister | undefined,
  event: AlertEvent,
  sameFiring: boolean,
  settings: IntakeSettings,
): IntakeDecision {
  if (entry?.status !== "released") return { kind: "open-new" };
  if (sameFiring) {
    return {
      kind: "reopen",
      incidentId: entry.incidentId,
      reason: `${event.data.key} burns on after the incident was resolved`,
    };
  }
  if (event.data.atMs - entry.releasedAtMs >= settings.cooldownMs) return { kind: "open-new" };
  return {
    kind: "reopen",
    incidentId: entry.incidentId,
    reason: `${event.data.key} fired again within its cooldown of ${settings.cooldownMs / 60_000} min`,
  };
}

/** What the command for an alert event needs beside the decision. */
export type IntakeContext = {
  /** The id that a new incident gets. */
  readonly newIncidentId: string;
  readonly atMs: number;
  /** The alert event's own id. */
  readonly causeId: string;
  readonly serviceTier?: ServiceTier;
  /** When the impact of what a new incident is opened for began, where that is known; see `alertImpactStart`. */
  readonly startedAtMs?: number;
  readonly evidence?: readonly Evidence[];
};

/** Turns an intake decision into the command for its incident, in the engine's name; undefined when it is ignored. */
export function intakeCommand(
  decision: IntakeDecision,
  alert: AlertEvent,
  context: IntakeContext,
): IncidentCommand | undefined {
  const { newIncidentId, serviceTier, startedAtMs, ...asked } = { actor: "engine", ...context };
  switch (decision.kind) {
    case "open-new": {
      const origin = { kind: "alert", alert, ...(serviceTier === undefined ? {} : { serviceTier }) } as const;
      const started = startedAtMs === undefined ? {} : { startedAtMs };
      return { type: "declare", ...asked, incidentId: newIncidentId, origin, ...started };
    }
    case "update":
      return { type: "update-alert", ...asked, alert };
    case "reopen":
      return { type: "reopen", ...asked, reason: decision.reason, alert };
    case "ignore":
      return undefined;
  }
}
