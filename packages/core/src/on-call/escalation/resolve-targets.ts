import type { CalledPeople } from "./escalation-command.js";
import type { EscalationTarget } from "./escalation-policy.js";
import {
  planSends,
  type PagedPerson,
  type PlannedSend,
  type ReachablePerson,
  type TellingCircumstances,
} from "./notification-rules.js";

/** Whom a target means at an instant: whoever is on call, the person, or a team's members in their order. */
export type ResolveTarget = (target: EscalationTarget, atMs: number) => readonly string[];

/** What is known of people and teams. */
export type EscalationDirectory = {
  readonly resolve: ResolveTarget;
  /** Undefined for somebody who is not known: nobody knows how to reach them. */
  readonly person: (personId: string) => ReachablePerson | undefined;
  /** How often a team's members were called in turn so far. */
  readonly turnsOf: (teamId: string) => number;
};

/**
 * Finds whom targets come to at an instant, each person once, and how they are reached. A target that can not be resolved
 * comes to nobody, and rules that can not be read are left out, so that the rest is called all the same.
 */
export function callTargets(
  targets: readonly EscalationTarget[],
  directory: EscalationDirectory,
  when: TellingCircumstances,
): CalledPeople {
  const people = new Map<string, PagedPerson>();
  const turns: string[] = [];
  for (const target of targets) {
    let called: readonly PagedPerson[] = resolved(target, directory, when.atMs).map((personId) =>
      callPerson(personId, directory, when),
    );
    if (target.kind === "team" && target.members === "in-turn" && called.length > 0) {
      called = nextInTurn(called, directory.turnsOf(target.teamId));
      turns.push(target.teamId);
    }
    for (const one of called) if (!people.has(one.personId)) people.set(one.personId, one);
  }
  return { people: [...people.values()], turns };
}

/** Finds how somebody is reached at an instant. */
export function callPerson(
  personId: string,
  directory: Pick<EscalationDirectory, "person">,
  when: TellingCircumstances,
): PagedPerson {
  const person = directory.person(personId);
  return { personId, sends: person === undefined ? [] : sendsTo(person, when) };
}

function sendsTo(person: ReachablePerson, when: TellingCircumstances): readonly PlannedSend[] {
  try {
    return planSends(person, when);
  } catch {
    // A zone or clock time that is none; it is found when configuration is read, and must not cost a page here.
    return planSends({ id: person.id, contacts: person.contacts }, when);
  }
}

function resolved(target: EscalationTarget, { resolve }: EscalationDirectory, atMs: number): readonly string[] {
  try {
    return resolve(target, atMs);
  } catch {
    return [];
  }
}

/** From whoever's turn it is, the first who can be reached; whoever's turn it is where nobody can. */
function nextInTurn(members: readonly PagedPerson[], turn: number): readonly PagedPerson[] {
  const first = turn % members.length;
  const inOrder = [...members.slice(first), ...members.slice(0, first)];
  const reachable = inOrder.filter(({ sends }) => sends.length > 0);
  return [...reachable, ...inOrder].slice(0, 1);
}
