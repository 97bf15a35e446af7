import { utcWords } from "../../incident/instant-words.js";

/** Says in an incident's course that nobody is called for a time. */
export function pausedWords({ reason, untilMs }: { readonly reason: string; readonly untilMs: number }): string {
  return `Escalation is paused until ${utcWords(untilMs)}: ${reason}.`;
}

/** Says there that a pause is over. */
export const RESUMED_WORDS = "Escalation goes on.";
