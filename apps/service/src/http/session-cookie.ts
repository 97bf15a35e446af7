/** The cookie that a signed-in browser sends. */
export const SESSION_COOKIE = "plimsoll_session";

const SECRET = /^[A-Za-z0-9_-]{20,200}$/;

/** Reads the session's secret from a Cookie header; undefined when there is none that could be one. */
export function sessionSecretOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at < 0 || part.slice(0, at).trim() !== SESSION_COOKIE) continue;
    const value = part.slice(at + 1).trim();
    // The first one counts, also when it is none: a second one was planted beside it.
    return SECRET.test(value) ? value : undefined;
  }
  return undefined;
}

/** Writes the cookie of a session that was opened: no script reads it, and no other site's page sends it. */
export function sessionCookie(
  secret: string,
  options: { readonly maxAgeMs: number; readonly secure: boolean },
): string {
  return `${SESSION_COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(options.maxAgeMs / 1000)}${options.secure ? "; Secure" : ""}`;
}

/** Takes the cookie away again. */
export function endedCookie(): string {
  return `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
}
