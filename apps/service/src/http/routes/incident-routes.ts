import { isOpenStatus, type IncidentState } from "@plimsoll/core";
import { z } from "zod";
import { incidentDetailSchema, incidentListSchema, problemSchema } from "../../api.js";
import { incidentSummaryBody } from "../../present/incident-body.js";
import { incidentDetailBody } from "../../present/incident-detail-body.js";
import { incidentStatusSchema, severitySchema } from "../../schemas/incident-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { versionTag } from "../expected-version.js";
import { HttpProblem } from "../problem.js";
import { absent } from "./incident-absent.js";
import { incidentCommandRoutes } from "./incident-command-routes.js";
import { incidentEvidenceRoute } from "./incident-evidence-route.js";
import { incidentFileRoutes } from "./incident-file-routes.js";

const byId = z.object({ id: z.string().max(40) });
const METRICS_PERIOD_MS = 90 * 86_400_000; // a quarter: mean times over less say little

/** What may be read about incidents, and what people do to them. */
export function incidentRoutes(api: Api, context: RouteContext): void {
  listRoute(api, context);
  detailRoutes(api, context);
  incidentEvidenceRoute(api, context);
  incidentFileRoutes(api, context);
  incidentCommandRoutes(api, context);
}

const listQuery = z.object({
  status: z.enum(["open", "all", ...incidentStatusSchema.options]).default("all"),
  severity: severitySchema.optional(),
  service: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

function listRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/incidents",
    {
      schema: {
        summary: "Incidents, newest first, and mean times over 90 days",
        querystring: listQuery,
        response: { 200: incidentListSchema },
        tags: ["incidents"],
      },
    },
    (request) => {
      const all = engine.incidents();
      const now = nowMs();
      const summary = engine.incidentSummary(now - METRICS_PERIOD_MS, now + 1);
      const shown = all.filter((state) => isAskedFor(state, request.query)).slice(0, request.query.limit);
      return {
        incidents: shown.map((state) => incidentSummaryBody(state, now, engine.budgetShare(state))),
        metrics: {
          open: summary.open.length,
          total: all.length,
          ...(summary.meanTimeToAcknowledgeMs === undefined
            ? {}
            : { meanTimeToAcknowledgeMs: summary.meanTimeToAcknowledgeMs }),
          ...(summary.meanTimeToResolveMs === undefined ? {} : { meanTimeToResolveMs: summary.meanTimeToResolveMs }),
        },
      };
    },
  );
}

function isAskedFor(state: IncidentState, { service, severity, status }: z.infer<typeof listQuery>): boolean {
  if (service !== undefined && state.service !== service) return false;
  if (severity !== undefined && state.severity !== severity) return false;
  return status === "all" || (status === "open" ? isOpenStatus(state.status) : state.status === status);
}

function detailRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/incidents/:id",
    {
      schema: {
        summary: "One incident with its course",
        params: byId,
        response: { 200: incidentDetailSchema },
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const view = await engine.incident(id);
      const file = view === undefined ? undefined : await engine.incidentFile(id);
      if (view === undefined || file === undefined) throw await absent(engine, id);
      const states = new Map(engine.incidents().map((state) => [state.id, state]));
      const parts = {
        view,
        file,
        escalation: engine.escalations.get(id),
        directory: engine.onCall,
        runbooks: engine.runbooks.fitting(view.state),
        stateOf: (other: string) => states.get(other),
      };
      void reply.header("etag", versionTag(view.state.version));
      return incidentDetailBody(parts, nowMs());
    },
  );

  const markdown = { description: "The draft", content: { "text/markdown": { schema: z.string() } } };
  api.get(
    "/incidents/:id/postmortem",
    {
      schema: {
        summary: "Postmortem draft of a resolved incident",
        params: byId,
        response: { 200: markdown, 409: problemSchema },
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const view = await engine.incident(request.params.id);
      if (view === undefined) throw await absent(engine, request.params.id);
      if (view.postmortem === undefined) {
        throw new HttpProblem(409, {
          code: "still-open",
          message: `${view.state.id} is still ${view.state.status}; its postmortem draft is there once it is resolved.`,
        });
      }
      return reply.type("text/markdown; charset=utf-8").send(view.postmortem);
    },
  );
}
