import { comparableName, ENGINE_ACTOR, personOf } from "../../access/principal.js";
import type { IncidentBudgetShare } from "../incident-budget-share.js";
import type { IncidentState } from "../incident.js";

/** A stretch of time, half-open. */
export type Stretch = { readonly fromMs: number; readonly toMs: number };

/** How long somebody was on an incident. */
export type PersonTime = {
  readonly person: string;
  readonly durationMs: number;
  /** Oldest first; they neither touch nor overlap. */
  readonly stretches: readonly Stretch[];
};

/** What an incident cost so far. */
export type IncidentCost = {
  /** Whoever was on it longest first; the same length by name. */
  readonly people: readonly PersonTime[];
  /** The sum over people. */
  readonly totalMs: number;
  readonly budget: IncidentBudgetShare;
};

/**
 * Adds up who was on an incident when: from their roles and their acknowledgements, each stretch counted once a person
 * (see `personOf`), and only while the incident was open. The engine's time costs nothing.
 */
export function incidentCost(state: IncidentState, nowMs: number, budget: IncidentBudgetShare): IncidentCost {
  const open = state.rounds.map(({ openedAtMs, resolvedAtMs }) => ({
    fromMs: openedAtMs,
    toMs: resolvedAtMs ?? state.closedAtMs ?? nowMs,
  }));
  const times = new Map<string, { readonly person: string; readonly stretches: Stretch[] }>();
  // A person may be named alone and with the token that acted for them.
  const add = (actor: string, fromMs: number, toMs: number): void => {
    const person = personOf(actor);
    const name = comparableName(person);
    const clipped = open
      .map((round) => ({ fromMs: Math.max(round.fromMs, fromMs), toMs: Math.min(round.toMs, toMs) }))
      .filter((stretch) => stretch.fromMs < stretch.toMs);
    const known = times.get(name);
    if (known === undefined) times.set(name, { person, stretches: clipped });
    else known.stretches.push(...clipped);
  };
  for (const { fromMs, person, toMs = nowMs } of state.duties) add(person, fromMs, toMs);
  for (const { fromMs, person, takenBackAtMs } of state.answers) {
    // An answer lasts no longer than the round that it was for: the next one needs another.
    const roundEndMs = open.find((round) => fromMs >= round.fromMs && fromMs < round.toMs)?.toMs ?? fromMs;
    add(person, fromMs, Math.min(takenBackAtMs ?? roundEndMs, roundEndMs));
  }
  times.delete(ENGINE_ACTOR);
  const people = [...times.values()]
    .map(({ person, stretches }) => personTime(person, joined(stretches)))
    .filter(({ durationMs }) => durationMs > 0)
    .toSorted((one, other) => other.durationMs - one.durationMs || (one.person < other.person ? -1 : 1));
  return {
    people,
    totalMs: people.reduce((sum, { durationMs }) => sum + durationMs, 0),
    budget,
  };
}

function personTime(person: string, stretches: readonly Stretch[]): PersonTime {
  const durationMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return { person, durationMs, stretches };
}

function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = result.at(-1);
    if (last === undefined || stretch.fromMs > last.toMs) result.push(stretch);
    else result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, stretch.toMs) };
  }
  return result;
}
