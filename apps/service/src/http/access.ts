import { createHash, timingSafeEqual } from "node:crypto";

/** What a token may do; each role may do what the ones before it may. */
const ROLES = ["viewer", "responder", "approver", "admin"] as const;
/** One of the roles that a token may have. */
export type Role = (typeof ROLES)[number];

/** Who is asking. */
export type Caller = { readonly name: string; readonly role: Role };

/** A token as it is checked: only its hash is kept. */
export type AccessToken = Caller & { readonly hash: Buffer };

/** Makes a token checkable without keeping it. */
export function accessToken(caller: Caller, token: string): AccessToken {
  return { ...caller, hash: hashOf(token) };
}

/** Finds the caller behind an Authorization header; undefined when there is none or it is wrong. */
export function authenticate(header: string | undefined, tokens: readonly AccessToken[]): Caller | undefined {
  const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? "")?.[1];
  if (given === undefined) return undefined;
  const hash = hashOf(given);
  // Every token is compared, so that the time taken says nothing about which one came close.
  let caller: Caller | undefined;
  for (const { hash: known, name, role } of tokens) {
    if (timingSafeEqual(known, hash)) caller ??= { name, role };
  }
  return caller;
}

/** Whether a caller's role includes the one needed. */
export function mayActAs(caller: Caller, needed: Role): boolean {
  return ROLES.indexOf(caller.role) >= ROLES.indexOf(needed);
}

/** Names who did something: whom the caller says it acts for, and always the token that it acts by. */
export function actorName(caller: Caller | undefined, onBehalfOf: string | undefined): string {
  const token = caller?.name ?? "unnamed";
  return onBehalfOf === undefined || onBehalfOf === token ? token : `${onBehalfOf} (token ${token})`;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
