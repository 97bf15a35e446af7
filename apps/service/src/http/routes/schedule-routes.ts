import type { OnCallSchedule, Override, OverrideRequest, Plimsoll, ScheduleDifference } from "@plimsoll/core";
import { z } from "zod";
import {
  previewInputSchema,
  previewSchema,
  scheduleChangedSchema,
  scheduleOverrideInputSchema,
  swapInputSchema,
} from "../../api.js";
import { differenceBody, scheduleOverrideBody, spanBody } from "../../present/on-call-body.js";
import { imaginedPages } from "../../present/on-call-pages.js";
import type { OverrideChangeInput } from "../../schemas/on-call-schemas.js";
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
import { idOfRequest } from "../idempotency-key.js";
import { HttpProblem, notFound, refused } from "../problem.js";
import { instantMs, knownSchedule, LONGEST_RANGE_MS, rangeAhead, type Range } from "../schedule-question.js";
import { LONGEST_OVERRIDE_ID, overrideImportRoutes } from "./override-import-routes.js";

const byId = z.object({ id: z.string().max(200) });
const tags = ["on-call"];

/** What people change in who answers when. */
export function scheduleRoutes(api: Api, context: RouteContext): void {
  overrideRoute(api, context);
  withdrawRoute(api, context);
  swapRoutes(api, context);
  overrideImportRoutes(api, context);
  previewRoutes(api, context);
}

function overrideRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/schedules/:id/overrides",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Change who is on call for a span of time",
        params: byId,
        headers: changeHeaders,
        body: scheduleOverrideInputSchema,
        response: { 201: scheduleChangedSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { author, expectedVersion, reason, ...change } = request.body;
      const expected = expectedVersionOf(request, expectedVersion);
      const actor = actorName(request.caller, author);
      const once = idOfRequest(request, overrideIds(engine.onCall.schedule(id)));
      const asked = {
        ...requestOf(change, nowMs()),
        author: actor,
        ...(reason === undefined ? {} : { reason }),
        ...once,
      };
      const differences = differencesOf(engine, id, [asked]);
      const made = await engine.onCall.override(id, actor, [asked], seenBy(expected));
      if (!made.ok) throw mismatched(made.error, expected) ?? refused(made.error);
      const body = changedBody(engine, id, made.value, differences);
      return reply.code(201).header("etag", versionTag(body.version)).send(body);
    },
  );
}

function withdrawRoute(api: Api, { engine }: RouteContext): void {
  api.delete(
    "/schedules/:id/overrides/:overrideId",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Take an override back, or both halves of a swap",
        params: byId.extend({ overrideId: z.string().max(LONGEST_OVERRIDE_ID) }),
        headers: versionHeaders,
        response: { 204: z.undefined() },
        tags,
      },
    },
    async (request, reply) => {
      const { id, overrideId } = request.params;
      const whole = wholeSwap(engine.onCall.schedule(id), overrideId);
      const expected = expectedVersionOf(request, undefined);
      const outcome = await engine.onCall.withdraw(id, whole, {
        actor: actorName(request.caller, undefined),
        ...seenBy(expected),
      });
      if (!outcome.ok) throw mismatched(outcome.error, expected) ?? refused(outcome.error);
      return reply
        .code(204)
        .header("etag", versionTag(engine.onCall.version(id)))
        .send();
    },
  );
}

/** Names the swap where an id is one of its halves: half a swap is what nobody agreed to. */
function wholeSwap(schedule: OnCallSchedule | undefined, overrideId: string): string {
  const swap = /^(.+)\/[12]$/.exec(overrideId)?.[1];
  const ids = new Set(overrideIds(schedule));
  return swap !== undefined && ids.has(`${swap}/1`) && ids.has(`${swap}/2`) ? swap : overrideId;
}

function overrideIds(schedule: OnCallSchedule | undefined): readonly string[] {
  return schedule?.overrides?.map(({ id }) => id) ?? [];
}

function swapRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/schedules/:id/swaps",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Let two people take each other's shifts",
        params: byId,
        headers: changeHeaders,
        body: swapInputSchema,
        response: { 201: scheduleChangedSchema },
        tags,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { author, reason } = request.body;
      const expected = expectedVersionOf(request, request.body.expectedVersion);
      const [first, second] = [request.body.first, request.body.second].map(({ from, person, to }) => ({
        personId: person,
        ...writtenSpan({ from, to }, nowMs()),
      })) as [Shift, Shift];
      const once = idOfRequest(request, overrideIds(engine.onCall.schedule(id)));
      const differences = differencesOf(engine, id, [
        { kind: "replace", ...first, withPersonId: second.personId },
        { kind: "replace", ...second, withPersonId: first.personId },
      ]);
      const made = await engine.onCall.swap(id, {
        first,
        second,
        author: actorName(request.caller, author),
        ...(reason === undefined ? {} : { reason }),
        ...once,
        ...seenBy(expected),
      });
      if (!made.ok) throw mismatched(made.error, expected) ?? refused(made.error);
      const body = changedBody(engine, id, made.value, differences);
      return reply.code(201).header("etag", versionTag(body.version)).send(body);
    },
  );
}

type Shift = { readonly personId: string; readonly fromMs: number; readonly toMs: number };

function previewRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/schedules/:id/preview",
    {
      config: { needs: "viewer" },
      schema: {
        summary: "What a change would come to, and who would be paged then; changes nothing",
        params: byId,
        body: previewInputSchema,
        response: { 200: previewSchema },
        tags,
      },
    },
    (request) => {
      const { at, changes, policy, severity, ...range } = request.body;
      const schedule = knownSchedule(engine.onCall, request.params.id);
      const asked = changes.map((change) => changeOf(change));
      const changed = spanBody(hull(asked));
      const span = rangeAhead({ from: range.from ?? changed.from, to: range.to ?? changed.to }, nowMs());
      const compared = engine.onCall.preview(schedule.id, asked, span);
      if (!compared.ok) throw refused(compared.error);
      const differences = compared.value.map(differenceBody);
      if (at === undefined) return { ...spanBody(span), differences };
      const atMs = instantMs(at, "at");
      const policies = engine.onCall.policies.filter(({ fallback, id, steps }) =>
        policy === undefined
          ? [...steps.flatMap(({ targets }) => targets), ...fallback].some(
              (target) => target.kind === "schedule" && target.scheduleId === schedule.id,
            )
          : id === policy,
      );
      if (policy !== undefined && policies.length === 0) throw notFound("escalation policy", policy);
      const edited = withChanges(schedule, asked);
      return {
        ...spanBody(span),
        differences,
        pages: policies.map((one) => ({
          policy: one.id,
          before: imaginedPages(engine.onCall, { atMs, severity, policy: one }).slice(),
          after: imaginedPages(engine.onCall, { atMs, severity, policy: one }, edited).slice(),
        })),
      };
    },
  );
}

/** The schedule as it would be; its preview has been held to be a schedule. */
function withChanges(schedule: OnCallSchedule, asked: readonly OverrideRequest[]): OnCallSchedule {
  const added = asked.map((change, index): Override => ({ ...change, id: `preview/${index}` }));
  return { ...schedule, overrides: [...(schedule.overrides ?? []), ...added] };
}

/** What a change would come to over its own times, as far as that can be said. */
function differencesOf(
  { onCall }: Plimsoll,
  scheduleId: string,
  asked: readonly OverrideRequest[],
): readonly ScheduleDifference[] {
  knownSchedule(onCall, scheduleId);
  const changes = asked.map(({ id: _id, ...change }): OverrideRequest => change);
  // Each time by itself: between two that lie far apart there may be thousands of years.
  return asked.flatMap((span) => {
    const compared = onCall.preview(scheduleId, changes, span);
    return compared.ok ? compared.value : [];
  });
}

/** What is stored under the ids: a request that was repeated is told what the first made. */
function changedBody(
  engine: Plimsoll,
  scheduleId: string,
  asked: readonly Override[],
  differences: readonly ScheduleDifference[],
) {
  const stored = (engine.onCall.schedule(scheduleId)?.overrides ?? []).filter(({ id }) =>
    asked.some((one) => one.id === id),
  );
  return {
    version: engine.onCall.version(scheduleId),
    overrides: stored.map(scheduleOverrideBody),
    differences: differences.map(differenceBody),
  };
}

function requestOf(change: OverrideChangeInput, nowMs: number): OverrideRequest {
  return { ...changeOf(change), ...writtenSpan(change, nowMs) };
}

function changeOf(change: OverrideChangeInput): OverrideRequest {
  const span = spanOf(change);
  return change.kind === "replace"
    ? { kind: "replace", personId: change.person, withPersonId: change.with, ...span }
    : { kind: change.kind, personId: change.person, ...span };
}

/** The time of a change that is to be stored: not over yet, and not longer than a year. */
function writtenSpan({ from, to }: { readonly from: string; readonly to: string }, nowMs: number) {
  const span = spanOf({ from, to });
  if (span.toMs <= nowMs) {
    throw new HttpProblem(400, {
      code: "invalid",
      message: "At to: the time is over already; who was on call then can not be changed.",
      path: "to",
    });
  }
  if (span.toMs - span.fromMs > LONGEST_RANGE_MS) {
    throw new HttpProblem(400, {
      code: "invalid",
      message: "At to: an override lasts 366 days at most; change the layers in the configuration instead.",
      path: "to",
    });
  }
  return span;
}

function spanOf({ from, to }: { readonly from: string; readonly to: string }) {
  const span = { fromMs: instantMs(from, "from"), toMs: instantMs(to, "to") };
  if (span.fromMs < span.toMs) return span;
  throw new HttpProblem(400, {
    code: "invalid",
    message: "At to: the time ends before it begins; give from < to.",
    path: "to",
  });
}

function hull(spans: readonly Range[]): Range {
  return {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  };
}
