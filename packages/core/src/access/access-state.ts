import type { AccessEvent } from "./access-event.js";
import { keyedRequest } from "./keyed-request.js";
import type { Role } from "./role.js";
import type { TokenFacts } from "./token-facts.js";

/** Somebody who may sign in. */
export type User = {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly disabled: boolean;
  /** How many events made it. */
  readonly version: number;
  readonly addedAtMs: number;
  readonly passwordSetAtMs: number;
};

/** What a program shows instead of signing in. */
export type Token = TokenFacts & {
  readonly issuedBy: string;
  readonly issuedAtMs: number;
  readonly revoked: boolean;
  /** How many events made it. */
  readonly version: number;
};

/** A browser that somebody signed in with. */
export type Session = {
  readonly id: string;
  readonly user: string;
  readonly fingerprint: string;
  /** Of the second secret, which a page has to send along with every write. */
  readonly csrfFingerprint: string;
  readonly openedAtMs: number;
  readonly expiresMs: number;
};

/** Everybody and everything that may be let in. */
export type AccessState = {
  readonly users: ReadonlyMap<string, User>;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly sessions: ReadonlyMap<string, Session>;
  /** What changes of users asked for that had a key, by `keyedRequest`. */
  readonly requests: ReadonlyMap<string, string>;
};

export const NO_ACCESS: AccessState = {
  users: new Map(),
  tokens: new Map(),
  sessions: new Map(),
  requests: new Map(),
};

/** Gives the state after an event; what refers to somebody unknown changes nothing else. */
export function evolveAccess(state: AccessState, event: AccessEvent): AccessState {
  const { actor, data, type } = event;
  const next = change(state, event);
  const request = "name" in data ? keyedRequest({ type, actor, ...data }) : undefined;
  return request === undefined ? next : { ...next, requests: withEntry(next.requests, request.key, request.asked) };
}

function change(state: AccessState, { type, actor, atMs, data }: AccessEvent): AccessState {
  switch (type) {
    case "user.added": {
      const { name, passwordHash, role } = data;
      const user = { name, role, passwordHash, disabled: false, version: 1, addedAtMs: atMs, passwordSetAtMs: atMs };
      return { ...state, users: withEntry(state.users, data.name, user) };
    }
    case "user.password-set": {
      const changed = withUser(state, data.name, { passwordHash: data.passwordHash, passwordSetAtMs: atMs });
      return withoutSessionsOf(changed, data.name);
    }
    case "user.role-changed":
      return withUser(state, data.name, { role: data.role });
    case "user.disabled":
      return withoutSessionsOf(withUser(state, data.name, { disabled: true }), data.name);
    case "user.enabled":
      return withUser(state, data.name, { disabled: false });
    case "token.issued":
      return {
        ...state,
        tokens: withEntry(state.tokens, data.id, {
          ...data,
          issuedBy: actor,
          issuedAtMs: atMs,
          revoked: false,
          version: 1,
        }),
      };
    case "token.revoked": {
      const token = state.tokens.get(data.id);
      if (token === undefined) return state;
      return {
        ...state,
        tokens: withEntry(state.tokens, data.id, { ...token, revoked: true, version: token.version + 1 }),
      };
    }
    case "session.opened": {
      // A good moment to forget those that are over, so that they do not pile up.
      const going = new Map([...state.sessions].filter(([, { expiresMs }]) => expiresMs > atMs));
      return { ...state, sessions: going.set(data.id, { ...data, openedAtMs: atMs }) };
    }
    case "session.ended": {
      const left = new Map(state.sessions);
      left.delete(data.id);
      return { ...state, sessions: left };
    }
  }
}

function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  return new Map(map).set(key, value);
}

function withUser(state: AccessState, name: string, change: Partial<User>): AccessState {
  const user = state.users.get(name);
  if (user === undefined) return state;
  return { ...state, users: withEntry(state.users, name, { ...user, ...change, version: user.version + 1 }) };
}

// Whoever held the old password, or is no longer trusted, is out at once.
function withoutSessionsOf(state: AccessState, name: string): AccessState {
  return { ...state, sessions: new Map([...state.sessions].filter(([, { user }]) => user !== name)) };
}
