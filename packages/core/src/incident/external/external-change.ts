import type { ExternalChange } from "../incident-event.js";
import type { ExternalFacts } from "./external-facts.js";

/**
 * Finds what word of an alert from elsewhere adds to what is known; undefined where it adds nothing or is late.
 *
 * By the alert's own times and not by when word came: a source repeats itself, and copies overtake one another. A firing
 * that began before the known one ended is that one's late copy; one that began and ended before the known one began is
 * an earlier one. Other words alone change nothing, for many alerts have a figure in them that changes with each repeat.
 */
export function externalChange(known: ExternalFacts, word: ExternalFacts): ExternalChange | undefined {
  if (word.status === "firing") {
    if (known.status === "firing") {
      if (isLaterFiring(known, word)) return "fired";
      return word.severity === known.severity ? undefined : "changed";
    }
    // Nobody said that it is over where only silence ended it: the next word of it says that it goes on, whenever it began.
    const late = known.silentMs === undefined && word.startsAtMs < endOf(known);
    return late ? undefined : "fired";
  }
  if (known.status === "resolved") return undefined;
  const earlier = word.startsAtMs < known.startsAtMs && endOf(word) <= known.startsAtMs;
  return earlier ? undefined : "resolved";
}

/**
 * Tells whether a word is of a later firing than the known one, whose end was not heard of. The start of one firing is only
 * ever moved back: see `mergeExternalAlert`.
 */
export function isLaterFiring(known: ExternalFacts, word: ExternalFacts): boolean {
  return word.startsAtMs > known.startsAtMs;
}

/** When an alert that is over ended: where its source does not say, when that was learnt. */
export function endOf({ endsAtMs, atMs }: ExternalFacts): number {
  return endsAtMs ?? atMs;
}
