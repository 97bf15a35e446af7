import type { AlertTier } from "../burn-rate/burn-rate-rule.js";
import type { Slo } from "../slo/slo.js";

/** Counts over one window, as the ledger gave them. */
export type WindowBurn = {
  /** The window as asked for. */
  readonly lengthMs: number;
  /** The interval actually summed; earlier than asked where the ledger's tier is coarser. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bad: number;
  readonly total: number;
  /** bad / total / (1 - target); undefined when nothing was measured or nothing happened. */
  readonly burnRate: number | undefined;
  /** Measured slices / expected slices, 0..1; 1 when none was expected yet. */
  readonly coverageRatio: number;
};

/** Why a rule neither fires nor resolves. */
export type FreezeReason =
  | {
      readonly kind: "coverage";
      readonly windowMs: number;
      readonly coverageRatio: number;
      readonly neededRatio: number;
    }
  | {
      readonly kind: "watermark";
      readonly watermarkMs: number | undefined;
      readonly behindMs: number;
      readonly allowedMs: number;
    }
  | { readonly kind: "source"; readonly source: string; readonly code: string; readonly message: string };

/** What one rule says at an instant. */
export type RuleEvaluation = {
  readonly ruleId: string;
  readonly tier: AlertTier;
  readonly factor: number;
  readonly budgetShare: number;
  readonly long: WindowBurn;
  readonly short: WindowBurn;
  readonly outcome:
    | { readonly kind: "quiet" }
    /** `tier` is lower than the rule's own where low traffic demotes a page; `demotedBecause` then says why. */
    | { readonly kind: "firing"; readonly tier: AlertTier; readonly demotedBecause?: string }
    | { readonly kind: "frozen"; readonly reasons: readonly FreezeReason[] };
};

/** How long the remaining budget lasts at the present rate, net of what is spent. */
export type Exhaustion =
  | { readonly kind: "spent" }
  | { readonly kind: "never" }
  | { readonly kind: "in"; readonly durationMs: number; readonly burnRate: number; readonly windowMs: number };

/** The budget over the compliance period, signed and never clamped. */
export type Budget = {
  /** (1 - target) * total: how many bad events the period's traffic so far allows. */
  readonly allowedBad: number;
  readonly bad: number;
  readonly total: number;
  /** bad / allowedBad; 0 when nothing happened. */
  readonly consumedRatio: number;
  /** 1 - consumedRatio; negative once overspent. */
  readonly remainingRatio: number;
  /** Upper bound on the bad and total events counted that lie before the period's start (coarse first cell). */
  readonly edge: { readonly bad: number; readonly total: number };
};

/** Everything that is known about one SLO at an instant. Explanation in words is made from it on demand. */
export type SloEvaluation = {
  readonly sloId: string;
  readonly sloVersion: number;
  readonly service: string;
  readonly atMs: number;
  readonly target: number;
  readonly period: { readonly fromMs: number; readonly toMs: number; readonly lengthMs: number };
  /** good / total over the period; undefined when nothing happened. */
  readonly sliRatio: number | undefined;
  readonly coverageRatio: number;
  readonly watermarkMs: number | undefined;
  readonly budget: Budget;
  readonly rules: readonly RuleEvaluation[];
  readonly exhaustion: Exhaustion;
  readonly verdict: Verdict;
  /** The burn over 1 h and 6 h that the gate asks for, whatever the SLO's own rules are. */
  readonly gateBurn: { readonly oneHour: WindowBurn; readonly sixHours: WindowBurn };
  /** True when data are missing beyond what is tolerated: worth a ticket of its own. Never before three slices or samples were due. */
  readonly dataLoss: boolean;
  readonly mode: Slo["mode"];
};

/** The one answer over all rules of an SLO: the loudest rule that fires, unless what it needs is missing. */
export type Verdict =
  | { readonly kind: "healthy" }
  | { readonly kind: "firing"; readonly tier: AlertTier; readonly ruleId: string }
  /** No rule fires, and at least one cannot say. */
  | { readonly kind: "frozen"; readonly reasons: readonly FreezeReason[] }
  /** Never measured yet. */
  | { readonly kind: "no-data"; readonly reasons: readonly FreezeReason[] };
