import { lintSchedule, writeCalendar } from "@plimsoll/core";
import { z } from "zod";
import {
  escalationPolicyListSchema,
  handOverSchema,
  onCallNowSchema,
  rangeQuerySchema,
  scheduleDetailSchema,
  scheduleLintSchema,
  scheduleListSchema,
  scheduleLoadSchema,
} from "../../api.js";
import {
  notifiersOf,
  onCallNowBody,
  scheduleDetailBody,
  scheduleListBody,
  spanBody,
} from "../../present/on-call-body.js";
import { escalationPoliciesBody, handOverBody, scheduleLoadBody } from "../../present/on-call-reports.js";
import { instant } from "../../schemas/slo-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { versionTag } from "../expected-version.js";
import { HttpProblem, notFound } from "../problem.js";
import { instantMs, knownSchedule, rangeAhead, rangeBehind } from "../schedule-question.js";

const DAY_MS = 86_400_000;
const LOAD_MS = 28 * DAY_MS; // four weeks back: every weekday as often as the others
const LINT_MS = 92 * DAY_MS; // the time that people plan ahead
const CALENDAR_MS = 92 * DAY_MS;
const byId = z.object({ id: z.string().max(200) });
const tags = ["on-call"];

type OnCallContext = Pick<RouteContext, "engine" | "nowMs">;

/** What may be read about who answers when. */
export function onCallRoutes(api: Api, context: OnCallContext): void {
  nowRoutes(api, context);
  scheduleRoutes(api, context);
  healthRoutes(api, context);
}

function nowRoutes(api: Api, { engine, nowMs }: OnCallContext): void {
  api.get(
    "/on-call",
    {
      schema: {
        summary: "Who is on call on every schedule, until when, and who is next",
        querystring: z.object({
          at: instant.optional().describe("ISO 8601, UTC; now"),
          schedule: z.string().max(200).optional().describe("only this one"),
        }),
        response: { 200: onCallNowSchema },
        tags,
      },
    },
    (request) => {
      const { at, schedule } = request.query;
      if (schedule !== undefined) knownSchedule(engine.onCall, schedule);
      return onCallNowBody(engine.onCall, at === undefined ? nowMs() : instantMs(at, "at"), schedule);
    },
  );
  api.get(
    "/escalation-policies",
    { schema: { summary: "Who is called when, by policy", response: { 200: escalationPolicyListSchema }, tags } },
    () =>
      escalationPoliciesBody(
        engine.onCall,
        engine.services.map(({ id }) => id),
      ),
  );
}

function scheduleRoutes(api: Api, { engine, nowMs }: OnCallContext): void {
  api.get(
    "/schedules",
    { schema: { summary: "Every schedule, with the people and teams", response: { 200: scheduleListSchema }, tags } },
    () => scheduleListBody(engine.onCall),
  );
  api.get(
    "/schedules/:id",
    {
      schema: {
        summary: "Who is on call over a range, with gaps and overrides",
        params: byId,
        querystring: rangeQuerySchema,
        response: { 200: scheduleDetailSchema },
        tags,
      },
    },
    (request, reply) => {
      const schedule = knownSchedule(engine.onCall, request.params.id);
      void reply.header("etag", versionTag(engine.onCall.version(schedule.id)));
      return scheduleDetailBody(engine.onCall, schedule, rangeAhead(request.query, nowMs()));
    },
  );
  const calendar = { description: "iCalendar (RFC 5545)", content: { "text/calendar": { schema: z.string() } } };
  api.get(
    "/schedules/:id/calendar.ics",
    {
      schema: {
        summary: "The shifts as a calendar, of everybody or of one person",
        params: byId,
        querystring: rangeQuerySchema.extend({ person: z.string().max(200).optional().describe("only theirs") }),
        response: { 200: calendar },
        tags,
      },
    },
    async (request, reply) => {
      const { person, ...range } = request.query;
      const schedule = knownSchedule(engine.onCall, request.params.id);
      if (person !== undefined && engine.onCall.person(person) === undefined) throw notFound("person", person);
      const text = writeCalendar({
        schedule,
        ...rangeAhead(range, nowMs(), CALENDAR_MS),
        atMs: nowMs(),
        people: engine.onCall.people,
        ...(person === undefined ? {} : { personId: person }),
      });
      return reply.type("text/calendar; charset=utf-8").send(text);
    },
  );
}

function healthRoutes(api: Api, { engine, nowMs }: OnCallContext): void {
  api.get(
    "/schedules/:id/lint",
    {
      schema: {
        summary: "What is wrong with a schedule: gaps ahead, people whom no page reaches, layers that never speak",
        params: byId,
        querystring: rangeQuerySchema,
        response: { 200: scheduleLintSchema },
        tags,
      },
    },
    (request) => {
      const schedule = knownSchedule(engine.onCall, request.params.id);
      const ahead = rangeAhead(request.query, nowMs(), LINT_MS);
      const directory = { people: engine.onCall.people, notifiers: notifiersOf(engine.onCall) };
      return { id: schedule.id, ...spanBody(ahead), findings: lintSchedule(schedule, { directory, ahead }).slice() };
    },
  );
  api.get(
    "/schedules/:id/load",
    {
      schema: {
        summary: "What each person bore: hours, pages, pages at night, interrupts, rest; and how fair it is",
        params: byId,
        querystring: rangeQuerySchema.describe("the 28 days up to now, unless said"),
        response: { 200: scheduleLoadSchema },
        tags,
      },
    },
    (request) => {
      const schedule = knownSchedule(engine.onCall, request.params.id);
      return scheduleLoadBody(engine, schedule, rangeBehind(request.query, nowMs(), LOAD_MS));
    },
  );
  api.get(
    "/schedules/:id/hand-over",
    {
      schema: {
        summary: "What the shift that is on leaves to the next one, as data and as Markdown",
        params: byId,
        querystring: z.object({ at: instant.optional().describe("in the shift that ends; now") }),
        response: { 200: handOverSchema },
        tags,
      },
    },
    (request) => {
      const schedule = knownSchedule(engine.onCall, request.params.id);
      const { at } = request.query;
      const inShiftMs = at === undefined ? nowMs() : instantMs(at, "at");
      const body = handOverBody(engine, schedule, { inShiftMs, nowMs: nowMs() });
      if (body !== undefined) return body;
      throw new HttpProblem(409, {
        code: "nobody-takes-over",
        message: `The schedule ${schedule.id} has the same people on call for more than a year: nobody hands over.`,
      });
    },
  );
}
