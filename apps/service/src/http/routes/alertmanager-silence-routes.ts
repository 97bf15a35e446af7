import {
  formatMatchers,
  parseMatchers,
  silenceStatus,
  type LabelMatcher,
  type MatchOperator,
  type Silence,
} from "@plimsoll/core";
import { z } from "zod";
import { iso } from "../../present/slo-body.js";
import { matchersQuery } from "../../schemas/alert-schemas.js";
import {
  gettableSilenceSchema,
  gettableSilencesSchema,
  postableSilenceSchema,
  silenceIdSchema,
  type GettableSilence,
  type WireMatcher,
} from "../../schemas/alertmanager-silence-schemas.js";
import { actorName } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem, notFound, refused } from "../problem.js";
import { matchersOf } from "./alert-matchers.js";

const byId = z.object({ id: z.string().max(200) });
const write = { needs: "responder", area: "silences" } as const;
const tags = ["alertmanager"];

/** Silences as Alertmanager's v2 API has them, for amtool and what else speaks it. */
export function alertmanagerSilenceRoutes(api: Api, context: RouteContext): void {
  readRoutes(api, context);
  writeRoutes(api, context);
}

function readRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/silences",
    {
      schema: {
        summary: "Silences, as Alertmanager lists them",
        querystring: z.object({ filter: matchersQuery }),
        response: { 200: gettableSilencesSchema },
        tags,
      },
    },
    (request) => {
      const filter = matchersOf(request.query.filter);
      return engine.silences
        .all()
        .filter(({ matchers }) =>
          // As there: a filter asks the values that the silence's own matchers name.
          filter.every((asked) =>
            matchers.some(({ name, value }) => name === asked.name && asked.matches({ [name]: value })),
          ),
        )
        .map((silence) => silenceBody(silence, nowMs()));
    },
  );
  api.get(
    "/silence/:id",
    { schema: { summary: "One silence", params: byId, response: { 200: gettableSilenceSchema }, tags } },
    (request) => {
      const silence = engine.silences.get(request.params.id);
      if (silence === undefined) throw notFound("silence", request.params.id);
      return silenceBody(silence, nowMs());
    },
  );
}

function writeRoutes(api: Api, { engine }: RouteContext): void {
  api.post(
    "/silences",
    {
      config: write,
      schema: {
        summary: "Make a silence; with the id of one, in its place",
        body: postableSilenceSchema,
        response: { 200: silenceIdSchema },
        tags,
      },
    },
    async (request) => {
      const { comment, createdBy, endsAt, id, matchers, startsAt } = request.body;
      const text = formatMatchers(matchers.map(matcherOf));
      // A pattern that is refused says where, before anything is written.
      const parsed = parseMatchers(text);
      if (!parsed.ok)
        throw new HttpProblem(400, { code: parsed.error.code, message: parsed.error.message, path: "matchers" });
      const author = actorName(request.caller, createdBy);
      const old = id === undefined || id === "" ? undefined : engine.silences.get(id);
      if (id !== undefined && id !== "" && old === undefined) throw notFound("silence", id);
      const made = await engine.silences.create({
        matchers: text,
        schedule: { startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) },
        author,
        reason: comment,
      });
      if (!made.ok) throw refused(made.error);
      // The new one first: what is quiet stays quiet. An old one that is over already needs no end.
      if (old !== undefined) await engine.silences.expire(old.id, { author });
      return { silenceID: made.value.id };
    },
  );
  api.delete(
    "/silence/:id",
    {
      config: write,
      schema: { summary: "End a silence now", params: byId, response: { 200: z.object({}) }, tags },
    },
    async (request) => {
      const ended = await engine.silences.expire(request.params.id, { author: actorName(request.caller, undefined) });
      if (!ended.ok) throw refused(ended.error);
      return {};
    },
  );
}

const OPERATORS: Readonly<Record<MatchOperator, Pick<WireMatcher, "isEqual" | "isRegex">>> = {
  "=": { isEqual: true, isRegex: false },
  "!=": { isEqual: false, isRegex: false },
  "=~": { isEqual: true, isRegex: true },
  "!~": { isEqual: false, isRegex: true },
};

function matcherOf({ isEqual, isRegex, name, value }: WireMatcher): LabelMatcher {
  const operator = isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";
  return { name, value, operator };
}

function silenceBody(silence: Silence, nowMs: number): GettableSilence {
  const { author, createdAtMs, endsAtMs, expired, id, matchers, reason, startsAtMs } = silence;
  return {
    id,
    status: { state: silenceStatus(silence, nowMs) },
    updatedAt: iso(expired?.atMs ?? createdAtMs),
    comment: reason,
    createdBy: author,
    startsAt: iso(startsAtMs),
    endsAt: iso(expired?.atMs ?? endsAtMs),
    matchers: matchers.map(({ name, operator, value }) => ({ name, value, ...OPERATORS[operator] })),
  };
}
