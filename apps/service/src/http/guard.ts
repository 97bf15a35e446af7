import { coversArea, type Area, type Plimsoll } from "@plimsoll/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { mayActAs, type AccessToken, type Role } from "./access.js";
import { createCallerFinder } from "./caller-finder.js";
import type { Api } from "./context.js";
import { isForeignPage } from "./foreign-page.js";
import { createHostCheck, isLoopback } from "./host-check.js";
import { HttpProblem } from "./problem.js";
import { areaOfRoute } from "./route-area.js";

/** What decides who may ask. */
export type GuardOptions = {
  /** The host that the service listens on: reads are open on loopback only. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly tokens: readonly AccessToken[];
};

/** The part of the engine that knows issued tokens and sessions. */
type Known = { readonly access: Pick<Plimsoll["access"], "byToken" | "bySession" | "csrfFits"> };

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

/** Checks the Host header, the page's origin, and who asks, of every request and before any body is read. */
export function guard(api: Api, { engine, ...options }: GuardOptions & { readonly engine: Known }): void {
  const { access } = engine;
  const hostIsOurs = createHostCheck({ host: options.host, allowed: options.allowedHosts });
  const openReads = isLoopback(options.host);
  const callerOf = createCallerFinder(options.tokens, access);
  api.decorateRequest("caller", undefined);
  // Synchronous, as it runs before every answer: a promise more costs a read a tenth of its rate.
  api.addHook("onRequest", (request: FastifyRequest, reply: FastifyReply, done: (refused?: Error) => void) => {
    void reply.headers(SECURITY_HEADERS);
    if (!hostIsOurs(request.headers.host)) return done(wrongHost());
    // Once: Fastify makes the options anew each time that they are asked for.
    const { needs, opensTo } = request.routeOptions.config;
    const page = needs === "nothing";
    if (!page && isForeignPage(request.headers)) return done(wrongOrigin());
    request.caller = callerOf(request.headers);
    const write = !READ_METHODS.has(request.method);
    if (page || needs === "nobody" || (write && request.is404)) return done();
    // A write without a declared role is a mistake of ours; it is refused like one without a token.
    const needed: Role | undefined = needs ?? (write ? "admin" : openReads ? undefined : "viewer");
    if (needed === undefined || opensTo?.(request) === true) return done();
    done(
      refusal(request, reply, needed) ??
        outsideArea(request, write) ??
        (write ? forgedWrite(request, access) : undefined),
    );
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
      message: `This needs somebody with the role ${needed}: sign in on the page, or send "Authorization: Bearer <token>". The local token is in .plimsoll/service.json.`,
    });
  }
  if (mayActAs(caller, needed)) return undefined;
  const who = caller.by === "session" ? caller.name : `The token "${caller.name}"`;
  return new HttpProblem(403, {
    code: "wrong-role",
    message: `${who} has the role ${caller.role}; this needs ${needed}.`,
  });
}

/** Keeps a token to its areas: where it writes, and where it reads what only an admin may. */
function outsideArea({ caller, routeOptions }: FastifyRequest, write: boolean): HttpProblem | undefined {
  if (caller?.areas === undefined) return undefined;
  const area: Area | undefined = routeOptions.config.area ?? areaOfRoute(routeOptions.url);
  if (!write && area !== "access") return undefined;
  if (area !== undefined && coversArea(caller.areas, area)) return undefined;
  return new HttpProblem(403, {
    code: "wrong-area",
    message: `The token "${caller.name}" keeps to ${caller.areas.join(", ")}; this belongs to ${area ?? "no area"}.`,
  });
}

/** A browser sends its cookie whoever made it ask; only the page itself has the second secret. */
function forgedWrite({ caller, headers }: FastifyRequest, access: Known["access"]): HttpProblem | undefined {
  if (caller?.sessionId === undefined) return undefined;
  const given = headers["x-plimsoll-csrf"];
  if (typeof given === "string" && access.csrfFits(caller.sessionId, given)) return undefined;
  return new HttpProblem(403, {
    code: "no-csrf",
    message: "A write of somebody signed in needs the X-Plimsoll-Csrf header with what signing in gave; sign in again.",
  });
}
