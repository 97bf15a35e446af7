import type { Area } from "./area.js";
import type { Role } from "./role.js";

/** Who asks, as far as the engine has made sure of it. */
export type Principal = {
  /** A user's name, or the title of a token with its owner's name. */
  readonly name: string;
  readonly role: Role;
  /** Absent: every area. */
  readonly areas?: readonly Area[];
  readonly by:
    | { readonly kind: "session"; readonly sessionId: string }
    | { readonly kind: "token"; readonly tokenId: string };
};

/** Whether somebody confined to some areas may write in this one. */
export function coversArea(areas: readonly Area[] | undefined, area: Area): boolean {
  return areas === undefined || areas.includes(area);
}

/** The name that Plimsoll itself acts by. Nobody else may bear it: what is done under it is not held against a person. */
export const ENGINE_ACTOR = "engine";

/** As `admitToken` and the edges write it: `ana (token ci)`, or `ana (ben (token ci))` where a token of ben's acted for her. */
const BY_TOKEN = /^(?<person>.*?\S) \((?:(?!token )(?<owner>[^()]*[^\s()]) \()?token .*\)$/su;

/**
 * Names the person behind an actor, as they are spelled there: an actor is a person's name, alone where they signed in and
 * with its token where one acted for them.
 */
export function personOf(actor: string): string {
  return (BY_TOKEN.exec(actor)?.groups?.["person"] ?? actor).trim();
}

/** What two spellings of one name have in common: users' names are in lower case, and people's need not be. */
export function comparableName(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}

/**
 * Tells whether one person may be behind two actors, for where two have to decide: whoever owns a token is also the person
 * who acts by it for another.
 */
export function isSamePerson(one: string, other: string): boolean {
  const [first, second] = [personOf(one), personOf(other)].map(comparableName);
  return first === second || first === ownerOf(other) || second === ownerOf(one);
}

/** Whose token acted for somebody; undefined where that is the person's own, or nobody's. */
function ownerOf(actor: string): string | undefined {
  const owner = BY_TOKEN.exec(actor)?.groups?.["owner"];
  return owner === undefined ? undefined : comparableName(owner);
}
