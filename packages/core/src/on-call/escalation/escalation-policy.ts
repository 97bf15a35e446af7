import type { Severity } from "../../incident/severity.js";
import type { RecurringInterval } from "../../slo/correction.js";

/** Whom a step calls; who that is, is found out when the step fires. */
export type EscalationTarget =
  | { readonly kind: "person"; readonly personId: string }
  /** Whoever is on call by it at that instant. */
  | { readonly kind: "schedule"; readonly scheduleId: string }
  /** All of a team, or in turn the next of its members who can be reached. */
  | { readonly kind: "team"; readonly teamId: string; readonly members: "all" | "in-turn" };

/** What must hold for a step to call anybody. */
export type StepCondition =
  | { readonly kind: "severity"; readonly anyOf: readonly Severity[] }
  /** The local time, by weekday, day, month and clock. */
  | { readonly kind: "time"; readonly within: RecurringInterval }
  /** Counted from 1 each time that the passes begin anew; without `to` there is no last one. */
  | { readonly kind: "pass"; readonly from: number; readonly to?: number };

export type EscalationStep = {
  readonly targets: readonly EscalationTarget[];
  /** From this step to the next one, or to the next pass, while nobody acknowledges. */
  readonly delayMs: number;
  /** All must hold, else the step is passed over. */
  readonly conditions?: readonly StepCondition[];
};

/** Who hears of an incident without having to act: told once, whether or not somebody has acknowledged. */
export type StakeholderNotice = {
  readonly targets: readonly EscalationTarget[];
  /** From the start of the escalation. */
  readonly afterMs: number;
  /** Absent: any. */
  readonly severities?: readonly Severity[];
};

/** Who is called when, until somebody acknowledges. An escalation keeps the one that it was started with. */
export type EscalationPolicy = {
  readonly id: string;
  readonly steps: readonly EscalationStep[];
  /** How often the steps are gone through again; N means N + 1 passes. */
  readonly repeat: number;
  /** Paged when a pass has reached nobody, for whatever reason. */
  readonly fallback: readonly EscalationTarget[];
  /** In the order of `afterMs`. */
  readonly stakeholders?: readonly StakeholderNotice[];
  /** Asks whoever acknowledged whether they are still on it, and goes on escalating when there is no answer. */
  readonly acknowledgement?: { readonly remindAfterMs: number; readonly answerWithinMs: number };
};

/** What is wrong with a policy, and where. */
export type EscalationPolicyProblem = { readonly path: string; readonly message: string };
