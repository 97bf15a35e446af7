import { consumedOf } from "./budget.js";
import { budgetRatio } from "../slo/target.js";

/** One incident over this share of the period's budget needs a postmortem with a P0 action. Source: Google's example error budget policy. */
export const POSTMORTEM_BUDGET_SHARE = 0.2;

/** What an incident took of a period's budget, and what that obliges to. */
export type IncidentShare = {
  readonly budgetShare: number;
  /** At least one action item of priority P0 must come out of the postmortem. */
  readonly needsPostmortemWithP0: boolean;
};

/**
 * Says which share of the period's budget an incident spent: its bad events against those that the whole period's
 * traffic allows. With no traffic in the period the share is 0.
 */
export function incidentShare(options: {
  readonly incidentBad: number;
  readonly periodTotal: number;
  readonly target: number;
}): IncidentShare {
  const budgetShare = consumedOf(options.incidentBad, options.periodTotal, budgetRatio(options.target));
  return { budgetShare, needsPostmortemWithP0: budgetShare > POSTMORTEM_BUDGET_SHARE + 1e-12 };
}
