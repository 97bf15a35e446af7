import type { OnCallPerson, OnCallReason, Override } from "./schedule.js";

/** Reasons by person, while they are collected. */
export type OnCallReasons = Map<string, OnCallReason[]>;

/** Notes a reason for which somebody is on call. */
export function addReason(reasons: OnCallReasons, personId: string, reason: OnCallReason): void {
  const known = reasons.get(personId);
  if (known === undefined) reasons.set(personId, [reason]);
  else known.push(reason);
}

/**
 * Applies overrides to those who are on call without them. Every override looks at the same people, those of layers and
 * temporary schedules, so their order means nothing: A -> B and B -> C together give B. Whom an override adds stays, even if
 * another removes the same person: rather one page too many.
 */
export function applyOverrides(onCall: OnCallReasons, overrides: readonly Override[]): OnCallReasons {
  const result: OnCallReasons = new Map([...onCall].map(([personId, reasons]) => [personId, [...reasons]]));
  for (const override of overrides) {
    if (override.kind !== "add") result.delete(override.personId);
  }
  for (const override of overrides) {
    if (override.kind === "add") {
      addReason(result, override.personId, { kind: "override", overrideId: override.id });
    } else if (override.kind === "replace" && onCall.has(override.personId)) {
      const { id, personId, withPersonId } = override;
      addReason(result, withPersonId, { kind: "override", overrideId: id, insteadOf: personId });
    }
  }
  return result;
}

/** Lists people by id, so that the same people are always the same list. */
export function listPeople(reasons: OnCallReasons): readonly OnCallPerson[] {
  return [...reasons]
    .map(([personId, because]) => ({ personId, because }))
    .sort((a, b) => (a.personId < b.personId ? -1 : 1));
}

/** Tells whether two lists name the same people for the same reasons. */
export function samePeople(a: readonly OnCallPerson[], b: readonly OnCallPerson[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every(({ personId, because }, index) => {
        const other = b[index] as OnCallPerson;
        return personId === other.personId && sameReasons(because, other.because);
      }))
  );
}

/** Tells whether two lists give the same reasons. */
export function sameReasons(a: readonly OnCallReason[], b: readonly OnCallReason[]): boolean {
  return a.length === b.length && a.every((reason, index) => sameReason(reason, b[index] as OnCallReason));
}

function sameReason(a: OnCallReason, b: OnCallReason): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "layer":
      return b.kind === "layer" && a.layerId === b.layerId && a.shiftFromMs === b.shiftFromMs;
    case "temporary":
      return b.kind === "temporary" && a.temporaryId === b.temporaryId && a.shiftFromMs === b.shiftFromMs;
    case "override":
      return b.kind === "override" && a.overrideId === b.overrideId && a.insteadOf === b.insteadOf;
  }
}
