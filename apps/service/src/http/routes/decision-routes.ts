import { coveredWords } from "../../present/covered-words.js";
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
import { iso } from "../../present/slo-body.js";
import type { Api, RouteContext } from "../context.js";
import { refused } from "../problem.js";

const byId = z.object({ id: z.string().max(100) });
const nothing = z.undefined();

/** The gate, and people's decisions about it and about what counts. */
export function decisionRoutes(api: Api, { engine }: RouteContext): void {
  api.get("/gate", { schema: { querystring: gateQuerySchema, response: { 200: gateAnswerSchema }, tags: ["gate"] } }, async (request) => {
    const { reason, risk, service } = request.query;
    const services = service === undefined ? [] : [service].flat();
    const requestedBy = request.caller?.name;
    const answer = await engine.gate({
      risk,
      services,
      ...(reason === undefined ? {} : { reason }),
      ...(requestedBy === undefined ? {} : { requestedBy }),
    });
    return { decision: answer.decision, risk, services, at: iso(answer.atMs), reasons: answer.reasons.map((one) => ({ ...one })) };
  });

  const overrideBody = ({ id, author, reason, services, risks, fromMs, expiresMs }: ReturnType<typeof engine.overrides>[number]) => ({
    id,
    author,
    reason,
    services: services === "all" ? ("all" as const) : [...services],
    risks: [...risks],
    from: iso(fromMs),
    expires: iso(expiresMs),
  });
  api.get("/overrides", { schema: { response: { 200: overrideListSchema }, tags: ["gate"] } }, () => ({
    overrides: engine.overrides().map(overrideBody),
  }));
  api.post(
    "/overrides",
    { config: { role: "approver" }, schema: { body: overrideInputSchema, response: { 201: overrideSchema }, tags: ["gate"] } },
    async (request, reply) => {
      const { expires, ...asked } = request.body;
      const outcome = await engine.override({ ...asked, expiresMs: Date.parse(expires) });
      if (!outcome.ok) throw refused(outcome.error);
      return reply.code(201).send(overrideBody(outcome.value));
    },
  );
  api.delete(
    "/overrides/:id",
    { config: { role: "approver" }, schema: { params: byId, response: { 204: nothing }, tags: ["gate"] } },
    async (request, reply) => {
      const outcome = await engine.withdrawOverride(request.params.id, { actor: request.caller?.name ?? "unnamed" });
      if (!outcome.ok) throw refused(outcome.error);
      return reply.code(204).send();
    },
  );

  const correctionBody = ({ correction, origin }: ReturnType<typeof engine.corrections>[number]) => ({
    id: correction.id,
    slos: correction.sloIds === "all" ? ("all" as const) : [...correction.sloIds],
    effect: correction.effect,
    author: correction.author,
    reason: correction.reason,
    covers: coveredWords(correction.covers),
    ...(correction.covers.kind === "once" ? { from: iso(correction.covers.fromMs), to: iso(correction.covers.toMs) } : {}),
    origin,
  });
  api.get("/corrections", { schema: { response: { 200: correctionListSchema }, tags: ["corrections"] } }, () => ({
    corrections: engine.corrections().map(correctionBody),
  }));
  api.post(
    "/corrections",
    { config: { role: "approver" }, schema: { body: correctionInputSchema, response: { 201: correctionSchema }, tags: ["corrections"] } },
    async (request, reply) => {
      const { from, slos, to, ...asked } = request.body;
      const outcome = await engine.correct({ ...asked, sloIds: slos, fromMs: Date.parse(from), toMs: Date.parse(to) });
      if (!outcome.ok) throw refused(outcome.error);
      return reply.code(201).send(correctionBody({ correction: outcome.value, origin: "api" }));
    },
  );
  api.delete(
    "/corrections/:id",
    { config: { role: "approver" }, schema: { params: byId, response: { 204: nothing }, tags: ["corrections"] } },
    async (request, reply) => {
      const outcome = await engine.withdrawCorrection(request.params.id, { actor: request.caller?.name ?? "unnamed" });
      if (!outcome.ok) throw refused(outcome.error);
      return reply.code(204).send();
    },
  );
}
