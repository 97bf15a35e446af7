import type { IncidentState, Plimsoll } from "@plimsoll/core";
import { z } from "zod";
import { incidentSummaryBody } from "../../present/incident-body.js";
import { INCIDENT_BODIES } from "../../schemas/incident-command-schemas.js";
import { incidentSummarySchema, incidentWrittenSchema } from "../../schemas/incident-schemas.js";
import { actorName, mayActAs, type Caller } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import {
  changeHeaders,
  expectedVersionOf,
  mismatched,
  seenBy,
  versionTag,
  type ExpectedVersion,
} from "../expected-version.js";
import { causeOfRequest, idempotencyHeaders, refuseReusedKey } from "../idempotency-key.js";
import { HttpProblem, notFound, refused } from "../problem.js";
import { INCIDENT_VERBS, type IncidentVerb, type VerbCommand } from "./incident-verbs.js";

/** A section of a postmortem in an alphabet of three bytes a letter, and what is around it. */
const COMMAND_BODY_LIMIT_BYTES = 192 * 1024;

const byId = z.object({ id: z.string().max(40) });

/** What people do about incidents: declaring one, and every verb for one that is there. */
export function incidentCommandRoutes(api: Api, context: RouteContext): void {
  declareRoute(api, context);
  for (const verb of INCIDENT_VERBS) verbRoute(api, context, verb);
}

function declareRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/incidents",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Declare an incident",
        headers: idempotencyHeaders,
        body: INCIDENT_BODIES.declare.omit({ expectedVersion: true }),
        response: { 201: incidentSummarySchema },
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const { by, detectedAt, service, severity, startedAt, title } = request.body;
      const causeId = causeOfRequest(request, "declare");
      refuseReusedKey(
        request,
        causeId,
        engine.incidents().flatMap(({ causes }) => causes.slice(0, 1)),
      );
      const outcome = await engine.declareIncident({
        title,
        service,
        severity,
        actor: actorName(request.caller, by),
        causeId,
        ...(startedAt === undefined ? {} : { startedAtMs: Date.parse(startedAt) }),
        ...(detectedAt === undefined ? {} : { detectedAtMs: Date.parse(detectedAt) }),
      });
      if (!outcome.ok) throw refused(outcome.error);
      const { id, version } = outcome.value;
      void reply.header("location", `/api/v1/incidents/${id}`).header("etag", versionTag(version));
      return reply.code(201).send(incidentSummaryBody(outcome.value, nowMs(), engine.budgetShare(outcome.value)));
    },
  );
}

function verbRoute(api: Api, { engine, nowMs }: RouteContext, verb: IncidentVerb): void {
  api.post(
    `/incidents/:id/${verb.name}`,
    {
      bodyLimit: COMMAND_BODY_LIMIT_BYTES,
      config: { needs: "responder" },
      schema: {
        summary: verb.summary,
        params: byId,
        headers: changeHeaders,
        body: verb.bare ? z.nullish(verb.body) : verb.body,
        response: { 200: incidentWrittenSchema },
        tags: ["incidents"],
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const said = saidByAll.parse(request.body ?? {});
      const asked = await verb.read(request.body ?? {});
      refuseWithout(request.caller, verb.needs(asked));
      const expected = expectedVersionOf(request, said.expectedVersion);
      const causeId = causeOfRequest(request, verb.name);
      refuseReusedKey(request, causeId, causesOf(engine, id));
      const who = { actor: actorName(request.caller, said.by), causeId };
      const state = await carryOut(engine, {
        id,
        asked,
        who,
        nowMs: nowMs(),
        ...(expected === undefined ? {} : { expected }),
      });
      const made = engine.incidents().find(({ causes, splitFrom }) => splitFrom === id && causes.includes(causeId));
      void reply.header("etag", versionTag(state.version));
      return {
        ...incidentSummaryBody(state, nowMs(), engine.budgetShare(state)),
        ...(made === undefined ? {} : { splitInto: made.id }),
      };
    },
  );
}

/** What every body may say; the rest is the verb's own. */
const saidByAll = z.object({ by: z.string().optional(), expectedVersion: z.number().optional() });

type Order = {
  readonly id: string;
  readonly asked: VerbCommand;
  readonly who: { readonly actor: string; readonly causeId: string };
  readonly expected?: ExpectedVersion;
  readonly nowMs: number;
};

async function carryOut(engine: Plimsoll, { asked, expected, id, nowMs, who }: Order): Promise<IncidentState> {
  const by = { ...who, ...seenBy(expected) };
  const outcome =
    asked.of === "incident"
      ? await engine.commandIncident(id, { ...asked.command, ...by })
      : await engine.escalations.command(id, { ...asked.command, ...by, atMs: nowMs });
  if (outcome.ok) return stateOf(engine, id);
  throw mismatched(outcome.error, expected) ?? refused(outcome.error);
}

function stateOf(engine: Plimsoll, id: string): IncidentState {
  const state = engine.incidents().find((one) => one.id === id);
  if (state === undefined) throw notFound("incident", id);
  return state;
}

function refuseWithout(caller: Caller | undefined, needed: Parameters<typeof mayActAs>[1]): void {
  if (caller !== undefined && mayActAs(caller, needed)) return;
  throw new HttpProblem(403, {
    code: "wrong-role",
    message: `"${caller?.name ?? ""}" has the role ${caller?.role ?? "viewer"}; this needs ${needed}.`,
  });
}

/** What was handled for an incident, by itself and by who was called for it. */
function causesOf(engine: Plimsoll, id: string): readonly string[] {
  const state = engine.incidents().find((one) => one.id === id);
  return [...(state?.causes ?? []), ...(engine.escalations.get(id)?.causes ?? [])];
}
