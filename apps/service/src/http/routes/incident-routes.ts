import {
  incidentBudgetShare,
  incidentStream,
  isOpenStatus,
  type IncidentBudgetShare,
  type IncidentRefusal,
  type IncidentState,
  type Plimsoll,
  type Result,
} from "@plimsoll/core";
import { z } from "zod";
import { incidentDetailSchema, incidentListSchema, incidentSummarySchema, problemSchema } from "../../api.js";
import { incidentDetailBody, incidentSummaryBody } from "../../present/incident-body.js";
import { nameOfAuthor, words } from "../../schemas/written-by.js";
import { actorName, type Caller } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound, refused } from "../problem.js";

const byId = z.object({ id: z.string().max(40) });
const METRICS_PERIOD_MS = 90 * 86_400_000; // a quarter: mean times over less say little

/** What may be read about incidents, and the little that people may do to them. */
export function incidentRoutes(api: Api, context: RouteContext): void {
  readRoutes(api, context);
  writeRoutes(api, context);
}

function readRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/incidents",
    {
      schema: {
        summary: "Incidents, newest first, and mean times over 90 days",
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
        incidents: shown.slice(0, limit).map((state) => incidentSummaryBody(state, now, shareNow(engine, state))),
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
    async (request) => {
      const view = await engine.incident(request.params.id);
      if (view === undefined) throw await absent(engine, request.params.id);
      return incidentDetailBody(view, nowMs());
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

function writeRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  const write = <Body extends z.ZodType>(
    verb: string,
    body: Body,
    act: (
      id: string,
      given: z.infer<Body>,
      caller: Caller | undefined,
    ) => Promise<Result<IncidentState, IncidentRefusal>>,
  ): void => {
    api.post(
      `/incidents/:id/${verb}`,
      {
        config: { needs: "responder" },
        schema: {
          summary: `Add to an incident's course: ${verb}`,
          params: byId,
          body,
          response: { 200: incidentSummarySchema },
          tags: ["incidents"],
        },
      },
      async (request) => {
        const { id } = request.params;
        const outcome = await act(id, request.body as z.infer<Body>, request.caller);
        if (!outcome.ok) throw refused(outcome.error);
        return incidentSummaryBody(outcome.value, nowMs(), shareNow(engine, outcome.value));
      },
    );
  };
  const by = nameOfAuthor
    .optional()
    .describe("on whose behalf; recorded together with the token's name, which stands alone when absent");
  write("acknowledge", z.strictObject({ by }).nullish(), (id, given, caller) =>
    engine.acknowledge(id, { actor: actorName(caller, given?.by) }),
  );
  write("resolve", z.strictObject({ by, reason: words(2000) }), (id, given, caller) =>
    engine.resolve(id, { actor: actorName(caller, given.by), reason: given.reason }),
  );
  write("note", z.strictObject({ by, text: words(10_000) }), (id, given, caller) =>
    engine.note(id, { actor: actorName(caller, given.by), text: given.text }),
  );
}

/** Says why there is nothing to show: there is no such incident, or one of its events cannot be read. */
async function absent(engine: Plimsoll, id: string): Promise<HttpProblem> {
  const { unreadableEvents } = await engine.health();
  const words = unreadableEvents.filter((text) => text.includes(` of the stream ${incidentStream(id)} `));
  if (words.length === 0) return notFound("incident", id);
  return new HttpProblem(500, { code: "unreadable-event", message: words.join(" ") });
}

/** Its share so far: while its alert goes on, up to how the SLO stands now. */
function shareNow(engine: Plimsoll, state: IncidentState): IncidentBudgetShare {
  const { alert } = state;
  const goesOn = alert !== undefined && alert.status !== "resolved";
  return incidentBudgetShare(state, goesOn ? engine.slo(alert.sloId)?.evaluation : undefined);
}
