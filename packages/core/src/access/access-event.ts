import type { Role } from "./role.js";
import type { TokenFacts } from "./token-facts.js";

type Happened<Type extends string, Data> = {
  readonly type: Type;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Data;
};

/** What happened to users, tokens and sessions. Secrets are in it as hashes only. */
export type AccessEvent =
  | Happened<"user.added", { readonly name: string; readonly role: Role; readonly passwordHash: string }>
  | Happened<"user.password-set", { readonly name: string; readonly passwordHash: string }>
  | Happened<"user.role-changed", { readonly name: string; readonly role: Role }>
  | Happened<"user.disabled", { readonly name: string }>
  | Happened<"user.enabled", { readonly name: string }>
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
