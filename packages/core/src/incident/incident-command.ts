import type { AlertEvent } from "../alert/alert.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { ServiceTier } from "../slo/slo.js";
import type { Evidence } from "./evidence.js";
import type { IncidentMove, IncidentStatus } from "./incident-lifecycle.js";
import type { Severity } from "./severity.js";

/** What every command carries. */
type Asked<Type extends string, Rest> = Rest & {
  readonly type: Type;
  /** The clock's time; where it is before the incident's last event, that event's time is recorded instead. */
  readonly atMs: number;
  /** Who asks: a person's name, or `engine`. */
  readonly actor: string;
  /** The id of what caused this: an event's id, or a request's. The same cause is handled once. */
  readonly causeId: string;
  /** What was observed at this transition. */
  readonly evidence?: readonly Evidence[];
};

/** What can be asked of an incident. */
export type IncidentCommand =
  | Asked<
      "declare",
      {
        readonly incidentId: string;
        readonly origin:
          | {
              readonly kind: "alert";
              readonly alert: AlertEvent;
              readonly serviceTier?: ServiceTier;
              readonly title?: string;
            }
          | {
              readonly kind: "person";
              readonly title: string;
              readonly severity: Severity;
              readonly service: string;
              readonly serviceTier?: ServiceTier;
              readonly detectedAtMs?: number;
            };
        /** When users began to be affected, where that is known. */
        readonly startedAtMs?: number;
      }
    >
  | Asked<"acknowledge", object>
  | Asked<"change-severity", { readonly severity: Severity; readonly reason: string }>
  | Asked<"note", { readonly text: string }>
  | Asked<"attach-evidence", { readonly evidence: readonly Evidence[] }>
  /** The alert escalated, eased, resolved, froze, thawed, …; resolving it resolves an open incident. */
  | Asked<"update-alert", { readonly alert: AlertEvent }>
  | Asked<"resolve", { readonly reason: string; readonly evaluation?: SloEvaluation }>
  /** With the alert when a flap or a worse tier reopens it. */
  | Asked<"reopen", { readonly reason: string; readonly alert?: AlertEvent }>
  | Asked<"close", { readonly how: "person"; readonly reason?: string }>
  | Asked<"close", { readonly how: "auto"; readonly ttlMs?: number }>;

/** Why a command gave nothing: a value, never a throw. `message` says what was found, expected, and what to do. */
export type IncidentRejection = { readonly message: string } & (
  | { readonly code: "not-declared"; readonly command: IncidentCommand["type"] }
  | { readonly code: "already-declared"; readonly incidentId: string }
  | {
      readonly code: "move-not-allowed";
      readonly incidentId: string;
      readonly status: IncidentStatus;
      readonly command: IncidentCommand["type"];
      readonly allowed: readonly IncidentMove[];
    }
  | { readonly code: "empty-text"; readonly field: string }
  | { readonly code: "foreign-alert"; readonly expectedKey: string | undefined; readonly foundKey: string }
  | { readonly code: "evidence-conflict"; readonly evidenceId: string }
  | { readonly code: "not-closable"; readonly reason: NotClosable }
);

/** Why an incident does not close by itself. */
export type NotClosable =
  | { readonly kind: "open"; readonly status: IncidentStatus }
  | { readonly kind: "closed" }
  | { readonly kind: "burning"; readonly alertId: string }
  | { readonly kind: "frozen"; readonly alertId: string }
  | { readonly kind: "too-early"; readonly atMs: number };
