import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch, type SeenVersion, type VersionMismatch } from "../errors/version-mismatch.js";
import type { AccessEvent } from "./access-event.js";
import type { AccessState, User } from "./access-state.js";
import { keyedRequest } from "./keyed-request.js";
import { roleIncludes, type Role } from "./role.js";
import { ENGINE_ACTOR } from "./principal.js";
import type { TokenFacts } from "./token-facts.js";

type Asked<Type extends string, Rest> = Rest & {
  readonly type: Type;
  readonly atMs: number;
  readonly actor: string;
};
/** About a user; with a `causeId` the same request is done once, and a different one is refused. */
type AskedOfUser<Type extends string, Rest = object> = Asked<
  Type,
  Rest & { readonly name: string; readonly causeId?: string }
>;

/** What can be asked about who may be let in. Secrets arrive as hashes. */
export type AccessCommand =
  | AskedOfUser<"add-user", { readonly role: Role; readonly passwordHash: string }>
  | AskedOfUser<"set-password", SeenVersion & { readonly passwordHash: string }>
  | AskedOfUser<"change-role", SeenVersion & { readonly role: Role }>
  | AskedOfUser<"disable-user", SeenVersion>
  | AskedOfUser<"enable-user", SeenVersion>
  /** The same id for the same request is the same token, and a different request is refused. */
  | Asked<"issue-token", TokenFacts>
  | Asked<"revoke-token", SeenVersion & { readonly id: string }>
  | Asked<
      "open-session",
      {
        readonly id: string;
        readonly user: string;
        readonly fingerprint: string;
        readonly csrfFingerprint: string;
      }
    >
  | Asked<"end-session", { readonly id: string }>;

/** Why a command about access was refused; `message` says what was found, expected, and what to do. */
export type AccessRefusal = VersionMismatch | AccessRejection;

type AccessRejection = {
  readonly code:
    | "invalid-name"
    | "user-exists"
    | "unknown-user"
    | "unknown-token"
    | "last-admin"
    | "user-disabled"
    | "role-above-owner"
    | "invalid-expiry"
    | "too-many-tokens"
    | "key-reused";
  readonly message: string;
};

/** How long somebody stays signed in: a working day. */
export const SESSION_MS = 12 * 3_600_000;
/** A token that outlives a year is one that nobody remembers. */
export const LONGEST_TOKEN_MS = 366 * 86_400_000;
// More than any person or program needs; a loop that issues tokens stops here.
const MOST_TOKENS = 100;
const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/** Decides what a command about access leads to; nothing when it is so already, or was done under its key. */
export function decideAccess(
  state: AccessState,
  command: AccessCommand,
): Result<readonly AccessEvent[], AccessRefusal> {
  return "name" in command ? decideUser(state, command) : decideOther(state, command);
}

type UserCommand = Extract<AccessCommand, { readonly name: string }>;

const EVENT_OF = {
  "add-user": "user.added",
  "set-password": "user.password-set",
  "change-role": "user.role-changed",
  "disable-user": "user.disabled",
  "enable-user": "user.enabled",
} as const satisfies Record<UserCommand["type"], AccessEvent["type"]>;

function decideUser(state: AccessState, command: UserCommand): Result<readonly AccessEvent[], AccessRefusal> {
  const { atMs, actor, causeId } = command;
  const request = keyedRequest({ ...command, type: EVENT_OF[command.type] });
  if (request !== undefined) {
    const known = state.requests.get(request.key);
    if (known !== undefined) return known === request.asked ? success([]) : refuse("key-reused", KEY_REUSED);
  }
  const keyed = causeId === undefined ? {} : { causeId };
  switch (command.type) {
    case "add-user": {
      const { name, role, passwordHash } = command;
      if (!NAME.test(name)) return refuse("invalid-name", INVALID_NAME);
      if (name === ENGINE_ACTOR) return refuse("invalid-name", RESERVED_NAME);
      if (state.users.has(name)) {
        return refuse("user-exists", `There is a user ${name} already; enable it again, or choose another name.`);
      }
      return success([{ type: "user.added", atMs, actor, data: { name, role, passwordHash, ...keyed } }]);
    }
    case "set-password":
      return ofUser(state, command, ({ name }) => {
        return success([
          { type: "user.password-set", atMs, actor, data: { name, passwordHash: command.passwordHash, ...keyed } },
        ]);
      });
    case "change-role":
      return ofUser(state, command, (user) => {
        const { name } = user;
        const { role } = command;
        if (user.role === role) return success([]);
        if (role !== "admin" && isLastAdmin(state, user)) return refuse("last-admin", lastAdmin(name));
        return success([{ type: "user.role-changed", atMs, actor, data: { name, role, ...keyed } }]);
      });
    case "disable-user":
      return ofUser(state, command, (user) => {
        const { name } = user;
        if (user.disabled) return success([]);
        if (isLastAdmin(state, user)) return refuse("last-admin", lastAdmin(name));
        return success([{ type: "user.disabled", atMs, actor, data: { name, ...keyed } }]);
      });
    case "enable-user":
      return ofUser(state, command, ({ disabled, name }) => {
        return success(disabled ? [{ type: "user.enabled", atMs, actor, data: { name, ...keyed } }] : []);
      });
  }
}

function decideOther(
  state: AccessState,
  command: Exclude<AccessCommand, UserCommand>,
): Result<readonly AccessEvent[], AccessRefusal> {
  const { atMs, actor } = command;
  switch (command.type) {
    case "issue-token":
      return issueToken(state, command);
    case "revoke-token":
      return revokeToken(state, command);
    case "open-session":
      return ofUser(state, { name: command.user }, ({ disabled, name }) => {
        if (disabled) return refuse("user-disabled", `The user ${name} is disabled.`);
        const { csrfFingerprint, fingerprint, id } = command;
        const data = { id, user: name, fingerprint, csrfFingerprint, expiresMs: atMs + SESSION_MS };
        return success([{ type: "session.opened", atMs, actor, data }]);
      });
    case "end-session": {
      const { id } = command;
      return success(state.sessions.has(id) ? [{ type: "session.ended", atMs, actor, data: { id } }] : []);
    }
  }
}

const KEY_REUSED =
  "This key was used for a request that asked for something else. A repetition asks for exactly the same; give a new request a new key.";
const INVALID_NAME =
  "A user's name has 1 to 63 characters: lower-case letters, digits, and, between them, dots, dashes and underscores.";
const RESERVED_NAME = `The records call Plimsoll itself ${ENGINE_ACTOR}; a user needs another name.`;

function lastAdmin(name: string): string {
  return `${name} is the only admin who can sign in; make another one first.`;
}

function issueToken(
  state: AccessState,
  command: Extract<AccessCommand, { readonly type: "issue-token" }>,
): Result<readonly AccessEvent[], AccessRefusal> {
  const { actor, areas, atMs, expiresMs, fingerprint, id, role, title } = command;
  const known = state.tokens.get(id);
  if (known !== undefined) {
    return tokenAsked({ ...known, actor: known.issuedBy }) === tokenAsked(command)
      ? success([])
      : refuse("key-reused", KEY_REUSED);
  }
  return ofUser(state, { name: command.owner }, (owner) => {
    if (owner.disabled) return refuse("user-disabled", `The user ${owner.name} is disabled.`);
    if (!roleIncludes(owner.role, role)) {
      return refuse("role-above-owner", `${owner.name} is ${owner.role}; a token can not be ${role} then.`);
    }
    if (!(expiresMs > atMs && expiresMs <= atMs + LONGEST_TOKEN_MS)) {
      return refuse("invalid-expiry", "A token expires in the future, within 366 days; issue a new one then.");
    }
    const good = [...state.tokens.values()].filter((token) => !token.revoked && token.expiresMs > atMs);
    if (good.filter((token) => token.owner === owner.name).length >= MOST_TOKENS) {
      return refuse("too-many-tokens", `${owner.name} has ${MOST_TOKENS} tokens; revoke one that is no longer used.`);
    }
    const data = {
      id,
      title,
      owner: owner.name,
      role,
      ...(areas === undefined ? {} : { areas }),
      fingerprint,
      expiresMs,
    };
    return success([{ type: "token.issued", atMs, actor, data }]);
  });
}

// The fingerprint is of a secret that each attempt makes anew.
function tokenAsked({ actor, areas, expiresMs, owner, role, title }: TokenFacts & { readonly actor: string }): string {
  return JSON.stringify([actor, title, owner, role, areas, expiresMs]);
}

function revokeToken(
  state: AccessState,
  { actor, atMs, expectedVersion, id }: Extract<AccessCommand, { readonly type: "revoke-token" }>,
): Result<readonly AccessEvent[], AccessRefusal> {
  const token = state.tokens.get(id);
  if (token === undefined) {
    return refuse("unknown-token", `There is no token ${id}; list them to see which there are.`);
  }
  const other = versionMismatch(`The token ${id}`, token.version, expectedVersion);
  if (other !== undefined) return failure(other);
  return success(token.revoked ? [] : [{ type: "token.revoked", atMs, actor, data: { id } }]);
}

function ofUser(
  state: AccessState,
  { expectedVersion, name }: SeenVersion & { readonly name: string },
  decide: (user: User) => Result<readonly AccessEvent[], AccessRefusal>,
): Result<readonly AccessEvent[], AccessRefusal> {
  const user = state.users.get(name);
  if (user === undefined) return refuse("unknown-user", `There is no user ${name}; list them to see which there are.`);
  const other = versionMismatch(`The user ${name}`, user.version, expectedVersion);
  return other === undefined ? decide(user) : failure(other);
}

function isLastAdmin({ users }: AccessState, user: User): boolean {
  const admins = [...users.values()].filter(({ disabled, role }) => role === "admin" && !disabled);
  return admins.length === 1 && admins[0] === user;
}

function refuse(code: AccessRejection["code"], message: string): Result<never, AccessRefusal> {
  return failure({ code, message });
}
