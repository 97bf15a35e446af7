import type { Token, User } from "../access/access-state.js";
import type { Area } from "../access/area.js";
import type { AccessCommand, AccessRefusal } from "../access/decide-access.js";
import { checkPassword, type PasswordRefusal } from "../access/password-rule.js";
import type { Role } from "../access/role.js";
import type { AccessParts } from "./access-parts.js";
import { success, type Result } from "../errors/result.js";

/** Why somebody may not have what was asked for. */
export type AccessDenial = AccessRefusal | PasswordRefusal;

/** A user as others may see it. */
export type UserView = Omit<User, "passwordHash">;
/** A token as others may see it. */
export type TokenView = Omit<Token, "fingerprint">;

type By<Rest> = Readonly<Rest> & { readonly actor: string };
type Outcome<Value = void> = Promise<Result<Value, AccessDenial>>;

/** Keeps who may be let in; every change is an event with its author. */
export type AccessDesk = {
  users(): readonly UserView[];
  tokens(): readonly TokenView[];
  addUser(asked: By<{ name: string; role: Role; password: string }>): Outcome;
  /** Ends that user's sessions, too. */
  setPassword(asked: By<{ name: string; password: string }>): Outcome;
  changeRole(asked: By<{ name: string; role: Role }>): Outcome;
  disableUser(asked: By<{ name: string }>): Outcome;
  enableUser(asked: By<{ name: string }>): Outcome;
  /** The secret is given this once. */
  issueToken(
    asked: By<{ title: string; owner: string; role: Role; areas?: readonly Area[]; expiresMs: number }>,
  ): Outcome<{ readonly id: string; readonly secret: string }>;
  revokeToken(asked: By<{ id: string }>): Outcome;
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
    async issueToken(asked) {
      const id = ids.next();
      const secret = credentials.newSecret();
      const fingerprint = credentials.fingerprint(secret);
      const issued = await write({ type: "issue-token", ...asked, id, fingerprint, atMs: nowMs() });
      return issued.ok ? success({ id, secret }) : issued;
    },
    revokeToken: (asked) => write({ type: "revoke-token", ...asked, atMs: nowMs() }),
  };
}

function userView({ addedAtMs, disabled, name, passwordSetAtMs, role }: User): UserView {
  return { name, role, disabled, addedAtMs, passwordSetAtMs };
}

function tokenView({ areas, expiresMs, id, issuedAtMs, owner, revoked, role, title }: Token): TokenView {
  return { id, title, owner, role, ...(areas === undefined ? {} : { areas }), issuedAtMs, expiresMs, revoked };
}
