import { admitSession, admitToken } from "../access/admit.js";
import { SESSION_MS } from "../access/decide-access.js";
import type { Principal } from "../access/principal.js";
import { createSignInLimiter, type SignInAttempt } from "../access/sign-in-limit.js";
import type { User } from "../access/access-state.js";
import type { AccessParts } from "./access-parts.js";
import { failure, success, type Result } from "../errors/result.js";

/** Why somebody was not let in. It does not say whether the name or the password was wrong. */
export type SignInDenial =
  | { readonly code: "wrong-credentials"; readonly message: string }
  | { readonly code: "locked"; readonly message: string; readonly untilMs: number };

/** A session that was just opened: both secrets are given this once. */
export type OpenedSession = {
  readonly principal: Principal;
  readonly secret: string;
  /** To be sent along with every write of a page. */
  readonly csrf: string;
  readonly expiresMs: number;
};

/** Lets people and programs in, and out again. */
export type SignInDesk = {
  /** Opens a session for a name and a password; too many wrong ones and nobody is heard for a while. */
  signIn(asked: {
    readonly name: string;
    readonly password: string;
    readonly address: string;
  }): Promise<Result<OpenedSession, SignInDenial>>;
  signOut(sessionId: string): Promise<void>;
  /** Who holds this token; undefined when nobody does, or no longer. */
  byToken(secret: string): Principal | undefined;
  bySession(secret: string): Principal | undefined;
  /** Whether this is the second secret of the session with this id. */
  csrfFits(sessionId: string, csrf: string): boolean;
};

const WRONG_CREDENTIALS: SignInDenial = {
  code: "wrong-credentials",
  message: "Name or password is wrong, or the user is disabled.",
};

export function createSignInDesk(options: AccessParts): SignInDesk {
  const { book, credentials, hashing, ids, write } = options;
  const nowMs = (): number => options.clock.now().toMillis();
  const limiter = createSignInLimiter();

  const open = async ({ name, role }: User): Promise<Result<OpenedSession, SignInDenial>> => {
    const atMs = nowMs();
    const id = ids.next();
    const secret = credentials.newSecret();
    const csrf = credentials.newSecret();
    const prints = { fingerprint: credentials.fingerprint(secret), csrfFingerprint: credentials.fingerprint(csrf) };
    const opened = await write({ type: "open-session", id, user: name, ...prints, atMs, actor: name });
    // Disabled while the password was verified.
    if (!opened.ok) return failure(WRONG_CREDENTIALS);
    const principal: Principal = { name, role, by: { kind: "session", sessionId: id } };
    return success({ principal, secret, csrf, expiresMs: atMs + SESSION_MS });
  };

  // What is verified for somebody who does not exist, so that the time taken does not say so.
  let nobodysHash: string | undefined;

  const verify = async (attempt: SignInAttempt, password: string): Promise<Result<User, SignInDenial>> => {
    const untilMs = limiter.lockedUntilMs(attempt);
    if (untilMs !== undefined) {
      return failure({ code: "locked", untilMs, message: "There were too many wrong passwords; try again later." });
    }
    const user = book.state().users.get(attempt.user);
    nobodysHash ??= await credentials.hashPassword(credentials.newSecret());
    const right = await credentials.verifyPassword(password, user?.passwordHash ?? nobodysHash);
    if (user === undefined || user.disabled || !right) {
      limiter.failed(attempt);
      return failure(WRONG_CREDENTIALS);
    }
    limiter.succeeded(attempt);
    return success(user);
  };

  return {
    async signIn({ address, name, password }) {
      // The limit is looked at when the turn comes: attempts made side by side count like any others.
      const verified = await hashing(() => verify({ user: name, address, atMs: nowMs() }, password));
      return verified.ok ? open(verified.value) : verified;
    },
    async signOut(sessionId) {
      const user = book.state().sessions.get(sessionId)?.user;
      if (user !== undefined) await write({ type: "end-session", id: sessionId, atMs: nowMs(), actor: user });
    },
    byToken(secret) {
      const token = book.tokenBy(credentials.fingerprint(secret));
      return token === undefined ? undefined : admitToken(book.state(), token, nowMs());
    },
    bySession(secret) {
      const session = book.sessionBy(credentials.fingerprint(secret));
      return session === undefined ? undefined : admitSession(book.state(), session, nowMs());
    },
    csrfFits: (sessionId, csrf) =>
      book.state().sessions.get(sessionId)?.csrfFingerprint === credentials.fingerprint(csrf),
  };
}
