import type { SloView } from "@plimsoll/core";
import { createHash } from "node:crypto";
import { z } from "zod";
import { sloBody, iso } from "../../present/slo-body.js";
import { serviceListBody } from "../../present/service-list-body.js";
import { sloHistorySchema, sloListSchema, sloStatusSchema, serviceListSchema } from "../../api.js";
import { instant } from "../../schemas/slo-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound } from "../problem.js";
import { createReadyAnswers, type ReadyAnswers, type ReadyBody } from "../ready-answers.js";
import { createRoundCache } from "../round-cache.js";

const byId = z.object({ id: z.string().max(200) });
// The server's router has found a text there, and refused a longer one; looking at it again would cost a read a twentieth of its time.
const checkedByRouter = () => (value: unknown) => ({ value });

/** What may be read about services and their objectives. */
export function sloRoutes(api: Api, context: RouteContext): void {
  // The engine gives the same view until something about it changes; it is written once, for itself and for every list.
  const ready = createReadyAnswers();
  listRoutes(api, context, ready);
  oneSloRoutes(api, context, ready);
  historyRoute(api, context);
}

function listRoutes(api: Api, { engine, nowMs, revision }: RouteContext, ready: ReadyAnswers): void {
  // A round changes everything at once, so a list is written once per round, however many pages ask for it.
  // Every evaluation of a round has its instant, so any one tells whether there was another.
  const [someSlo] = engine.slos;
  const state = createRoundCache(
    () => ({
      roundMs: someSlo === undefined ? undefined : engine.slo(someSlo.id)?.evaluation.atMs,
      revision: revision(),
    }),
    (roundMs) => ({ at: iso(roundMs ?? nowMs()) }),
  );
  const idsOf = sloIdsByService(engine);
  const listText = (at: string, views: readonly SloView[]): string =>
    `{"at":${JSON.stringify(at)},"slos":[${views.map((view) => sloAnswer(ready, view).toString()).join(",")}]}`;
  const all = createTaggedAnswer(ready);

  api.get(
    "/services",
    {
      schema: {
        summary: "Services with what their objectives come to",
        response: { 200: serviceListSchema },
        tags: ["objectives"],
      },
      serializerCompiler: () => asIs,
    },
    (_request, reply) => {
      void reply.header("content-type", JSON_TYPE);
      return ready.body("services", state(), () => JSON.stringify(serviceListBody(engine))) as never;
    },
  );

  api.get(
    "/slos",
    {
      schema: {
        summary: "Every SLO as it stands",
        querystring: z.object({ service: z.string().max(200).optional() }),
        response: { 200: sloListSchema },
        tags: ["objectives"],
      },
      // What is written already is sent as it is; checking it by its schema would cost more than making it.
      serializerCompiler: () => asIs,
    },
    (request, reply) => {
      const { service } = request.query;
      const round = state();
      void reply.header("content-type", JSON_TYPE);
      if (service !== undefined) {
        const ids = idsOf.get(service);
        if (ids === undefined) throw notFound("service", service);
        return ready.body(`service ${service}`, round, () =>
          listText(
            round.at,
            ids.flatMap((id) => engine.slo(id) ?? []),
          ),
        ) as never;
      }
      const { body, tag } = all("slos", round, () => listText(round.at, engine.views()));
      // May be kept by the one who asked, and is asked for again each time.
      void reply.headers({ etag: tag, "cache-control": "private, no-cache" });
      if (request.headers["if-none-match"] === tag) {
        void reply.code(304 as 200);
        return "" as never;
      }
      return body as never;
    },
  );
}

const JSON_TYPE = "application/json; charset=utf-8";

function sloIdsByService({ services, slos }: RouteContext["engine"]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>(services.map(({ id }) => [id, []]));
  for (const { id, service } of slos) {
    const ofService = ids.get(service);
    if (ofService === undefined) ids.set(service, [id]);
    else ofService.push(id);
  }
  return ids;
}

/** An answer with the tag by which somebody who has it already is told so; the tag is made once per body. */
function createTaggedAnswer(ready: ReadyAnswers) {
  let tagged: { readonly body: ReadyBody; readonly tag: string } | undefined;
  return (...asked: Parameters<ReadyAnswers["body"]>): { readonly body: ReadyBody; readonly tag: string } => {
    const body = ready.body(...asked);
    if (tagged?.body !== body)
      tagged = { body, tag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"` };
    return tagged;
  };
}

function sloAnswer(ready: ReadyAnswers, view: SloView): ReadyBody {
  return ready.body(`slo ${view.slo.id}`, view, () => JSON.stringify(sloBody(view)));
}

function oneSloRoutes(api: Api, { engine }: RouteContext, ready: ReadyAnswers): void {
  api.get(
    "/slos/:id",
    {
      schema: {
        summary: "One SLO as it stands",
        params: byId,
        response: { 200: sloStatusSchema },
        tags: ["objectives"],
      },
      validatorCompiler: checkedByRouter,
      serializerCompiler: () => asIs,
    },
    (request, reply) => {
      const view = engine.slo(request.params.id);
      if (view === undefined) throw notFound("SLO", request.params.id);
      void reply.header("content-type", JSON_TYPE);
      return sloAnswer(ready, view) as never;
    },
  );
}

function historyRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/slos/:id/history",
    {
      schema: {
        summary: "Counts by step, for charts; the current period when nothing is said",
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
        throw new HttpProblem(400, {
          code: "empty-interval",
          message: "The interval ends before it begins; give from < to.",
          path: "from",
        });
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
        points: steps.map(({ toMs, bad, total, coverageRatio, remainingRatio }) => ({
          at: iso(toMs),
          bad,
          total,
          coverageRatio,
          remainingRatio,
        })),
      };
    },
  );
}

function asIs(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}
