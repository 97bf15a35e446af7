/** Makes secrets and checks them; what it gives to keep does not give the secret away. */
export interface Credentials {
  /** A new secret of at least 256 random bits, in letters, digits, `-` and `_`. */
  newSecret(): string;
  /** SHA-256 of a secret that is random itself, in lower-case hex: the same for the same, and quick to look up by. */
  fingerprint(secret: string): string;
  /** Hashes a password with a salt of its own and a memory-hard function; the text says how, so that it can be verified later. */
  hashPassword(password: string): Promise<string>;
  /** Whether this password made that hash. False, never a throw, for a hash that can not be read. */
  verifyPassword(password: string, hash: string): Promise<boolean>;
}
