import type { OpenedSession, Plimsoll, Result, SignInDenial } from "@plimsoll/core";
import type { IncomingHttpHeaders } from "node:http";
import type { OpenedSessionBody } from "../api.js";
import { iso } from "../present/slo-body.js";
import { HttpProblem } from "./problem.js";
import { sessionCookie } from "./session-cookie.js";

/** What somebody who signed in is answered. */
export type SignInAnswer = { readonly cookie: string; readonly body: OpenedSessionBody };

/** Lets in whoever knows a name and its password; throws an `HttpProblem` otherwise. */
export type SignIn = (asked: {
  readonly name: string;
  readonly password: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
}) => Promise<SignInAnswer>;

/** Each waits for a hash that takes memory and time on purpose, one after the other; beyond these nobody would wait. */
const MOST_AT_A_TIME = 20;

export function createSignIn(options: {
  readonly access: Pick<Plimsoll["access"], "signIn">;
  readonly nowMs: () => number;
}): SignIn {
  const { access, nowMs } = options;
  let waiting = 0;
  return async ({ headers, ...asked }) => {
    if (waiting >= MOST_AT_A_TIME) throw tooMany("busy", "Too many people sign in at once; try again shortly.", 1_000);
    waiting += 1;
    let outcome: Result<OpenedSession, SignInDenial>;
    try {
      outcome = await access.signIn(asked);
    } finally {
      waiting -= 1;
    }
    if (!outcome.ok) throw denied(outcome.error, nowMs());
    const { csrf, expiresMs, principal, secret } = outcome.value;
    return {
      cookie: sessionCookie(secret, { maxAgeMs: expiresMs - nowMs(), secure: cameByHttps(headers) }),
      body: { name: principal.name, role: principal.role, csrf, expires: iso(expiresMs) },
    };
  };
}

/** The page says by which way it came, also where a proxy took the encryption off; a browser sends it with each post. */
function cameByHttps({ origin }: IncomingHttpHeaders): boolean {
  return origin?.startsWith("https://") === true;
}

function denied(denial: SignInDenial, nowMs: number): HttpProblem {
  if (denial.code === "locked") return tooMany("locked", denial.message, denial.untilMs - nowMs);
  return new HttpProblem(401, { code: denial.code, message: denial.message });
}

function tooMany(code: string, message: string, waitMs: number): HttpProblem {
  return new HttpProblem(429, { code, message }, { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) });
}
