import type { IncidentEvent } from "../incident-event.js";
import type { IncidentState } from "../incident.js";
import type { IncidentRole } from "../people/role.js";

const ROLE_WORDS: Readonly<Record<IncidentRole, string>> = {
  commander: "the incident commander",
  communications: "the communications lead",
  scribe: "the scribe",
  responder: "a responder",
};

/**
 * Makes what puts roles in the place of the names of those who took part, for the sections that say why.
 *
 * Known are those who did something in the incident or had a role in it, by the whole name that they acted under; whoever
 * had a role is called by the first one, and everybody else a responder. The engine keeps its name.
 */
export function namesToRoles(state: IncidentState, events: readonly IncidentEvent[]): (text: string) => string {
  const roles = new Map<string, string>();
  for (const { person, role } of state.duties) {
    if (!roles.has(person)) roles.set(person, ROLE_WORDS[role]);
  }
  for (const { actor } of events) if (!roles.has(actor)) roles.set(actor, "a responder");
  roles.delete("engine");
  // The longest first, so that no name is cut out of the middle of another.
  const names = [...roles].toSorted(([one], [other]) => other.length - one.length);
  return (text) =>
    names.reduce(
      (words, [name, role]) =>
        words.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal(name)}(?![\\p{L}\\p{N}])`, "giu"), role),
      text,
    );
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
