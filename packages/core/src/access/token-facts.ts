import type { Area } from "./area.js";
import type { Role } from "./role.js";

/** What a token is issued as. */
export type TokenFacts = {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly role: Role;
  /** Absent: everywhere. */
  readonly areas?: readonly Area[];
  readonly fingerprint: string;
  readonly expiresMs: number;
};
