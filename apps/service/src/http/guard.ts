import type { FastifyReply, FastifyRequest } from "fastify";
import { authenticate, mayActAs, type AccessToken, type Role } from "./access.js";
import type { Api } from "./context.js";
import { isForeignPage } from "./foreign-page.js";
import { createHostCheck, isLoopback } from "./host-check.js";
import { HttpProblem } from "./problem.js";

/** What decides who may ask. */
export type GuardOptions = {
  /** The host that the service listens on: reads are open on loopback only. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly tokens: readonly AccessToken[];
};

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Sent with every answer, errors included. */
export const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  // What was true a moment ago may be wrong now; the routes that know better say so.
  "cache-control": "no-store",
} as const;

const READ_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Checks the Host header, the page's origin and the token of every request, before any body is read. */
export function guard(api: Api, options: GuardOptions): void {
  const hostIsOurs = createHostCheck({ host: options.host, allowed: options.allowedHosts });
  const openReads = isLoopback(options.host);
  api.decorateRequest("caller", undefined);
  // Synchronous, as it runs before every answer: a promise more costs a read a tenth of its rate.
  api.addHook("onRequest", (request: FastifyRequest, reply: FastifyReply, done: (refused?: Error) => void) => {
    void reply.headers(SECURITY_HEADERS);
    if (!hostIsOurs(request.headers.host)) return done(wrongHost());
    const { needs } = request.routeOptions.config;
    const page = needs === "nothing";
    if (!page && isForeignPage(request.headers)) return done(wrongOrigin());
    request.caller = authenticate(request.headers.authorization, options.tokens);
    const write = !READ_METHODS.has(request.method);
    if (page || (write && request.is404)) return done();
    // A write without a declared role is a mistake of ours; it is refused like one without a token.
    const needed: Role | undefined = needs ?? (write ? "admin" : openReads ? undefined : "viewer");
    done(needed === undefined ? undefined : refusal(request, reply, needed));
  });
}

function wrongHost(): HttpProblem {
  return new HttpProblem(421, {
    code: "wrong-host",
    message:
      "This host name is not one the service answers for. Add it to http.allowedHosts in plimsoll.yaml when it should be.",
  });
}

function wrongOrigin(): HttpProblem {
  return new HttpProblem(403, {
    code: "wrong-origin",
    message: "A page of another site asked for this; only the service's own pages, and programs, may.",
  });
}

function refusal({ caller }: FastifyRequest, reply: FastifyReply, needed: Role): HttpProblem | undefined {
  if (caller === undefined) {
    void reply.header("www-authenticate", 'Bearer realm="plimsoll"');
    return new HttpProblem(401, {
      code: "no-token",
      message: `This needs a token with the role ${needed}: send "Authorization: Bearer <token>". The local token is in .plimsoll/service.json.`,
    });
  }
  if (mayActAs(caller, needed)) return undefined;
  return new HttpProblem(403, {
    code: "wrong-role",
    message: `The token "${caller.name}" has the role ${caller.role}; this needs ${needed}.`,
  });
}
