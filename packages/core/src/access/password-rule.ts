import { failure, success, type Result } from "../errors/result.js";

/** Why a password was refused. */
export type PasswordRefusal = { readonly code: "weak-password"; readonly message: string };

// NIST SP 800-63B: length counts, composition rules do not; the upper bound keeps hashing a bounded effort.
const SHORTEST = 12;
const LONGEST = 256;
const FEWEST_DIFFERENT = 5;

/** Accepts a password that is long enough and not a plain repetition or the user's own name. */
export function checkPassword(password: string, userName: string): Result<void, PasswordRefusal> {
  const length = password.length;
  if (length < SHORTEST || length > LONGEST) {
    return refuse(`A password has ${SHORTEST} to ${LONGEST} characters; this one has ${length}.`);
  }
  if (new Set(password).size < FEWEST_DIFFERENT) {
    return refuse(`A password has at least ${FEWEST_DIFFERENT} different characters.`);
  }
  const bare = password.toLowerCase().replaceAll(userName, "");
  if (bare.length < SHORTEST / 2) return refuse("A password is more than the user's name.");
  return success(undefined);
}

function refuse(message: string): Result<never, PasswordRefusal> {
  return failure({ code: "weak-password", message });
}
