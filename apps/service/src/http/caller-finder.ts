import type { Plimsoll, Principal } from "@plimsoll/core";
import type { IncomingHttpHeaders } from "node:http";
import { bearerOf, configuredCaller, type AccessToken, type Caller } from "./access.js";
import { sessionSecretOf } from "./session-cookie.js";

/** Finds out who asks, by the request's headers; undefined for nobody that is known. */
export type CallerFinder = (headers: IncomingHttpHeaders) => Caller | undefined;

/** A token is looked at first, and alone: who sends a wrong one is not let in by a cookie that came along. */
export function createCallerFinder(
  tokens: readonly AccessToken[],
  access: Pick<Plimsoll["access"], "byToken" | "bySession">,
): CallerFinder {
  return ({ authorization, cookie }) => {
    if (authorization !== undefined) {
      const given = bearerOf(authorization);
      if (given === undefined) return undefined;
      return configuredCaller(given, tokens) ?? callerOf(access.byToken(given));
    }
    const secret = sessionSecretOf(cookie);
    return secret === undefined ? undefined : callerOf(access.bySession(secret));
  };
}

function callerOf(principal: Principal | undefined): Caller | undefined {
  if (principal === undefined) return undefined;
  const { areas, by, name, role } = principal;
  return {
    name,
    role,
    ...(areas === undefined ? {} : { areas }),
    by: by.kind,
    ...(by.kind === "session" ? { sessionId: by.sessionId } : {}),
  };
}
