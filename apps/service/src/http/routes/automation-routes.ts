import type { FastifyReply } from "fastify";
import { automationBody } from "../../present/automation-body.js";
import {
  automationSchema,
  releaseInputSchema,
  switchInputSchema,
  type AutomationBody,
} from "../../schemas/automation-schemas.js";
import type { Caller } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { expectedVersionOf, mismatched, seenBy, versionHeaders, versionTag } from "../expected-version.js";
import { refused } from "../problem.js";

const tags = ["runbooks"];

type Parts = Pick<RouteContext, "engine">;

/** What the engine may start by itself, and the switch that stops all of it. */
export function automationRoutes(api: Api, parts: Parts): void {
  api.get(
    "/automation",
    {
      schema: {
        summary: "Which runbooks the engine may start by itself, and how the kill switch stands",
        response: { 200: automationSchema },
        tags,
      },
    },
    (_request, reply) => standing(parts, reply),
  );
  engageRoute(api, parts);
  releaseRoute(api, parts);
}

function engageRoute(api: Api, parts: Parts): void {
  api.post(
    "/automation/engage",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Stop all that the engine does of its own accord, at once",
        body: switchInputSchema,
        response: { 200: automationSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { reason } = request.body;
      const turned = await parts.engine.killSwitch.engage({ actor: nameOf(request.caller), reason });
      if (!turned.ok) throw refused(turned.error);
      return standing(parts, reply);
    },
  );
}

function releaseRoute(api: Api, parts: Parts): void {
  api.post(
    "/automation/release",
    {
      config: { needs: "approver" },
      schema: {
        summary: "Let the engine act of its own accord again, as far as it is configured to",
        headers: versionHeaders,
        body: releaseInputSchema,
        response: { 200: automationSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { expectedVersion, reason } = request.body;
      const expected = expectedVersionOf(request, expectedVersion);
      const asked = { actor: nameOf(request.caller), reason, ...seenBy(expected) };
      const turned = await parts.engine.killSwitch.release(asked);
      if (!turned.ok) throw mismatched(turned.error, expected) ?? refused(turned.error);
      return standing(parts, reply);
    },
  );
}

async function standing({ engine: { killSwitch, runbooks } }: Parts, reply: FastifyReply): Promise<AutomationBody> {
  const all = await Promise.all(
    [...runbooks.library.values()].map(async (runbook) => {
      const found = await runbooks.automatic(runbook.id);
      return found === undefined ? [] : [{ runbook, standing: found }];
    }),
  );
  const stored = await killSwitch.read();
  if (stored.version !== undefined) void reply.header("etag", versionTag(stored.version));
  return automationBody(stored, all.flat());
}

/** In no other name than the caller's own: who turned it is whom people ask. */
function nameOf(caller: Caller | undefined): string {
  return caller?.name ?? "unnamed";
}
