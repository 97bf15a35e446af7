import {
  evolveIncident,
  incidentKeys,
  incidentSignals,
  isOpenStatus,
  parseEscalationEvent,
  parseIncidentEvent,
  parseRunbookRunEvent,
  whoIsOnCall,
  type IncidentState,
  type Override,
  type RunbookRunEvent,
} from "@plimsoll/core";
import { noKeyDoubled, noPageLost, nobodyLeftUncalled } from "./page-properties.js";
import type { Heard, ResponseWorld } from "./response-world.js";
import { schedule, SCHEDULE_ID } from "./response-settings.js";

/** Finds what must not be in a schedule that has come to its end, in words; nothing where all holds. */
export type Property = (world: ResponseWorld) => readonly string[];

const INCIDENT = "incident/";
const ESCALATION = "escalation/";
const RUN = "runbook-run/";

/** Property 4: at most one open incident per key of an alert or of a group, at every event. */
export const oneIncidentPerKey: Property = ({ heard }) => {
  const problems: string[] = [];
  const states = new Map<string, IncidentState>();
  for (const { event } of heard) {
    if (!event.stream.startsWith(INCIDENT)) continue;
    const read = parseIncidentEvent(event);
    if (!read.ok) return [read.error.message];
    const id = event.stream.slice(INCIDENT.length);
    const state = evolveIncident(states.get(id), read.value);
    if (state === undefined) continue;
    states.set(id, state);
    const open = [...states.values()].filter(({ status }) => isOpenStatus(status));
    const keys = open.flatMap((one) => [...new Set(incidentKeys(one).map(({ key }) => key))]);
    const twice = keys.find((key, index) => keys.indexOf(key) < index);
    if (twice !== undefined) problems.push(`two open incidents have the key ${twice}, at ${event.type} of ${id}`);
  }
  return problems;
};

/** Property 5, second half: an open incident that nobody has acknowledged goes on calling, or has called everybody. */
export const everyEscalationGoesOn: Property = ({ clock, service: { engine } }) => {
  const problems: string[] = [];
  for (const { id, status } of engine.incidents()) {
    const escalation = engine.escalations.get(id);
    if (!isOpenStatus(status)) continue;
    if (escalation === undefined || escalation.status === "ended") {
      problems.push(`${id} is ${status}, and nobody is called about it`);
    } else if (status === "declared" && escalation.status === "acknowledged") {
      problems.push(`${id} is not acknowledged, and its escalation has stopped`);
    } else if (escalation.status === "escalating" && !((escalation.wake?.dueAtMs ?? 0) > clock.nowMs())) {
      problems.push(`the next step of ${id} is overdue, or there is none`);
    }
  }
  for (const { key, startsAtMs } of engine.alerts.active()) {
    // A group tells within half a minute, whatever clocks were there before. One that people resolved may be over all the
    // same, but then it knows that its alert goes on: the next repeat after the cooldown opens it again. And a firing that
    // began before the end that its source gave is a late copy of what is over, as a process sends it that stood still.
    const known = engine
      .incidents()
      .flatMap((one) => incidentSignals(one))
      .filter((signal) => signal.key === `external/${key}`)
      .some(({ external, status }) => status !== "resolved" || startsAtMs < (external?.endsAtMs ?? -Infinity));
    if (!known) problems.push(`the alert ${key} fires, and there is no incident about it`);
  }
  return problems;
};

/** Property 6: whoever is paged by a schedule is who it says is on call at that instant, with the overrides made by then. */
export const whoIsPagedIsOnCall: Property = ({ heard }) => {
  const problems: string[] = [];
  const overrides: Override[] = [];
  for (const { byReplaced, event, processMs } of heard) {
    if (event.stream === `on-call/${SCHEDULE_ID}`) {
      overrides.push(...(event.data as { readonly overrides: readonly Override[] }).overrides);
    }
    if (!event.stream.startsWith(ESCALATION)) continue;
    const read = parseEscalationEvent(event);
    if (!read.ok) return [read.error.message];
    const told = read.value;
    // A process that stood still may not know the newest overrides; see the properties for what it may not do.
    if (told.type !== "escalation.step-fired" || told.data.step !== 0 || byReplaced) continue;
    const paged = told.data.people.map(({ personId }) => personId).sort();
    const expected = [told.atMs, processMs].map((atMs) => onCallAt(overrides, atMs));
    if (!expected.includes(paged.join(","))) {
      problems.push(`${event.id} paged ${paged.join(",")}; on call was ${expected.join(" or ")}`);
    }
  }
  return problems;
};

/** Property 7: no step runs before its approval, and no action is repeated whose result is recorded. */
export const noStepBeforeItsApproval: Property = ({ fixable, heard }) => {
  const problems: string[] = [];
  const runs = new Map<string, RunbookRunEvent[]>();
  for (const one of heard) {
    if (!one.event.stream.startsWith(RUN)) continue;
    const read = parseRunbookRunEvent(one.event);
    if (!read.ok) return [read.error.message];
    const before = runs.get(one.event.stream) ?? [];
    problems.push(...unapproved(read.value, before, one));
    runs.set(one.event.stream, [...before, read.value]);
  }
  for (const { isStale, isUnfenced, kind, runId, stepId, wasRecorded } of fixable.done) {
    if (isStale) problems.push(`a stale token reached ${stepId} of ${runId}`);
    if (wasRecorded && !isUnfenced)
      problems.push(`the ${kind} of ${stepId} of ${runId} was done again after its success was recorded`);
  }
  return problems;
};

function unapproved(
  event: RunbookRunEvent,
  before: readonly RunbookRunEvent[],
  { processMs }: Heard,
): readonly string[] {
  const [requested] = before;
  if (requested?.type !== "runbook-run.requested") return [];
  const { plan, planHash, runId } = requested.data;
  if (event.type === "runbook-run.approved") {
    return event.actor === requested.actor || event.actor === "engine" || event.data.planHash !== planHash
      ? [`${runId} took an approval of ${event.actor} that is none`]
      : [];
  }
  if (event.type !== "runbook-run.action-started") return [];
  const step = plan.steps.find(({ id }) => id === event.data.stepId);
  // Where the clock was put back, an event has the time of the one before it; what was decided by is the process's clock.
  const decidedMs = Math.min(event.atMs, processMs);
  const given = new Set(
    before.flatMap((one) =>
      one.type === "runbook-run.approved" && one.data.expiresAtMs > decidedMs ? [one.data.approvalId] : [],
    ),
  );
  return (step?.approvals ?? [])
    .filter((id) => !given.has(id))
    .map((id) => `${event.data.stepId} of ${runId} began without the approval ${id}`);
}

function onCallAt(overrides: readonly Override[], atMs: number): string {
  const people = whoIsOnCall({ ...schedule, overrides }, atMs);
  return people
    .map(({ personId }) => personId)
    .sort()
    .join(",");
}

/** All of them, by name. */
export const PROPERTIES: Readonly<Record<string, Property>> = {
  "4: at most one open incident per key": oneIncidentPerKey,
  "5: no page is lost": noPageLost,
  "5: no key says two things, or the same more often than something was interrupted": noKeyDoubled,
  "5: nobody is left uncalled": nobodyLeftUncalled,
  "5: every escalation goes on": everyEscalationGoesOn,
  "6: whoever is paged is on call": whoIsPagedIsOnCall,
  "7: no step runs before its approval, and no recorded action again": noStepBeforeItsApproval,
};
