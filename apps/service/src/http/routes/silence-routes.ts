import { parseLocalTimes } from "@plimsoll/config";
import {
  parseMatchers,
  parseTimeInterval,
  silenceStatus,
  type CompiledMatcher,
  type Silence,
  type TimeInterval,
  type Versioned,
} from "@plimsoll/core";
import { z } from "zod";
import {
  silenceExtensionSchema,
  silenceInputSchema,
  silenceListSchema,
  silencePreviewInputSchema,
  silencePreviewSchema,
  silenceSchema,
} from "../../api.js";
import { quietedBySilence, silenceBody, silencePreviewBody } from "../../present/silence-body.js";
import { iso } from "../../present/slo-body.js";
import { silenceStateSchema } from "../../schemas/silence-schemas.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import {
  changeHeaders,
  expectedVersionOf,
  mismatched,
  seenBy,
  versionHeaders,
  versionTag,
} from "../expected-version.js";
import { causeOfRequest, idempotencyHeaders, idOfRequest, refuseReusedKey } from "../idempotency-key.js";
import { HttpProblem, notFound, refused } from "../problem.js";
import { instantMs } from "../schedule-question.js";

const byId = z.object({ id: z.string().max(200) });
const tags = ["silences"];

/** What people keep quiet for a while. */
export function silenceRoutes(api: Api, context: RouteContext): void {
  readRoutes(api, context);
  createRoutes(api, context);
  extendRoute(api, context);
  expireRoute(api, context);
}

function readRoutes(api: Api, context: RouteContext): void {
  const { engine, nowMs } = context;
  api.get(
    "/silences",
    {
      schema: {
        summary: "Silences, by state",
        querystring: z.object({
          state: z.enum([...silenceStateSchema.options, "all"]).default("active"),
          limit: z.coerce.number().int().min(1).max(1000).default(200),
        }),
        response: { 200: silenceListSchema },
        tags,
      },
    },
    (request) => {
      const { limit, state } = request.query;
      const atMs = nowMs();
      const quieted = quietedBySilence(engine);
      const bodies = engine.silences
        .all()
        .filter((silence) => state === "all" || silenceStatus(silence, atMs) === state)
        .map((silence) => silenceBody(silence, quieted.get(silence.id) ?? 0, atMs))
        .sort((a, b) => byEnd(a, b));
      return { at: iso(atMs), total: bodies.length, silences: bodies.slice(0, limit) };
    },
  );
  api.get(
    "/silences/:id",
    { schema: { summary: "One silence", params: byId, response: { 200: silenceSchema }, tags } },
    (request, reply) => {
      const silence = engine.silences.get(request.params.id);
      if (silence === undefined) throw notFound("silence", request.params.id);
      void reply.header("etag", versionTag(silence.version));
      return bodyNow(context, silence);
    },
  );
  api.post(
    "/silences/preview",
    {
      config: { needs: "viewer" },
      schema: {
        summary: "Which alerts and groups a silence would keep quiet now; changes nothing",
        body: silencePreviewInputSchema,
        response: { 200: silencePreviewSchema },
        tags,
      },
    },
    (request) => silencePreviewBody(engine, readMatchers(request.body.matchers)),
  );
}

type Ended = { readonly state: string; readonly to: string; readonly expired?: { readonly at: string } | undefined };

const STATES: readonly string[] = silenceStateSchema.options;

function byEnd(a: Ended, b: Ended): number {
  if (a.state !== b.state) return STATES.indexOf(a.state) - STATES.indexOf(b.state);
  const [first, second] = [a, b].map(({ expired, to }) => Date.parse(expired?.at ?? to)) as [number, number];
  return a.state === "expired" ? second - first : first - second;
}

function createRoutes(api: Api, context: RouteContext): void {
  const { engine, nowMs } = context;
  api.post(
    "/silences",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Keep alerts quiet until an instant",
        headers: idempotencyHeaders,
        body: silenceInputSchema,
        response: { 201: silenceSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { author, from, matchers, reason, recurring, to } = request.body;
      readMatchers(matchers);
      const once = idOfRequest(
        request,
        engine.silences.all().map(({ id }) => id),
      );
      const made = await engine.silences.create({
        matchers,
        reason,
        author: actorName(request.caller, author),
        schedule: {
          startsAtMs: from === undefined ? nowMs() : instantMs(from, "from"),
          endsAtMs: instantMs(to, "to"),
          ...(recurring === undefined ? {} : { recurring: recurring.flatMap(readRecurring) }),
        },
        ...once,
      });
      if (!made.ok) throw refused(made.error);
      return reply.code(201).header("etag", versionTag(made.value.version)).send(bodyNow(context, made.value));
    },
  );
}

function extendRoute(api: Api, context: RouteContext): void {
  const { engine } = context;
  api.post(
    "/silences/:id/extend",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Let a silence end later",
        params: byId,
        headers: changeHeaders,
        body: silenceExtensionSchema,
        response: { 200: silenceSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { author, reason, to } = request.body;
      const { id } = request.params;
      const endsAtMs = instantMs(to, "to");
      const expected = expectedVersionOf(request, request.body.expectedVersion);
      const causeId = causeOfRequest(request, "extend");
      refuseReusedKey(request, causeId, engine.silences.get(id)?.causes ?? []);
      const extended = await engine.silences.extend(id, {
        endsAtMs,
        causeId,
        author: actorName(request.caller, author),
        reason,
        ...seenBy(expected),
      });
      const answered = (silence: Versioned<Silence>) => {
        void reply.header("etag", versionTag(silence.version));
        return bodyNow(context, silence);
      };
      if (extended.ok) return answered(extended.value);
      // A request that was repeated finds its end there already.
      const known = engine.silences.get(id);
      if (extended.error.code === "not-longer" && known?.endsAtMs === endsAtMs) return answered(known);
      throw mismatched(extended.error, expected) ?? refused(extended.error);
    },
  );
}

function expireRoute(api: Api, { engine }: RouteContext): void {
  api.delete(
    "/silences/:id",
    {
      config: { needs: "responder" },
      schema: {
        summary: "End a silence now",
        params: byId,
        headers: versionHeaders,
        response: { 204: z.undefined() },
        tags,
      },
    },
    async (request, reply) => {
      const expected = expectedVersionOf(request, undefined);
      const ended = await engine.silences.expire(request.params.id, {
        author: actorName(request.caller, undefined),
        ...seenBy(expected),
      });
      if (!ended.ok) throw mismatched(ended.error, expected) ?? refused(ended.error);
      return reply.code(204).send();
    },
  );
}

function bodyNow({ engine, nowMs }: RouteContext, silence: Versioned<Silence>) {
  return silenceBody(silence, quietedBySilence(engine).get(silence.id) ?? 0, nowMs());
}

function readMatchers(text: string): readonly CompiledMatcher[] {
  const parsed = parseMatchers(text);
  if (parsed.ok) return parsed.value;
  throw invalid("matchers", parsed.error.message);
}

type IntervalInput = NonNullable<z.infer<typeof silenceInputSchema>["recurring"]>[number];

function readRecurring(given: IntervalInput, index: number): readonly TimeInterval[] {
  if (typeof given !== "string") return [readInterval(given, index)];
  const read = parseLocalTimes(given);
  if (read.ok) return read.value;
  throw invalid(`recurring.${index}`, read.error);
}

function readInterval(given: Exclude<IntervalInput, string>, index: number): TimeInterval {
  const { days_of_month, location, months, times, weekdays, years } = given;
  const read = parseTimeInterval({
    ...(times === undefined ? {} : { times }),
    ...(weekdays === undefined ? {} : { weekdays }),
    ...(days_of_month === undefined ? {} : { days_of_month }),
    ...(months === undefined ? {} : { months }),
    ...(years === undefined ? {} : { years }),
    ...(location === undefined ? {} : { location }),
  });
  if (read.ok) return read.value;
  const [first] = read.error;
  throw invalid(`recurring.${index}.${first?.path ?? ""}`, first?.message ?? "it can not be read");
}

function invalid(path: string, message: string): HttpProblem {
  return new HttpProblem(400, { code: "invalid", message: `At ${path}: ${message.slice(0, 500)}.`, path });
}
