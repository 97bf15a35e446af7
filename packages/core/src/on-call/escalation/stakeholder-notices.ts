import type { EscalationPolicy, EscalationTarget, StakeholderNotice } from "./escalation-policy.js";
import type { EscalationState } from "./escalation.js";

/**
 * Finds the notice that is told next: the first that is for the severity as it is now and was not told yet. One that is
 * for another severity stays, should that one come.
 */
export function dueNotice({
  noticesTold,
  policy,
  severity,
}: Pick<EscalationState, "noticesTold" | "policy" | "severity">):
  | (StakeholderNotice & { readonly notice: number })
  | undefined {
  return noticesFor(policy, severity).find(({ notice }) => !noticesTold.includes(notice));
}

/** Finds who are stakeholders of an incident of this severity, whether or not they were told of it. */
export function stakeholderTargets({
  policy,
  severity,
}: Pick<EscalationState, "policy" | "severity">): readonly EscalationTarget[] {
  return noticesFor(policy, severity).flatMap(({ targets }) => targets);
}

function noticesFor({ stakeholders = [] }: EscalationPolicy, severity: EscalationState["severity"]) {
  return stakeholders
    .map((one, notice) => ({ ...one, notice }))
    .filter(({ severities }) => severities === undefined || severities.includes(severity));
}
