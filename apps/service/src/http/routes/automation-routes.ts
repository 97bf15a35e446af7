import type { FastifyReply } from "fastify";
import { automationBody } from "../../present/automation-body.js";
import {
  automationSchema,
  releaseInputSchema,
  switchInputSchema,
  type AutomationBody,
} from "../../schemas/automation-schemas.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { changeHeaders, expectedVersionOf, mismatched, seenBy, versionTag } from "../expected-version.js";
import {
  causeOfRequest,
  idempotencyCause,
  idempotencyHeaders,
  refuseReusedKey,
  type KeyedRequest,
} from "../idempotency-key.js";
import { refused } from "../problem.js";

const tags = ["runbooks"];

/** Whoever turns the switch does so in no other name than their own: it is them whom people ask. */
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
        headers: idempotencyHeaders,
        body: switchInputSchema,
        response: { 200: automationSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { reason } = request.body;
      const cause = await causeOf(parts, request, "engage");
      const turned = await parts.engine.killSwitch.engage({
        actor: actorName(request.caller, undefined),
        reason,
        ...cause,
      });
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
        headers: changeHeaders,
        body: releaseInputSchema,
        response: { 200: automationSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { expectedVersion, reason } = request.body;
      const expected = expectedVersionOf(request, expectedVersion);
      const cause = await causeOf(parts, request, "release");
      const asked = { actor: actorName(request.caller, undefined), reason, ...cause, ...seenBy(expected) };
      const turned = await parts.engine.killSwitch.release(asked);
      if (!turned.ok) throw mismatched(turned.error, expected) ?? refused(turned.error);
      return standing(parts, reply);
    },
  );
}

/** Refuses a key that was used for something else. Without a key it does not ask storage, so that a stop is not held up. */
async function causeOf({ engine }: Parts, request: KeyedRequest, verb: string): Promise<{ readonly causeId?: string }> {
  if (idempotencyCause(request) === undefined) return {};
  const causeId = causeOfRequest(request, verb);
  refuseReusedKey(request, causeId, await engine.killSwitch.causes());
  return { causeId };
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
