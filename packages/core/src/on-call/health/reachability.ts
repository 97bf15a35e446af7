import type { Person } from "../person.js";
import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallSchedule } from "../schedule/schedule.js";

/** Why no page would reach somebody. */
export type UnreachableReason =
  | { readonly kind: "unknown-person" }
  | { readonly kind: "no-contact" }
  /** Every contact names a notifier that is not configured. */
  | { readonly kind: "unknown-notifiers"; readonly notifiers: readonly string[] };

/** Somebody whom no page would reach, and when that first matters. */
export type UnreachablePerson = {
  readonly personId: string;
  readonly reason: UnreachableReason;
  /** The start of the first time on call within the range. */
  readonly firstOnCallMs: number;
};

/** Who exists, and which channels do. */
export type Directory = {
  readonly people: readonly Person[];
  /** The names of the configured notifiers. */
  readonly notifiers: readonly string[];
};

/** Says why no page would reach a person; undefined when at least one contact has a notifier. */
export function unreachableReason(personId: string, directory: Directory): UnreachableReason | undefined {
  const person = directory.people.find(({ id }) => id === personId);
  if (person === undefined) return { kind: "unknown-person" };
  if (person.contacts.length === 0) return { kind: "no-contact" };
  const notifiers = person.contacts.map(({ notifier }) => notifier);
  if (notifiers.some((notifier) => directory.notifiers.includes(notifier))) return undefined;
  return { kind: "unknown-notifiers", notifiers: [...new Set(notifiers)] };
}

/** Writes why no page would reach a person, and what to do. */
export function unreachableWords(reason: UnreachableReason): string {
  switch (reason.kind) {
    case "unknown-person":
      return "no such person is known; add the person, or correct the id";
    case "no-contact":
      return "the person has no contact; add one";
    case "unknown-notifiers":
      return `no notifier is called ${reason.notifiers.map((notifier) => `"${notifier}"`).join(" or ")}; configure it, or add another contact`;
  }
}

/** Finds those who are on call within [fromMs, toMs) and whom no page would reach, soonest first. Throws as `shiftsBetween` does. */
export function unreachableBetween(
  schedule: OnCallSchedule,
  directory: Directory,
  fromMs: number,
  toMs: number,
): readonly UnreachablePerson[] {
  const firstMs = new Map<string, number>();
  for (const interval of shiftsBetween(schedule, fromMs, toMs)) {
    for (const { personId } of interval.people) {
      if (!firstMs.has(personId)) firstMs.set(personId, interval.fromMs);
    }
  }
  return [...firstMs].flatMap(([personId, firstOnCallMs]) => {
    const reason = unreachableReason(personId, directory);
    return reason === undefined ? [] : [{ personId, reason, firstOnCallMs }];
  });
}
