import type { Token, User } from "../access/access-state.js";
import type { Area } from "../access/area.js";
import type { AccessCommand, AccessRefusal } from "../access/decide-access.js";
import { checkPassword, type PasswordRefusal } from "../access/password-rule.js";
import type { Role } from "../access/role.js";
import type { AccessParts } from "./access-parts.js";
import { success, type Result } from "../errors/result.js";
import type { SeenVersion } from "../errors/version-mismatch.js";

/** Why somebody may not have what was asked for. */
export type AccessDenial = AccessRefusal | PasswordRefusal;

/** A user as others may see it. */
export type UserView = Omit<User, "passwordHash">;
/** A token as others may see it. */
export type TokenView = Omit<Token, "fingerprint" | "issuedBy">;

/** A token that was issued; or one that was issued for the same request before, whose secret nobody can tell again. */
export type TokenIssue =
  | { readonly kind: "issued"; readonly id: string; readonly secret: string }
  | { readonly kind: "repeated"; readonly token: TokenView };

type By<Rest> = Readonly<Rest> & { readonly actor: string };
/** As `By`, by a request whose id makes it done once: the same one again changes nothing, a different one is refused. */
type Once<Rest> = By<Rest> & { readonly causeId?: string };
type Outcome<Value = void> = Promise<Result<Value, AccessDenial>>;

/** Keeps who may be let in; every change is an event with its author. */
export type AccessDesk = {
  users(): readonly UserView[];
  tokens(): readonly TokenView[];
  /** A repetition may say another password: the first one's holds. */
  addUser(asked: Once<{ name: string; role: Role; password: string }>): Outcome;
  /** Ends that user's sessions, too. A repetition may say another password: the first one's holds. */
  setPassword(asked: Once<SeenVersion & { name: string; password: string }>): Outcome;
  changeRole(asked: Once<SeenVersion & { name: string; role: Role }>): Outcome;
  disableUser(asked: Once<SeenVersion & { name: string }>): Outcome;
  enableUser(asked: Once<SeenVersion & { name: string }>): Outcome;
  /** The secret is given this once. `id` makes the same request the same token; absent: every request is one of its own. */
  issueToken(
    asked: By<{ id?: string; title: string; owner: string; role: Role; areas?: readonly Area[]; expiresMs: number }>,
  ): Outcome<TokenIssue>;
  revokeToken(asked: By<SeenVersion & { id: string }>): Outcome;
};

export function createAccessDesk(options: AccessParts): AccessDesk {
  const { book, credentials, hashing, ids, write } = options;
  const nowMs = (): number => options.clock.now().toMillis();

  const withPassword = async (
    { name, password }: { readonly name: string; readonly password: string },
    command: (passwordHash: string) => AccessCommand,
  ): Outcome => {
    const checked = checkPassword(password, name);
    return checked.ok ? write(command(await hashing(() => credentials.hashPassword(password)))) : checked;
  };

  return {
    users: () => [...book.state().users.values()].map(userView),
    tokens: () => [...book.state().tokens.values()].map(tokenView),
    addUser: ({ password, ...asked }) =>
      withPassword({ name: asked.name, password }, (passwordHash) => ({
        type: "add-user",
        ...asked,
        passwordHash,
        atMs: nowMs(),
      })),
    setPassword: ({ password, ...asked }) =>
      withPassword({ name: asked.name, password }, (passwordHash) => ({
        type: "set-password",
        ...asked,
        passwordHash,
        atMs: nowMs(),
      })),
    changeRole: (asked) => write({ type: "change-role", ...asked, atMs: nowMs() }),
    disableUser: (asked) => write({ type: "disable-user", ...asked, atMs: nowMs() }),
    enableUser: (asked) => write({ type: "enable-user", ...asked, atMs: nowMs() }),
    async issueToken({ id = ids.next(), ...asked }) {
      const secret = credentials.newSecret();
      const fingerprint = credentials.fingerprint(secret);
      const issued = await write({ type: "issue-token", ...asked, id, fingerprint, atMs: nowMs() });
      if (!issued.ok) return issued;
      const token = book.state().tokens.get(id) as Token;
      return success(
        token.fingerprint === fingerprint
          ? { kind: "issued", id, secret }
          : { kind: "repeated", token: tokenView(token) },
      );
    },
    revokeToken: (asked) => write({ type: "revoke-token", ...asked, atMs: nowMs() }),
  };
}

function userView({ addedAtMs, disabled, name, passwordSetAtMs, role, version }: User): UserView {
  return { name, role, disabled, version, addedAtMs, passwordSetAtMs };
}

function tokenView({ areas, expiresMs, id, issuedAtMs, owner, revoked, role, title, version }: Token): TokenView {
  const confined = areas === undefined ? {} : { areas };
  return { id, title, owner, role, ...confined, issuedAtMs, expiresMs, revoked, version };
}
