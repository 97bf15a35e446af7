import { isAtNight, type Person } from "../person.js";
import type { OnCallInterval } from "../schedule/schedule.js";

/** A page that reached somebody. */
export type PageReceived = { readonly personId: string; readonly atMs: number };

/** What a person bore over a range. */
export type PersonLoad = {
  readonly personId: string;
  readonly onCallMs: number;
  /** Times on call without a break. */
  readonly stretches: number;
  readonly pages: number;
  /** Pages within the person's own night hours. */
  readonly pagesAtNight: number;
  /** Times disturbed: a page within 15 minutes of the one before is the same disturbance. */
  readonly interrupts: number;
  /** The shortest time off between two stretches; absent when there were fewer than two. */
  readonly shortestRestMs?: number;
};

const SAME_INTERRUPT_MS = 15 * 60_000; // the time it takes to get back to what one was doing

/**
 * Works out what each person bore, in the order of their ids: all who are in `people`, are on call in `shifts`, or were paged.
 * The night of somebody who is not in `people` is not known, and counts as day. `shifts` are ascending, as `shiftsBetween` gives them.
 */
export function onCallLoad(input: {
  readonly shifts: readonly OnCallInterval[];
  readonly people: readonly Person[];
  readonly pages: readonly PageReceived[];
}): readonly PersonLoad[] {
  const stretches = stretchesByPerson(input.shifts);
  const pages = timesByPerson(input.pages);
  const people = new Map(input.people.map((person) => [person.id, person]));
  const ids = new Set([...people.keys(), ...stretches.keys(), ...pages.keys()]);
  return [...ids].sort().map((personId) => {
    const person = people.get(personId);
    const mine = stretches.get(personId) ?? [];
    const times = pages.get(personId) ?? [];
    const rests = mine.slice(1).map((stretch, index) => stretch.fromMs - (mine[index] as Stretch).toMs);
    return {
      personId,
      onCallMs: mine.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
      stretches: mine.length,
      pages: times.length,
      pagesAtNight: person === undefined ? 0 : times.filter((atMs) => isAtNight(person, atMs)).length,
      interrupts: times.filter((atMs, index) => index === 0 || atMs - (times[index - 1] as number) > SAME_INTERRUPT_MS)
        .length,
      ...(rests.length > 0 && { shortestRestMs: Math.min(...rests) }),
    };
  });
}

type Stretch = { readonly fromMs: number; readonly toMs: number };

/** When each person is on call without a break, whatever the reasons. */
function stretchesByPerson(shifts: readonly OnCallInterval[]): ReadonlyMap<string, readonly Stretch[]> {
  const byPerson = new Map<string, { fromMs: number; toMs: number }[]>();
  for (const { fromMs, toMs, people } of shifts) {
    for (const { personId } of people) {
      const mine = byPerson.get(personId);
      const last = mine?.at(-1);
      if (mine === undefined) byPerson.set(personId, [{ fromMs, toMs }]);
      else if (last?.toMs === fromMs) last.toMs = toMs;
      else mine.push({ fromMs, toMs });
    }
  }
  return byPerson;
}

/** When each person was paged, ascending. */
function timesByPerson(pages: readonly PageReceived[]): ReadonlyMap<string, readonly number[]> {
  const byPerson = new Map<string, number[]>();
  for (const { personId, atMs } of pages.toSorted((a, b) => a.atMs - b.atMs)) {
    const mine = byPerson.get(personId);
    if (mine === undefined) byPerson.set(personId, [atMs]);
    else mine.push(atMs);
  }
  return byPerson;
}
