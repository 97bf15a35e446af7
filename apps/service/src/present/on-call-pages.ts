import {
  callTargets,
  decideEscalation,
  evolveEscalation,
  urgencyOf,
  whoIsOnCall,
  type EscalationDirectory,
  type EscalationEvent,
  type EscalationPolicy,
  type EscalationState,
  type OnCallDesk,
  type OnCallSchedule,
  type ResolveTarget,
  type Severity,
} from "@plimsoll/core";
import type { PageBody } from "../schemas/on-call-schemas.js";
import { nameOf } from "./on-call-body.js";
import { iso } from "./slo-body.js";

/** An incident that might begin. */
export type ImaginedIncident = {
  readonly atMs: number;
  readonly severity: Severity;
  readonly policy: EscalationPolicy;
};

/** Names that stand for themselves: nothing of it is stored. */
const IMAGINED = { actor: "preview", causeId: "preview", incidentId: "preview", service: "preview" };

/**
 * Says who would be paged in the first pass, were an incident to begin and nobody to acknowledge: found by the very
 * decisions that page. A schedule in `edited` is taken as it is there.
 */
export function imaginedPages(
  desk: OnCallDesk,
  { atMs, policy, severity }: ImaginedIncident,
  edited?: OnCallSchedule,
): readonly PageBody[] {
  const directory = directoryOf(desk, edited);
  const pages: PageBody[] = [];
  let state: EscalationState | undefined;
  const take = (events: readonly EscalationEvent[]): void => {
    for (const event of events) {
      state = evolveEscalation(state, event);
      if (isPage(event) && event.data.pass === 1) pages.push(pageBody(event, desk));
    }
  };
  take(decided(undefined, { type: "start", atMs, severity, policy: { ...policy, repeat: 0 }, ...IMAGINED }));
  // Each step wakes it once; what else it may wait for does not come while nobody acknowledges.
  for (let woken = 0; woken <= policy.steps.length && state?.wake?.kind === "step"; woken += 1) {
    const { dueAtMs, fence } = state.wake;
    const when = { atMs: dueAtMs, urgency: urgencyOf(severity), severity };
    take(
      decided(state, {
        type: "wake",
        atMs: dueAtMs,
        actor: IMAGINED.actor,
        fence,
        steps: policy.steps.map(({ targets }) => callTargets(targets, directory, when)),
        fallback: callTargets(policy.fallback, directory, when),
        acknowledger: [],
      }),
    );
  }
  return pages;
}

type Page = Extract<EscalationEvent, { type: "escalation.step-fired" | "escalation.fallback-paged" }>;

function isPage(event: EscalationEvent): event is Page {
  return event.type === "escalation.step-fired" || event.type === "escalation.fallback-paged";
}

function decided(
  state: EscalationState | undefined,
  command: Parameters<typeof decideEscalation>[1],
): readonly EscalationEvent[] {
  const events = decideEscalation(state, command);
  if (!events.ok) throw new Error(events.error.message);
  return events.value;
}

function directoryOf(desk: OnCallDesk, edited: OnCallSchedule | undefined): EscalationDirectory {
  const resolve: ResolveTarget = (target, atMs) =>
    edited !== undefined && target.kind === "schedule" && target.scheduleId === edited.id
      ? whoIsOnCall(edited, atMs).map(({ personId }) => personId)
      : desk.resolve(target, atMs);
  // Whose turn it is in a team is as if none of it had been called before.
  return { resolve, person: desk.person, turnsOf: () => 0 };
}

function pageBody(event: Page, desk: OnCallDesk): PageBody {
  return {
    at: iso(event.atMs),
    step: event.type === "escalation.step-fired" ? event.data.step + 1 : 0,
    people: event.data.people.map(({ personId, sends }) => ({
      ...nameOf(personId, desk),
      sends: sends.map(({ afterMs, notifier }) => ({ at: iso(event.atMs + afterMs), channel: notifier })),
    })),
  };
}
