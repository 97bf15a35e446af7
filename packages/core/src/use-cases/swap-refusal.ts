import { utcWords } from "../incident/instant-words.js";
import { shiftsBetween } from "../on-call/schedule/resolve-schedule.js";
import type { OnCallSchedule, Override } from "../on-call/schedule/schedule.js";
import type { Refusal } from "./refusal.js";

/**
 * Says why a swap would come to less than two people agreed to: somebody is not on call at all in the span that they give
 * away, or is so by another override only, and no override acts on what another one did.
 */
export function swapRefusal(
  before: OnCallSchedule,
  after: OnCallSchedule,
  halves: readonly Override[],
): Refusal | undefined {
  for (const { fromMs, id, personId, toMs } of halves) {
    const where = `on call in ${before.id} from ${utcWords(fromMs)} to ${utcWords(toMs)}`;
    const people = shiftsBetween(before, fromMs, toMs).flatMap((interval) => interval.people);
    const onCall = new Set(people.map((one) => one.personId));
    if (!onCall.has(personId)) {
      const others = onCall.size === 0 ? "nobody is" : [...onCall].toSorted().join(", ");
      const message = `${personId} is not ${where}, and so has no shift to give away there; on call then: ${others}. Name a span in which they are`;
      return { code: "not-on-call", message };
    }
    const isTaken = shiftsBetween(after, fromMs, toMs)
      .flatMap((interval) => interval.people.flatMap(({ because }) => because))
      .some((reason) => reason.kind === "override" && reason.overrideId === id);
    if (!isTaken) {
      const message = `${personId} is ${where} by an override only, which a swap can not hand on. Take that override back, or swap with whoever they stand in for`;
      return { code: "on-call-by-override", message };
    }
  }
  return undefined;
}
