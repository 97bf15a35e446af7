import type { CaseOnCall, CasePerson } from "../incident/regression/case-answering.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import type { EscalationPolicy, EscalationTarget } from "../on-call/escalation/escalation-policy.js";
import type { Team } from "../on-call/person.js";
import type { OnCallSchedule, Override } from "../on-call/schedule/schedule.js";
import type { CaseTime } from "./case-routing.js";
import type { OnCallDesk, OnCallMember } from "./on-call-desk.js";

/**
 * Writes down who could be called about an incident, as its escalation began; undefined where nobody was called. People stand
 * by their ids and the names of their channels: no name, no address.
 */
export function caseOnCall(
  desk: Pick<OnCallDesk, "people" | "teams" | "schedules">,
  escalation: readonly EscalationEvent[],
  time: CaseTime,
): CaseOnCall | undefined {
  const started = escalation.find((event) => event.type === "escalation.started");
  if (started === undefined) return undefined;
  const { policy } = started.data;
  const targets = targetsOf(policy);
  const schedules = desk
    .schedules()
    .filter(({ id }) => targets.some((target) => target.kind === "schedule" && target.scheduleId === id))
    .map((schedule) => scheduleAt(schedule, time));
  const teams = desk.teams
    .filter(({ id }) => targets.some((target) => target.kind === "team" && target.teamId === id))
    .map((team) => fromWhoseTurn(team, escalation));
  const called = new Set([
    ...targets.flatMap((target) => (target.kind === "person" ? [target.personId] : [])),
    ...schedules.flatMap(peopleOf),
    ...teams.flatMap(({ members }) => members),
    // Whoever acknowledged is reminded, whether or not the policy names them.
    ...escalation.map(({ actor }) => actor),
  ]);
  return { policy, schedules, teams, people: desk.people.filter(({ id }) => called.has(id)).map(casePerson) };
}

function targetsOf({ fallback, stakeholders = [], steps }: EscalationPolicy): readonly EscalationTarget[] {
  return [...[...steps, ...stakeholders].flatMap(({ targets }) => targets), ...fallback];
}

function scheduleAt(schedule: OnCallSchedule, { fromMs, toMs }: CaseTime): Required<OnCallSchedule> {
  const { overrides = [], temporary = [], ...rest } = schedule;
  const isNow = (span: CaseTime): boolean => span.fromMs <= toMs && fromMs < span.toMs;
  return { ...rest, temporary: temporary.filter(isNow), overrides: overrides.filter(isNow).map(withoutWords) };
}

/** Who wrote an override, and why, changes nothing. */
function withoutWords(override: Override): Override {
  const { author: _, reason: _why, ...change } = override;
  return change;
}

function peopleOf({ layers, overrides, temporary }: Required<OnCallSchedule>): readonly string[] {
  return [
    ...layers.flatMap(({ rotation }) => rotation.participants),
    ...temporary.flatMap(({ shifts }) => shifts.map(({ personId }) => personId)),
    ...overrides.flatMap((one) => (one.kind === "replace" ? [one.personId, one.withPersonId] : [one.personId])),
  ];
}

/** Turns are counted over all escalations; in a replay there is this one only. */
function fromWhoseTurn({ id, members }: Team, escalation: readonly EscalationEvent[]): CaseOnCall["teams"][number] {
  const called = escalation.flatMap(({ data }) => ("turns" in data && data.turns.includes(id) ? data.people : []));
  const first = called.map(({ personId }) => members.indexOf(personId)).find((index) => index !== -1) ?? 0;
  return { id, members: [...members.slice(first), ...members.slice(0, first)] };
}

function casePerson({ contacts, id, rules, zone }: OnCallMember): CasePerson {
  return {
    id,
    zone,
    contacts: contacts.map(({ notifier }) => ({ notifier })),
    ...(rules === undefined ? {} : { rules }),
  };
}
