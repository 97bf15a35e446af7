import { lintRunbook, type LintOptions, type Runbook, type RunbookFinding } from "@plimsoll/core";
import { z } from "zod";
import { runbookDetailBody, runbookPreviewBody, runbookSummaryBody } from "../../present/runbook-body.js";
import { runDetailBody } from "../../present/runbook-run-body.js";
import {
  runbookDetailSchema,
  runbookListSchema,
  runbookPreviewInputSchema,
  runbookPreviewSchema,
  runDetailSchema,
  runRequestSchema,
} from "../../schemas/runbook-schemas.js";
import type { Api, RouteContext } from "../context.js";
import { versionTag } from "../expected-version.js";
import { causeOfRequest, idempotencyHeaders, refuseReusedKey } from "../idempotency-key.js";
import { notFound } from "../problem.js";
import { refusedRun } from "./runbook-refusal.js";
import { runbookRunRoutes } from "./runbook-run-routes.js";

/** What runbooks are held against here. */
export type RunbookContext = {
  /** The names of the remediators and fleets that there are; absent: a runbook that names one is not held against any. */
  readonly runbookPlatforms?: Pick<LintOptions, "remediators" | "fleets" | "allowShell">;
};

const byId = z.object({ id: z.string().max(100) });

/** Runbooks: what there is, what a run would do, and runs. */
export function runbookRoutes(api: Api, context: RouteContext & RunbookContext): void {
  libraryRoutes(api, context);
  previewRoute(api, context);
  startRoute(api, context);
  runbookRunRoutes(api, context);
}

function libraryRoutes(api: Api, { engine, nowMs, runbookPlatforms }: RouteContext & RunbookContext): void {
  const { library } = engine.runbooks;
  const findings = async (runbook: Runbook): Promise<readonly RunbookFinding[]> => {
    const platforms = runbookPlatforms ?? { remediators: new Set<string>(), fleets: new Set<string>() };
    const found = await lintRunbook(runbook, { nowMs: nowMs(), library, ...platforms });
    const unheld = runbookPlatforms === undefined ? ["unknown-remediator", "unknown-fleet"] : [];
    return found.filter(({ code }) => !unheld.includes(code));
  };
  api.get(
    "/runbooks",
    {
      schema: {
        summary: "Every runbook, with what would let it down",
        response: { 200: runbookListSchema },
        tags: ["runbooks"],
      },
    },
    async () => ({
      runbooks: await Promise.all(
        [...library.values()].map(async (runbook) =>
          runbookSummaryBody(runbook, await findings(runbook), await engine.runbooks.automatic(runbook.id)),
        ),
      ),
    }),
  );
  api.get(
    "/runbooks/:id",
    {
      schema: {
        summary: "One runbook: its words, findings and last rehearsal",
        params: byId,
        response: { 200: runbookDetailSchema },
        tags: ["runbooks"],
      },
    },
    async (request) => {
      const runbook = library.get(request.params.id);
      if (runbook === undefined) throw notFound("runbook", request.params.id);
      return runbookDetailBody(runbook, await findings(runbook), await engine.runbooks.automatic(runbook.id));
    },
  );
}

function previewRoute(api: Api, { engine }: RouteContext): void {
  api.post(
    "/runbooks/:id/preview",
    {
      // Remediators look at the world to say what they would do.
      config: { needs: "responder" },
      schema: {
        summary: "What a run would do now; changes nothing",
        params: byId,
        body: runbookPreviewInputSchema.nullish(),
        response: { 200: runbookPreviewSchema },
        tags: ["runbooks"],
      },
    },
    async (request) => {
      const preview = await engine.runbooks.preview(request.params.id, request.body?.parameters);
      if (!preview.ok) throw refusedRun(preview.error);
      return runbookPreviewBody(preview.value);
    },
  );
}

function startRoute(api: Api, { engine, nowMs }: RouteContext): void {
  api.post(
    "/runbooks/:id/runs",
    {
      config: { needs: "responder" },
      schema: {
        summary: "Run a runbook",
        description: "The same Idempotency-Key gives the same run. The run is in the name of whoever the token is of.",
        params: byId,
        headers: idempotencyHeaders,
        body: runRequestSchema,
        response: { 201: runDetailSchema },
        tags: ["runbooks"],
      },
    },
    async (request, reply) => {
      const { incidentId, parameters, reason, startAt } = request.body;
      if (incidentId !== undefined && !engine.incidents().some(({ id }) => id === incidentId)) {
        throw notFound("incident", incidentId);
      }
      const causeId = causeOfRequest(request, "run");
      refuseReusedKey(
        request,
        causeId,
        engine.runbooks.all().flatMap(({ causes }) => causes.slice(0, 1)),
      );
      const asked = await engine.runbooks.request({
        runbookId: request.params.id,
        // No other name than the caller's own: whoever asks may not approve, and that has to be somebody who is known.
        actor: request.caller?.name ?? "unnamed",
        causeId,
        reason,
        ...(parameters === undefined ? {} : { parameters }),
        ...(incidentId === undefined ? {} : { incidentId }),
        ...(startAt === undefined ? {} : { startAtMs: Date.parse(startAt) }),
      });
      if (!asked.ok) throw refusedRun(asked.error);
      return reply
        .code(201)
        .header("location", `/api/v1/runbook-runs/${encodeURIComponent(asked.value.id)}`)
        .header("etag", versionTag(asked.value.version))
        .send(runDetailBody(asked.value, nowMs()));
    },
  );
}
