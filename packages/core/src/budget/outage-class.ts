import { incidentShare, POSTMORTEM_BUDGET_SHARE } from "./incident-share.js";

/** A class of outage, such as `bad deploy`, and what it spent in a quarter. */
export type OutageClassShare = {
  readonly outageClass: string;
  readonly incidents: number;
  readonly budgetShare: number;
  /** Over 20 % of the quarter's budget: a P0 belongs in next quarter's plan. */
  readonly needsP0InPlan: boolean;
};

/**
 * Adds up what each class of outage spent of a quarter's budget, the greatest first. Source: Google's example error
 * budget policy (The Site Reliability Workbook, appendix B).
 */
export function outageClassShares(options: {
  readonly incidents: readonly { readonly outageClass: string; readonly bad: number }[];
  readonly quarterTotal: number;
  readonly target: number;
}): readonly OutageClassShare[] {
  const classes = new Map<string, { incidents: number; bad: number }>();
  for (const { outageClass, bad } of options.incidents) {
    const known = classes.get(outageClass) ?? { incidents: 0, bad: 0 };
    classes.set(outageClass, { incidents: known.incidents + 1, bad: known.bad + bad });
  }
  return [...classes]
    .map(([outageClass, { incidents, bad }]) => {
      const { budgetShare } = incidentShare({
        incidentBad: bad,
        periodTotal: options.quarterTotal,
        target: options.target,
      });
      return { outageClass, incidents, budgetShare, needsP0InPlan: budgetShare > POSTMORTEM_BUDGET_SHARE + 1e-12 };
    })
    .sort((a, b) => b.budgetShare - a.budgetShare);
}
