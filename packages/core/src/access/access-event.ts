import type { Role } from "./role.js";
import type { TokenFacts } from "./token-facts.js";

type Happened<Type extends string, Data> = {
  readonly type: Type;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Data;
};

/** A change of a user; `causeId` is the id of the request for it, where it had one: the same one is done once. */
type UserChanged<Type extends string, Data = object> = Happened<
  `user.${Type}`,
  Data & { readonly name: string; readonly causeId?: string }
>;

/** What happened to users, tokens and sessions. Secrets are in it as hashes only. */
export type AccessEvent =
  | UserChanged<"added", { readonly role: Role; readonly passwordHash: string }>
  | UserChanged<"password-set", { readonly passwordHash: string }>
  | UserChanged<"role-changed", { readonly role: Role }>
  | UserChanged<"disabled">
  | UserChanged<"enabled">
  | Happened<"token.issued", TokenFacts>
  | Happened<"token.revoked", { readonly id: string }>
  | Happened<
      "session.opened",
      {
        readonly id: string;
        readonly user: string;
        readonly fingerprint: string;
        readonly csrfFingerprint: string;
        readonly expiresMs: number;
      }
    >
  | Happened<"session.ended", { readonly id: string }>;
