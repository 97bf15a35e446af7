import type { SloView } from "@plimsoll/core";
import { createHash } from "node:crypto";
import { z } from "zod";
import { sloBody, iso } from "../../present/slo-body.js";
import { serviceListBody } from "../../present/service-list-body.js";
import { sloHistorySchema, sloListSchema, sloStatusSchema, serviceListSchema } from "../../api.js";
import { instant } from "../../schemas/slo-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound } from "../problem.js";
import { createRoundCache } from "../round-cache.js";

const byId = z.object({ id: z.string().max(200) });

/** What may be read about services and their objectives. */
export function sloRoutes(api: Api, context: RouteContext): void {
  listRoutes(api, context);
  oneSloRoutes(api, context);
}

function listRoutes(api: Api, { engine, nowMs, revision }: RouteContext): void {
  // A round changes everything at once, so the full list is written once per round, however many pages ask for it.
  // Every evaluation of a round has its instant, so any one tells whether there was another.
  const [someSlo] = engine.slos;
  const state = () => ({
    roundMs: someSlo === undefined ? undefined : engine.slo(someSlo.id)?.evaluation.atMs,
    revision: revision(),
  });
  const ofService = serviceTexts(engine);
  const services = createRoundCache(state, () => JSON.stringify(serviceListBody(engine)));
  const list = createRoundCache(state, (roundMs) => {
    const text = `{"at":${JSON.stringify(iso(roundMs ?? nowMs()))},"slos":[${engine.views().map(textOf).join(",")}]}`;
    return { text, tag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"` };
  });

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
      void reply.type("application/json; charset=utf-8");
      return services() as never;
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
      void reply.type("application/json; charset=utf-8");
      if (service === undefined) {
        const { tag, text } = list();
        // May be kept by the one who asked, and is asked for again each time.
        void reply.headers({ etag: tag, "cache-control": "private, no-cache" });
        if (request.headers["if-none-match"] === tag) {
          void reply.code(304 as 200);
          return "" as never;
        }
        return text as never;
      }
      const text = ofService(service);
      if (text === undefined) throw notFound("service", service);
      return `{"at":${JSON.stringify(iso(nowMs()))},"slos":[${text}]}` as never;
    },
  );
}

/** The objectives of a service as text, joined anew only when a view of one has changed; undefined where there is no such service. */
function serviceTexts(engine: RouteContext["engine"]): (service: string) => string | undefined {
  const ids = new Map<string, string[]>(engine.services.map(({ id }) => [id, []]));
  for (const { id, service } of engine.slos) {
    const ofService = ids.get(service);
    if (ofService === undefined) ids.set(service, [id]);
    else ofService.push(id);
  }
  const written = new Map<string, { readonly views: readonly SloView[]; readonly text: string }>();
  return (service) => {
    const views = ids.get(service)?.flatMap((id) => engine.slo(id) ?? []);
    if (views === undefined) return undefined;
    const known = written.get(service);
    if (known?.views.length === views.length && views.every((view, index) => view === known.views[index]))
      return known.text;
    const text = views.map(textOf).join(",");
    written.set(service, { views, text });
    return text;
  };
}

// The engine gives the same view until something about it changes; its text is written once.
const texts = new WeakMap<SloView, string>();

function textOf(view: SloView): string {
  const known = texts.get(view);
  if (known !== undefined) return known;
  const text = JSON.stringify(sloBody(view));
  texts.set(view, text);
  return text;
}

// As bytes: words hold signs beyond ASCII, and writing them as UTF-8 each time would cost more than all the rest.
const bytes = new WeakMap<SloView, Buffer>();

function bytesOf(view: SloView): Buffer {
  const known = bytes.get(view);
  if (known !== undefined) return known;
  const written = Buffer.from(textOf(view));
  bytes.set(view, written);
  return written;
}

function oneSloRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/slos/:id",
    {
      schema: {
        summary: "One SLO as it stands",
        params: byId,
        response: { 200: sloStatusSchema },
        tags: ["objectives"],
      },
      serializerCompiler: () => asIs,
    },
    (request, reply) => {
      const view = engine.slo(request.params.id);
      if (view === undefined) throw notFound("SLO", request.params.id);
      void reply.type("application/json; charset=utf-8");
      return bytesOf(view) as never;
    },
  );

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
