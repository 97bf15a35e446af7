import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A link by which the first admin comes in; good once, for a short while, and while there is no user. */
export type FirstSignIn = {
  /** What stands behind the link's `#`: browsers send that part to nobody, so no log and no proxy has it. */
  readonly secret: string;
  readonly expiresMs: number;
  /** Takes the link for as long as `make` runs, and for good unless that throws; false when the link is not good. */
  redeem(secret: string, make: () => Promise<void>): Promise<boolean>;
};

/** Long enough to open a terminal's link in a browser, and too short to be found in a scrollback. */
const GOOD_FOR_MS = 15 * 60_000;

export function createFirstSignIn(options: {
  readonly nowMs: () => number;
  readonly hasUsers: () => boolean;
}): FirstSignIn {
  const secret = randomBytes(32).toString("base64url");
  const known = hashOf(secret);
  const expiresMs = options.nowMs() + GOOD_FOR_MS;
  let taken = false;
  return {
    secret,
    expiresMs,
    async redeem(given, make) {
      if (!timingSafeEqual(hashOf(given), known)) return false;
      if (taken || options.hasUsers() || options.nowMs() >= expiresMs) return false;
      taken = true;
      try {
        await make();
      } catch (error) {
        taken = false;
        throw error;
      }
      return true;
    },
  };
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
