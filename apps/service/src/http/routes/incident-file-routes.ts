import { incidentMetrics, type IncidentFile, type Plimsoll } from "@plimsoll/core";
import { z } from "zod";
import {
  actionListBody,
  explanationBody,
  incidentMetricsBody,
  postmortemBody,
} from "../../present/incident-figures-body.js";
import {
  actionListSchema,
  incidentExplanationSchema,
  incidentMetricsQuery,
  incidentMetricsSchema,
  postmortemSchema,
} from "../../schemas/incident-figures-schemas.js";
import { problemSchema } from "../../schemas/service-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { versionTag } from "../expected-version.js";
import { HttpProblem, refused } from "../problem.js";
import { absent } from "./incident-absent.js";

const DAY_MS = 86_400_000;
const byId = z.object({ id: z.string().max(40) });

/** What is learnt from incidents: explanations, postmortems, cases, action items, figures. */
export function incidentFileRoutes(api: Api, context: RouteContext): void {
  metricsRoute(api, context);
  actionRoute(api, context);
  explainRoute(api, context);
  sectionsRoute(api, context);
  caseRoute(api, context);
}

const PERIOD_DAYS = { day: 1, week: 7, month: 28, quarter: 90 } as const;
const MOST_PERIODS = 1_000;

function metricsRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/incidents/metrics",
    {
      schema: {
        summary: "Counts, and times to detect, acknowledge, mitigate and resolve, of incidents declared in an interval",
        querystring: incidentMetricsQuery,
        response: { 200: incidentMetricsSchema },
        tags: ["incidents"],
      },
    },
    (request) => {
      const { from, period, service, severity, to } = request.query;
      const toMs = to === undefined ? nowMs() + 1 : Date.parse(to);
      const fromMs = from === undefined ? toMs - 90 * DAY_MS : Date.parse(from);
      if (fromMs >= toMs) throw badInterval("from", "it is not before to. Give an interval with a length.");
      if ((toMs - fromMs) / DAY_MS > MOST_PERIODS * PERIOD_DAYS[period]) {
        throw badInterval(
          "from",
          `that is over ${MOST_PERIODS} periods. Ask for longer periods, or a shorter interval.`,
        );
      }
      const severities = severity === undefined ? undefined : [severity].flat();
      const states = engine.incidents().filter((state) => severities?.includes(state.severity) ?? true);
      const services = service === undefined ? {} : { services: [service].flat() };
      return incidentMetricsBody(incidentMetrics(states, { fromMs, toMs, period, ...services }));
    },
  );
}

function badInterval(path: string, why: string): HttpProblem {
  return new HttpProblem(400, { code: "invalid", message: `The query, at ${path}: ${why}`, path });
}

function actionRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/action-items",
    {
      schema: {
        summary: "Action items over all incidents, and which of them block readiness",
        querystring: z.object({
          status: z.enum(["open", "overdue", "all"]).default("open"),
          service: z.string().max(200).optional(),
          owner: z.string().max(200).optional(),
        }),
        response: { 200: actionListSchema },
        tags: ["incidents"],
      },
    },
    (request) => {
      const { owner, service, status } = request.query;
      const states = engine.incidents().filter((state) => service === undefined || state.service === service);
      return actionListBody(states, { status, ...(owner === undefined ? {} : { owner }) }, nowMs());
    },
  );
}

function explainRoute(api: Api, { engine }: RouteContext): void {
  api.get(
    "/incidents/:id/explain",
    {
      schema: {
        summary: "Why an incident's alerts did what they did: every rule that they met",
        params: byId,
        response: { 200: incidentExplanationSchema },
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { id } = request.params;
      return explanationBody((await fileOf(engine, id)).explanation, engine.runbooks.automaticDecisions(id));
    },
  );
}

function sectionsRoute(api: Api, { engine }: RouteContext): void {
  api.get(
    "/incidents/:id/postmortem/sections",
    {
      schema: {
        summary: "The postmortem in its sections: as generated, and as edited",
        params: byId,
        response: { 200: postmortemSchema },
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { postmortem } = await fileOf(engine, id);
      const version = engine.incidents().find((state) => state.id === id)?.version ?? 0;
      void reply.header("etag", versionTag(version));
      return postmortemBody(postmortem, version);
    },
  );
}

function caseRoute(api: Api, { engine }: RouteContext): void {
  api.get(
    "/incidents/:id/case",
    {
      schema: {
        summary: "A resolved incident as a regression case: what the engine was told, and what it made of it",
        params: byId,
        response: { 200: z.looseObject({}).describe("a case file, as plimsoll regress reads it"), 409: problemSchema },
        tags: ["incidents"],
      },
    },
    async (request) => {
      const { id } = request.params;
      const outcome = await engine.exportCase(id);
      if (outcome.ok) return { ...outcome.value };
      if (outcome.error.code === "unknown-incident") throw await absent(engine, id);
      throw refused(outcome.error);
    },
  );
}

async function fileOf(engine: Plimsoll, id: string): Promise<IncidentFile> {
  const file = await engine.incidentFile(id);
  if (file === undefined) throw await absent(engine, id);
  return file;
}
