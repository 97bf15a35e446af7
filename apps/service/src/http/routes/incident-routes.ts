import type { IncidentRefusal, IncidentState, Result } from "@plimsoll/core";
import { isOpenStatus } from "@plimsoll/core";
import { z } from "zod";
import { incidentDetailSchema, incidentListSchema, incidentSummarySchema } from "../../api.js";
import { incidentDetailBody, incidentSummaryBody } from "../../present/incident-body.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound, refused } from "../problem.js";

const byId = z.object({ id: z.string().max(40) });
const METRICS_PERIOD_MS = 90 * 86_400_000; // a quarter: mean times over less say little

/** What may be read about incidents, and the little that people may do to them. */
export function incidentRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/incidents",
    {
      schema: {
        querystring: z.object({
          status: z.enum(["open", "all"]).default("all"),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: incidentListSchema },
        tags: ["incidents"],
      },
    },
    (request) => {
      const { limit, status } = request.query;
      const all = engine.incidents();
      const shown = status === "open" ? all.filter((one) => isOpenStatus(one.status)) : all;
      const now = nowMs();
      const summary = engine.incidentSummary(now - METRICS_PERIOD_MS, now + 1);
      return {
        incidents: shown.slice(0, limit).map((state) => incidentSummaryBody(state, now)),
        metrics: {
          open: summary.open.length,
          total: all.length,
          ...(summary.meanTimeToAcknowledgeMs === undefined ? {} : { meanTimeToAcknowledgeMs: summary.meanTimeToAcknowledgeMs }),
          ...(summary.meanTimeToResolveMs === undefined ? {} : { meanTimeToResolveMs: summary.meanTimeToResolveMs }),
        },
      };
    },
  );

  api.get("/incidents/:id", { schema: { params: byId, response: { 200: incidentDetailSchema }, tags: ["incidents"] } }, async (request) => {
    const view = await engine.incident(request.params.id);
    if (view === undefined) throw notFound("incident", request.params.id);
    return incidentDetailBody(view, nowMs());
  });

  api.get("/incidents/:id/postmortem", { schema: { params: byId, tags: ["incidents"] } }, async (request, reply) => {
    const view = await engine.incident(request.params.id);
    if (view === undefined) throw notFound("incident", request.params.id);
    if (view.postmortem === undefined) {
      throw new HttpProblem(409, { code: "still-open", message: `${view.state.id} is still ${view.state.status}; its postmortem draft is there once it is resolved.` });
    }
    return reply.type("text/markdown; charset=utf-8").send(view.postmortem);
  });

  const write = <Body extends z.ZodType>(
    verb: string,
    body: Body,
    act: (id: string, actor: string, body: z.infer<Body>) => Promise<Result<IncidentState, IncidentRefusal>>,
  ): void => {
    api.post(
      `/incidents/:id/${verb}`,
      { config: { role: "responder" }, schema: { params: byId, body: body as z.ZodType, response: { 200: incidentSummarySchema }, tags: ["incidents"] } },
      async (request) => {
        const { id } = request.params as { id: string };
        const outcome = await act(id, request.caller?.name ?? "unnamed", request.body as z.infer<Body>);
        if (!outcome.ok) throw refused(outcome.error);
        return incidentSummaryBody(outcome.value, nowMs());
      },
    );
  };
  const by = z.string().min(1).max(200).optional().describe("whoever asks; the token's name when absent");
  write("acknowledge", z.object({ by }), (id, actor, body) => engine.acknowledge(id, { actor: body.by ?? actor }));
  write("resolve", z.object({ by, reason: z.string().min(1).max(2000) }), (id, actor, body) =>
    engine.resolve(id, { actor: body.by ?? actor, reason: body.reason }),
  );
  write("note", z.object({ by, text: z.string().min(1).max(10_000) }), (id, actor, body) =>
    engine.note(id, { actor: body.by ?? actor, text: body.text }),
  );
}
