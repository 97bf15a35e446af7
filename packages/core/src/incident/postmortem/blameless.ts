import { comparableName, ENGINE_ACTOR, personOf } from "../../access/principal.js";
import type { IncidentEvent } from "../incident-event.js";
import type { IncidentState } from "../incident.js";
import type { IncidentRole } from "../people/role.js";

const ROLE_WORDS: Readonly<Record<IncidentRole, string>> = {
  commander: "the incident commander",
  communications: "the communications lead",
  scribe: "the scribe",
  responder: "a responder",
};
const BYSTANDER_WORDS = "a colleague";

/** Somebody by the id that they act under and by what people call them. */
export type NamedPerson = { readonly id: string; readonly name: string };

/**
 * Makes what puts roles in the place of the names of those who took part, for the sections that say why.
 *
 * Known are those who did something in the incident or had a role in it, by the name that they acted under (see `personOf`)
 * and by those that `people` has for them; whoever had a role is called by the first one, and everybody else a responder.
 * Others of `people` are known by a name of several words alone: one word may be one of the language's own. Where only
 * a first name is known, the surname that follows it goes with it. The engine keeps its name.
 */
export function namesToRoles(
  state: IncidentState,
  events: readonly IncidentEvent[],
  people: readonly NamedPerson[] = [],
): (text: string) => string {
  const roles = new Map<string, KnownName>();
  const learn = (name: string, role: string): void => {
    const known = comparableName(name);
    // A name of nothing is found everywhere.
    if (known !== "" && known !== ENGINE_ACTOR && !roles.has(known)) roles.set(known, { name, role });
  };
  const named = (actor: string): NamedPerson => {
    const person = personOf(actor);
    const wanted = comparableName(person);
    const found = people.find(({ id, name }) => comparableName(id) === wanted || comparableName(name) === wanted);
    return found ?? { id: person, name: person };
  };
  const took = [
    ...state.duties.map(({ person, role }) => ({ actor: person, words: ROLE_WORDS[role] })),
    ...events.map(({ actor }) => ({ actor, words: ROLE_WORDS.responder })),
  ];
  for (const { actor, words } of took) {
    const { id, name } = named(actor);
    const role = roles.get(comparableName(id))?.role ?? words;
    for (const one of [actor, personOf(actor), id, name]) learn(one, role);
  }
  for (const { name } of people) if (/\s/u.test(name.trim())) learn(name, BYSTANDER_WORDS);
  return replacer(roles);
}

type KnownName = { readonly name: string; readonly role: string };

function replacer(roles: ReadonlyMap<string, KnownName>): (text: string) => string {
  // The longest first, so that no name is cut out of the middle of another.
  const names = [...roles.values()].toSorted((one, other) => other.name.length - one.name.length);
  if (names.length === 0) return (text) => text;
  const either = names.map(({ name }) => `(${literal(name)})`).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${either})(?![\\p{L}\\p{N}])`, "giu");
  return (text) => {
    let words = "";
    let from = 0;
    for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
      const [match, ...groups] = found;
      const { role } = names[groups.findIndex((group) => group !== undefined)] as KnownName;
      words += `${text.slice(from, found.index)}${role}`;
      from = found.index + match.length + surnameLength(match, text.slice(found.index + match.length), roles);
      pattern.lastIndex = from;
    }
    return words + text.slice(from);
  };
}

/** How much of what follows a first name is its surname: the next word, where both are written as names and it is no other's. */
function surnameLength(first: string, rest: string, roles: ReadonlyMap<string, KnownName>): number {
  const [surname = ""] = /^\p{Lu}[^\s]*$/u.test(first) ? (/^ \p{Lu}\p{Ll}[\p{L}'’-]*/u.exec(rest) ?? []) : [];
  return roles.has(comparableName(surname)) ? 0 : surname.length;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
