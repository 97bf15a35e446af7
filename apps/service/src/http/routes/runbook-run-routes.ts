import { isSamePerson, type RunbookRun, type RunPersonCommand } from "@plimsoll/core";
import { z } from "zod";
import { awaitedApprovals, awaitedReport, runDetailBody, runSummaryBody } from "../../present/runbook-run-body.js";
import {
  runApproveInputSchema,
  runCancelInputSchema,
  runDetailSchema,
  runListSchema,
  runReasonInputSchema,
  runReportInputSchema,
} from "../../schemas/runbook-schemas.js";
import type { Role } from "../access.js";
import type { Api, RouteContext } from "../context.js";
import { changeHeaders, expectedVersionOf, mismatched, seenBy, versionTag } from "../expected-version.js";
import { causeOfRequest, refuseReusedKey } from "../idempotency-key.js";
import { HttpProblem, notFound } from "../problem.js";
import { refusedRun } from "./runbook-refusal.js";

const byId = z.object({ id: z.string().max(100) });

/** Runs of runbooks: how they stand, and what people decide about them. */
export function runbookRunRoutes(api: Api, context: RouteContext): void {
  readRoutes(api, context);
  decideRoutes(api, context);
}

function readRoutes(api: Api, { engine, nowMs }: RouteContext): void {
  api.get(
    "/runbook-runs",
    {
      schema: {
        summary: "Runs of runbooks, newest first",
        querystring: z.object({
          status: z.enum(["open", "all"]).default("all"),
          runbook: z.string().max(100).optional(),
          incident: z.string().max(100).optional(),
          limit: z.coerce.number().int().min(1).max(1_000).default(100),
        }),
        response: { 200: runListSchema },
        tags: ["runbooks"],
      },
    },
    (request) => {
      const { incident, limit, runbook, status } = request.query;
      const runs = (status === "open" ? engine.runbooks.open() : engine.runbooks.all())
        .filter(({ incidentId }) => incident === undefined || incidentId === incident)
        .filter(({ plan }) => runbook === undefined || plan.runbookId === runbook)
        .toSorted((a, b) => b.requestedAtMs - a.requestedAtMs);
      return { total: runs.length, runs: runs.slice(0, limit).map(runSummaryBody) };
    },
  );
  api.get(
    "/runbook-runs/:id",
    {
      schema: {
        summary: "One run with its steps, and what it needs",
        params: byId,
        response: { 200: runDetailSchema },
        tags: ["runbooks"],
      },
    },
    (request, reply) => {
      const run = engine.runbooks.get(request.params.id);
      if (run === undefined) throw notFound("run of a runbook", request.params.id);
      void reply.header("etag", versionTag(run.version));
      return runDetailBody(run, nowMs());
    },
  );
}

type Asked<Body> = {
  readonly run: RunbookRun;
  readonly given: Body;
  readonly actor: string;
  readonly causeId: string;
};

type Verb<Body extends z.ZodType> = {
  readonly name: RunPersonCommand["type"];
  readonly summary: string;
  readonly needs: Role;
  readonly body: Body;
  readonly commands: (asked: Asked<z.infer<Body>>) => readonly RunPersonCommand[];
};

/** Makes what adds the route of one verb. */
function verbRoutes(api: Api, { engine, nowMs }: RouteContext) {
  return <Body extends z.ZodType>({ body, commands, name, needs, summary }: Verb<Body>): void => {
    api.post(
      `/runbook-runs/:id/${name}`,
      {
        config: { needs },
        schema: {
          summary,
          params: byId,
          headers: changeHeaders,
          body,
          response: { 200: runDetailSchema },
          tags: ["runbooks"],
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const run = engine.runbooks.get(id);
        if (run === undefined) throw notFound("run of a runbook", id);
        const causeId = causeOfRequest(request, name);
        refuseReusedKey(request, causeId, run.causes);
        const actor = request.caller?.name ?? "unnamed";
        const said = saidByAll.parse(request.body);
        const expected = expectedVersionOf(request, said.expectedVersion);
        let seen = seenBy(expected);
        let now = run;
        for (const command of commands({ run, given: request.body as z.infer<Body>, actor, causeId })) {
          const outcome = await engine.runbooks.command(id, { ...command, ...seen });
          if (!outcome.ok) throw mismatched(outcome.error, expected) ?? refusedRun(outcome.error);
          now = outcome.value;
          // What one request asks in several commands may have nothing of others between them either.
          if (expected !== undefined) seen = { expectedVersion: now.version };
        }
        void reply.header("etag", versionTag(now.version));
        return runDetailBody(now, nowMs());
      },
    );
  };
}

/** What every body may say; the rest is the verb's own. */
const saidByAll = z.object({ expectedVersion: z.number().optional() });

function decideRoutes(api: Api, context: RouteContext): void {
  const route = verbRoutes(api, context);
  const needs = "responder";
  route({
    name: "approve",
    summary: "Agree that a step may run, for the plan that was read",
    needs: "approver",
    body: runApproveInputSchema,
    commands: (asked) => approvals(asked, context.nowMs()),
  });
  route({
    name: "pause",
    summary: "Pause a run at its next boundary",
    needs,
    body: runReasonInputSchema,
    commands: ({ actor, causeId, given }) => [{ type: "pause", actor, causeId, reason: given.reason }],
  });
  route({
    name: "resume",
    summary: "Let a paused run go on",
    needs,
    body: runReasonInputSchema,
    commands: ({ actor, causeId, given }) => [{ type: "resume", actor, causeId, reason: given.reason }],
  });
  route({
    name: "cancel",
    summary: "End a run at its next boundary, and take back what it did if asked to",
    needs,
    body: runCancelInputSchema,
    commands: ({ actor, causeId, given: { reason, undo } }) => [{ type: "cancel", actor, causeId, reason, undo }],
  });
  route({
    name: "report",
    summary: "Say how a manual step went, or what no check can tell",
    needs,
    body: runReportInputSchema,
    commands: ({ actor, causeId, given: { note, stepId, succeeded }, run }) => {
      const about = stepId ?? awaitedReport(run);
      return [{ type: "report", actor, causeId, succeeded, note, ...(about === undefined ? {} : { stepId: about }) }];
    },
  });
}

function approvals(
  { actor, causeId, given, run }: Asked<z.infer<typeof runApproveInputSchema>>,
  nowMs: number,
): readonly RunPersonCommand[] {
  if (isSamePerson(actor, run.requestedBy)) {
    throw new HttpProblem(403, {
      code: "own-approval",
      message: `${run.requestedBy} asked for this run and can not approve it too; somebody else has to.`,
    });
  }
  const approvalIds = given.approvalId === undefined ? awaitedApprovals(run, nowMs) : [given.approvalId];
  if (approvalIds.length === 0) {
    throw new HttpProblem(409, {
      code: "nothing-to-approve",
      message: `The run ${run.id} waits for no approval now; name one with approvalId to approve it ahead.`,
    });
  }
  return approvalIds.map((approvalId) => ({
    type: "approve",
    actor,
    causeId: `${causeId}/${approvalId}`,
    approvalId,
    planHash: given.planHash,
    expiresAtMs: nowMs + given.expiresInMs,
  }));
}
