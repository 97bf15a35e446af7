import { z } from "zod";
import {
  correctionInputSchema,
  correctionListSchema,
  correctionSchema,
  gateAnswerSchema,
  gateQuerySchema,
  overrideInputSchema,
  overrideListSchema,
  overrideSchema,
} from "../../api.js";
import { coveredWords } from "../../present/covered-words.js";
import { iso } from "../../present/slo-body.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { expectedVersionOf, mismatched, seenBy, versionHeaders, versionTag } from "../expected-version.js";
import { idempotencyHeaders, idOfRequest } from "../idempotency-key.js";
import { notFound, refused } from "../problem.js";

const byId = z.object({ id: z.string().max(100) });
const nothing = z.undefined();

/** The gate, and people's decisions about it and about what counts. */
export function decisionRoutes(api: Api, context: RouteContext): void {
  gateRoutes(api, context);
  overrideRoutes(api, context);
  correctionRoutes(api, context);
}

function gateRoutes(api: Api, { engine }: RouteContext): void {
  api.get(
    "/gate",
    {
      schema: {
        summary: "Whether a change of this risk may go now",
        querystring: gateQuerySchema,
        response: { 200: gateAnswerSchema },
        tags: ["gate"],
      },
    },
    async (request) => {
      const { reason, risk, service } = request.query;
      const services = service === undefined ? [] : [service].flat();
      const requestedBy = request.caller?.name;
      const answer = await engine.gate({
        risk,
        services,
        ...(reason === undefined ? {} : { reason }),
        ...(requestedBy === undefined ? {} : { requestedBy }),
      });
      return {
        decision: answer.decision,
        risk,
        services,
        at: iso(answer.atMs),
        reasons: answer.reasons.map((one) => ({ ...one })),
      };
    },
  );
}

function overrideRoutes(api: Api, { engine }: RouteContext): void {
  const overrideBody = ({
    id,
    version,
    author,
    reason,
    services,
    risks,
    fromMs,
    expiresMs,
  }: ReturnType<typeof engine.overrides>[number]) => ({
    id,
    version,
    author,
    reason,
    services: services === "all" ? ("all" as const) : [...services],
    risks: [...risks],
    from: iso(fromMs),
    expires: iso(expiresMs),
  });
  api.get(
    "/overrides",
    { schema: { summary: "Overrides of the gate in force", response: { 200: overrideListSchema }, tags: ["gate"] } },
    () => ({
      overrides: engine.overrides().map(overrideBody),
    }),
  );
  api.get(
    "/overrides/:id",
    {
      schema: {
        summary: "One override in force",
        params: byId,
        response: { 200: overrideSchema },
        tags: ["gate"],
      },
    },
    (request, reply) => {
      const override = engine.overrides().find(({ id }) => id === request.params.id);
      if (override === undefined) throw notFound("override", request.params.id);
      void reply.header("etag", versionTag(override.version));
      return overrideBody(override);
    },
  );
  api.post(
    "/overrides",
    {
      config: { needs: "approver" },
      schema: {
        summary: "Override the gate until an instant",
        headers: idempotencyHeaders,
        body: overrideInputSchema,
        response: { 201: overrideSchema },
        tags: ["gate"],
      },
    },
    async (request, reply) => {
      const { expires, author, ...asked } = request.body;
      const outcome = await engine.override({
        ...asked,
        ...idOfRequest(
          request,
          engine.overrides().map(({ id }) => id),
        ),
        author: actorName(request.caller, author),
        expiresMs: Date.parse(expires),
      });
      if (!outcome.ok) throw refused(outcome.error);
      return reply.code(201).header("etag", versionTag(outcome.value.version)).send(overrideBody(outcome.value));
    },
  );
  api.delete(
    "/overrides/:id",
    {
      config: { needs: "approver" },
      schema: {
        summary: "Withdraw an override",
        params: byId,
        headers: versionHeaders,
        response: { 204: nothing },
        tags: ["gate"],
      },
    },
    async (request, reply) => {
      const expected = expectedVersionOf(request, undefined);
      const outcome = await engine.withdrawOverride(request.params.id, {
        actor: actorName(request.caller, undefined),
        ...seenBy(expected),
      });
      if (!outcome.ok) throw mismatched(outcome.error, expected) ?? refused(outcome.error);
      return reply.code(204).send();
    },
  );
}

function correctionRoutes(api: Api, { engine }: RouteContext): void {
  const correctionBody = ({ correction, origin, version }: ReturnType<typeof engine.corrections>[number]) => ({
    id: correction.id,
    slos: correction.sloIds === "all" ? ("all" as const) : [...correction.sloIds],
    effect: correction.effect,
    author: correction.author,
    reason: correction.reason,
    covers: coveredWords(correction.covers),
    ...(correction.covers.kind === "once"
      ? { from: iso(correction.covers.fromMs), to: iso(correction.covers.toMs) }
      : {}),
    origin,
    version,
  });
  api.get(
    "/corrections",
    {
      schema: { summary: "Corrections of what counts", response: { 200: correctionListSchema }, tags: ["corrections"] },
    },
    () => ({
      corrections: engine.corrections().map(correctionBody),
    }),
  );
  api.get(
    "/corrections/:id",
    {
      schema: {
        summary: "One correction",
        params: byId,
        response: { 200: correctionSchema },
        tags: ["corrections"],
      },
    },
    (request, reply) => {
      const found = engine.corrections().find(({ correction }) => correction.id === request.params.id);
      if (found === undefined) throw notFound("correction", request.params.id);
      void reply.header("etag", versionTag(found.version));
      return correctionBody(found);
    },
  );
  api.post(
    "/corrections",
    {
      config: { needs: "approver" },
      schema: {
        summary: "Correct an interval: drop it, or count it as good",
        headers: idempotencyHeaders,
        body: correctionInputSchema,
        response: { 201: correctionSchema },
        tags: ["corrections"],
      },
    },
    async (request, reply) => {
      const { author, from, slos, to, ...asked } = request.body;
      const outcome = await engine.correct({
        ...asked,
        ...idOfRequest(
          request,
          engine.corrections().map(({ correction }) => correction.id),
        ),
        author: actorName(request.caller, author),
        sloIds: slos,
        fromMs: Date.parse(from),
        toMs: Date.parse(to),
      });
      if (!outcome.ok) throw refused(outcome.error);
      const { version, ...correction } = outcome.value;
      const body = correctionBody({ correction, origin: "api", version });
      return reply.code(201).header("etag", versionTag(version)).send(body);
    },
  );
  api.delete(
    "/corrections/:id",
    {
      config: { needs: "approver" },
      schema: {
        summary: "Withdraw a correction",
        params: byId,
        headers: versionHeaders,
        response: { 204: nothing },
        tags: ["corrections"],
      },
    },
    async (request, reply) => {
      const expected = expectedVersionOf(request, undefined);
      const outcome = await engine.withdrawCorrection(request.params.id, {
        actor: actorName(request.caller, undefined),
        ...seenBy(expected),
      });
      if (!outcome.ok) throw mismatched(outcome.error, expected) ?? refused(outcome.error);
      return reply.code(204).send();
    },
  );
}
