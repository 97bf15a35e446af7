import { callTargets, type EscalationDirectory, type EscalationState } from "@plimsoll/core";
import type { EscalationBody } from "../schemas/incident-schemas.js";
import { defined, iso } from "./slo-body.js";

/** Who a step would call if it fired now. */
export type CallDirectory = Pick<EscalationDirectory, "resolve" | "person">;

/** Writes how far calling people has come, and who is called next. */
export function escalationBody(state: EscalationState, directory: CallDirectory, nowMs: number): EscalationBody {
  const { acknowledged, lastPass, next, paused, policy, startedAtMs, status, wake } = state;
  return {
    status,
    policy: policy.id,
    startedAt: iso(startedAtMs),
    pass: next.pass,
    passes: lastPass,
    ...defined({
      acknowledged:
        acknowledged === undefined
          ? undefined
          : { by: acknowledged.by, at: iso(acknowledged.atMs), saidAt: iso(acknowledged.saidAtMs) },
      paused: paused === undefined ? undefined : { until: iso(paused.untilMs), reason: paused.reason },
      waits: wake === undefined ? undefined : { kind: wake.kind, due: iso(wake.dueAtMs) },
      next: nextBody(state, directory, nowMs),
    }),
  };
}

function nextBody(state: EscalationState, directory: CallDirectory, nowMs: number): EscalationBody["next"] {
  const { lastPass, next, policy, status, wake } = state;
  const step = policy.steps[next.step];
  if (status === "ended" || status === "exhausted" || next.pass > lastPass || step === undefined) return undefined;
  // Whose turn it is in a team is known only when the step fires.
  const when = { atMs: nowMs, urgency: "page", severity: state.severity } as const;
  const { people } = callTargets(step.targets, { ...directory, turnsOf: () => 0 }, when);
  return {
    step: next.step + 1,
    pass: next.pass,
    ...(wake?.kind === "step" ? { due: iso(wake.dueAtMs) } : {}),
    people: people.map(({ personId }) => personId),
  };
}
