import type { Area, Plimsoll } from "@plimsoll/core";
import type { FastifyInstance, FastifyBaseLogger, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Meta } from "../api.js";
import type { Caller, Role } from "./access.js";
import type { FirstSignIn } from "./first-sign-in.js";
import type { LiveEvents } from "./live-events.js";

/** The server as the routes see it: bodies and answers are typed by their zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What every route may use. */
export type RouteContext = {
  readonly engine: Plimsoll;
  readonly live: LiveEvents;
  readonly meta: () => Promise<Meta>;
  readonly nowMs: () => number;
  /** Grows whenever what the views show may have changed; what was written for an earlier one is stale. */
  readonly revision: () => number;
  /** The one-time link of the first start; absent where there is none to follow. */
  readonly firstSignIn?: FirstSignIn;
};

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, when a token was given and is good. */
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    /**
     * The role it needs; `nothing` is open to everybody, everywhere, and `nobody` to everybody but other sites' pages.
     * Absent: reads are open on loopback.
     */
    needs?: Role | "nothing" | "nobody";
    /** Lets somebody in by what the route itself knows, such as a token of its own, whoever they are otherwise. */
    opensTo?: (request: FastifyRequest) => boolean;
    /** The area it belongs to, where its address does not say so. */
    area?: Area;
  }
}
