import { openedSessionShape } from "./answer-shapes.js";
import type { OpenedSessionBody } from "./answers.js";
import { csrfSecret, type CsrfSecret } from "./csrf-secret.js";
import { write, type Write, type WriteFailure } from "./write.js";

/** What somebody gives to be let in: a name and a password, and the link's secret where there is one. */
export type GivenCredentials = { readonly name: string; readonly password: string; readonly secret?: string };

/** Signs in, and keeps what writes need from then on; answers why not otherwise. */
export async function signIn(
  given: GivenCredentials,
  { by = write, secret = csrfSecret }: { readonly by?: Write; readonly secret?: CsrfSecret } = {},
): Promise<WriteFailure | undefined> {
  const path = given.secret === undefined ? "/sign-in" : "/sign-in/link";
  const written = await by<OpenedSessionBody>("POST", path, given, { check: openedSessionShape });
  if (!written.ok) return written.failure;
  secret.keep(written.value.csrf);
  return undefined;
}

/** Signs out, and forgets; answers why not otherwise. */
export async function signOut({
  by = write,
  secret = csrfSecret,
}: { readonly by?: Write; readonly secret?: CsrfSecret } = {}): Promise<WriteFailure | undefined> {
  const written = await by("POST", "/sign-out");
  if (!written.ok) return written.failure;
  secret.keep(undefined);
  return undefined;
}
