import type { AccessState, Session, Token } from "./access-state.js";
import type { Principal } from "./principal.js";
import { weakerRole } from "./role.js";

/** Lets a session in while it lasts and its user may. Role and name are those of now, not of when it was opened. */
export function admitSession(state: AccessState, session: Session, atMs: number): Principal | undefined {
  const user = state.users.get(session.user);
  if (user === undefined || user.disabled || session.expiresMs <= atMs) return undefined;
  return { name: user.name, role: user.role, by: { kind: "session", sessionId: session.id } };
}

/** Lets a token in while it lasts and its owner may; it can never do more than its owner. */
export function admitToken(state: AccessState, token: Token, atMs: number): Principal | undefined {
  const owner = state.users.get(token.owner);
  if (owner === undefined || owner.disabled || token.revoked || token.expiresMs <= atMs) return undefined;
  return {
    name: `${owner.name} (token ${token.title})`,
    role: weakerRole(token.role, owner.role),
    ...(token.areas === undefined ? {} : { areas: token.areas }),
    by: { kind: "token", tokenId: token.id },
  };
}
