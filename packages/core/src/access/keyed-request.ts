import type { Role } from "./role.js";

/** A change of a user that was asked for under a key: what finds it again, and what it asked for. */
export type KeyedRequest = { readonly key: string; readonly asked: string };

/**
 * Names what a change of a user asks for, so that the same key can be told to ask for the same; undefined without a key.
 *
 * A key counts for one kind of change. The password is left out: all that is kept of it is its slow hash, and anything
 * else that could be compared could be guessed against. A repetition with another password is the same request, then,
 * and the first one's password holds.
 */
export function keyedRequest(request: {
  /** The type of the event that it leads to. */
  readonly type: string;
  readonly actor: string;
  readonly name: string;
  readonly role?: Role;
  readonly causeId?: string;
}): KeyedRequest | undefined {
  const { actor, causeId, name, role, type } = request;
  if (causeId === undefined) return undefined;
  return { key: `${type} ${causeId}`, asked: JSON.stringify([actor, name, role]) };
}
