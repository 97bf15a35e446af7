import { roleIncludes, type Area, type Role } from "@plimsoll/core";
import { createHash, timingSafeEqual } from "node:crypto";

export type { Role };

/** Who is asking, and by what. */
export type Caller = {
  readonly name: string;
  readonly role: Role;
  /** Where it may write; absent: everywhere. */
  readonly areas?: readonly Area[];
  /** By a token of the configuration or the local one, by an issued one, or by a browser's session. */
  readonly by: "configuration" | "token" | "session";
  readonly sessionId?: string;
};

/** A token as it is checked: only its hash is kept. */
export type AccessToken = Pick<Caller, "name" | "role"> & { readonly hash: Buffer };

/** Makes a token checkable without keeping it. */
export function accessToken({ name, role }: Pick<Caller, "name" | "role">, token: string): AccessToken {
  return { name, role, hash: hashOf(token) };
}

/** Reads the token of an Authorization header; undefined when there is none that could be one. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header ?? "")?.[1];
}

/** Finds the caller behind a token of the configuration. */
export function configuredCaller(given: string, tokens: readonly AccessToken[]): Caller | undefined {
  const hash = hashOf(given);
  // Every token is compared, so that the time taken says nothing about which one came close.
  let caller: Caller | undefined;
  for (const { hash: known, name, role } of tokens) {
    if (timingSafeEqual(known, hash)) caller ??= { name, role, by: "configuration" };
  }
  return caller;
}

/** Whether a caller's role includes the one needed. */
export function mayActAs(caller: Caller, needed: Role): boolean {
  return roleIncludes(caller.role, needed);
}

/**
 * Names who did something: whom a program says it acts for, and always the token that it acts by. A person who signed in
 * acts as nobody else: another name would let one decide twice where two have to.
 */
export function actorName(caller: Caller | undefined, onBehalfOf: string | undefined): string {
  const name = caller?.name ?? "unnamed";
  if (onBehalfOf === undefined || onBehalfOf === name || caller?.by === "session") return name;
  return `${onBehalfOf} (${caller?.by === "token" ? name : `token ${name}`})`;
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
