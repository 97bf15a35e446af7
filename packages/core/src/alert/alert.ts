import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";

/** What an alert is about. Each SLO has at most one alert of each kind. */
export type AlertKind = "burn" | "data-loss";

/** What every alert event tells, so that a reader needs no second look-up. */
export type AlertFacts = {
  /** `<sloId>/<kind>`: one alert per key, which escalates in place. */
  readonly key: string;
  /** The key and the instant it fired: one per firing, the same for all its events. */
  readonly alertId: string;
  readonly sloId: string;
  readonly service: string;
  readonly kind: AlertKind;
  readonly tier: AlertTier;
  readonly ruleId?: string;
  readonly atMs: number;
  /** One sentence or two for a person. */
  readonly explanation: string;
  /** The evaluation that decided it, kept as evidence. */
  readonly evaluation: SloEvaluation;
};

/** What happened to an alert, in the order it happened. */
export type AlertEvent =
  | { readonly type: "alert.fired"; readonly data: AlertFacts }
  | { readonly type: "alert.escalated"; readonly data: AlertFacts }
  | { readonly type: "alert.eased"; readonly data: AlertFacts }
  | { readonly type: "alert.resolved"; readonly data: AlertFacts }
  /** Its data went missing while it fired: it neither continues nor resolves until they are back. */
  | { readonly type: "alert.frozen"; readonly data: AlertFacts }
  | { readonly type: "alert.thawed"; readonly data: AlertFacts }
  /** It would fire, and another SLO that it depends on already pages. */
  | { readonly type: "alert.suppressed"; readonly data: AlertFacts & { readonly suppressedBy: string } }
  | { readonly type: "alert.unsuppressed"; readonly data: AlertFacts };

/** An alert as it stands. */
export type AlertState =
  | { readonly status: "quiet" }
  | {
      readonly status: "firing";
      readonly alertId: string;
      readonly tier: AlertTier;
      readonly ruleId?: string;
      readonly sinceMs: number;
      readonly frozen: boolean;
      readonly explanation: string;
    }
  | {
      readonly status: "suppressed";
      readonly alertId: string;
      readonly tier: AlertTier;
      readonly ruleId?: string;
      readonly sinceMs: number;
      readonly frozen: boolean;
      readonly suppressedBy: string;
      readonly explanation: string;
    };
