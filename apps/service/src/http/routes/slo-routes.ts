import { z } from "zod";
import { sloBody, iso } from "../../present/slo-body.js";
import { serviceListBody } from "../../present/service-list-body.js";
import { sloHistorySchema, sloListSchema, sloStatusSchema, serviceListSchema } from "../../api.js";
import { instant } from "../../schemas/slo-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound } from "../problem.js";

const byId = z.object({ id: z.string().max(200) });

/** What may be read about services and their objectives. */
export function sloRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  // A round changes everything at once, so the full list is written once per round, however many pages ask for it.
  const list = cachedList(engine, nowMs);

  api.get("/services", { schema: { response: { 200: serviceListSchema }, tags: ["objectives"] } }, () => serviceListBody(engine));

  api.get(
    "/slos",
    { schema: { querystring: z.object({ service: z.string().max(200).optional() }), response: { 200: sloListSchema }, tags: ["objectives"] }, serializerCompiler: () => asIs },
    async (request, reply) => {
      const { service } = request.query;
      void reply.type("application/json; charset=utf-8");
      if (service === undefined) return (await list()) as never;
      const slos = engine.views().filter((view) => view.slo.service === service);
      if (slos.length === 0 && !engine.services.some(({ id }) => id === service)) throw notFound("service", service);
      return { at: iso(nowMs()), slos: slos.map(sloBody) };
    },
  );

  api.get("/slos/:id", { schema: { params: byId, response: { 200: sloStatusSchema }, tags: ["objectives"] } }, (request) => {
    const view = engine.slo(request.params.id);
    if (view === undefined) throw notFound("SLO", request.params.id);
    return sloBody(view);
  });

  api.get(
    "/slos/:id/history",
    {
      schema: {
        params: byId,
        querystring: z.object({
          from: instant.optional(),
          to: instant.optional(),
          points: z.coerce.number().int().min(2).max(2000).default(200),
        }),
        response: { 200: sloHistorySchema },
        tags: ["objectives"],
      },
    },
    (request) => {
      const { from, to, points } = request.query;
      const range = {
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        points,
      };
      if (range.fromMs !== undefined && range.toMs !== undefined && range.fromMs >= range.toMs) {
        throw new HttpProblem(400, { code: "empty-interval", message: "The interval ends before it begins; give from < to.", path: "from" });
      }
      const steps = engine.history(request.params.id, range);
      if (steps === undefined) throw notFound("SLO", request.params.id);
      const first = steps[0];
      const last = steps.at(-1);
      return {
        sloId: request.params.id,
        from: iso(first?.fromMs ?? nowMs()),
        to: iso(last?.toMs ?? nowMs()),
        stepMs: first === undefined ? 0 : first.toMs - first.fromMs,
        points: steps.map(({ toMs, bad, total, coverageRatio, remainingRatio }) => ({ at: iso(toMs), bad, total, coverageRatio, remainingRatio })),
      };
    },
  );
}

function asIs(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}

function cachedList(engine: RouteContext["engine"], nowMs: () => number): () => Promise<string> {
  let text = "";
  let writtenFor: number | undefined;
  return async () => {
    const { lastRoundMs } = await engine.health();
    if (text === "" || lastRoundMs === undefined || lastRoundMs !== writtenFor) {
      text = JSON.stringify({ at: iso(lastRoundMs ?? nowMs()), slos: engine.views().map(sloBody) });
      writtenFor = lastRoundMs;
    }
    return text;
  };
}
