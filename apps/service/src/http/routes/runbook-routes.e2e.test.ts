import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHostStepRunner } from "@plimsoll/adapters-host";
import { parseRunbooks } from "@plimsoll/config";
import type { Runbook } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  incidentDetailSchema,
  runbookDetailSchema,
  runbookListSchema,
  runbookPreviewSchema,
  runDetailSchema,
  runListSchema,
  type RunDetail,
} from "../../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

let platform: Server;
let service: MemoryService;
/** What the platform was asked, and whether it is well. */
const asked: string[] = [];
let healthy = false;

beforeAll(async () => {
  platform = createServer((request, response) => {
    if (request.method === "POST") {
      asked.push(`${request.method} ${request.url} ${request.headers["idempotency-key"] === undefined ? "" : "keyed"}`);
    }
    response.writeHead(request.method === "POST" || healthy ? 200 : 503).end("{}");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => platform.once("listening", resolve));
  service = await startMemoryService({
    ports: { stepRunner: createHostStepRunner({}, { environment: {} }) },
    settings: { runbooks: runbooks((platform.address() as AddressInfo).port) },
  });
});
afterAll(async () => {
  await service.close();
  platform.closeAllConnections();
  platform.close();
});

function runbooks(port: number): ReadonlyMap<string, Runbook> {
  const text = `
version: 1
runbook: drain-node
title: Drain a bad node
level: 3
owner: team-platform
symptoms: [payments-availability, payments]
lastRehearsal: 2026-03-01
parameters:
  node: { description: the node to drain }
health:
  check: { http: { method: GET, url: "http://127.0.0.1:${port}/health" } }
  within: 1m
  every: 1s
steps:
  - id: drain
    title: Take the node out
    do: { http: { method: POST, url: "http://127.0.0.1:${port}/drain/{{node}}" } }
    approval: true
    risk: dangerous
    undo: { http: { method: POST, url: "http://127.0.0.1:${port}/return/{{node}}" } }
  - id: look
    title: Look at the queue
    do: { manual: "Say whether the queue of {{node}} is empty." }
`;
  const parsed = parseRunbooks([{ name: "drain-node.yaml", text }]);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, undefined, 2));
  return new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook]));
}

const post = (path: string, body: unknown, token: string, headers: Record<string, string> = {}) =>
  service.ask(path, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const declare = async (name: string): Promise<unknown> => {
  const body = { title: "It is slow", service: name, severity: "SEV3" };
  return (await post("/api/v1/incidents", body, TOKENS.responder)).json();
};
const start = async (node: string, key = node, token: string = TOKENS.responder) =>
  runDetailSchema.parse(
    (
      await post("/api/v1/runbooks/drain-node/runs", { parameters: { node }, reason: `${node} is bad` }, token, {
        "idempotency-key": key,
      })
    ).json(),
  );
const tell = (run: RunDetail, verb: string, body: object, token: string = TOKENS.responder) =>
  post(`/api/v1/runbook-runs/${run.id}/${verb}`, body, token);
const current = async ({ id }: RunDetail) =>
  runDetailSchema.parse((await service.ask(`/api/v1/runbook-runs/${id}`)).json());
/** Lets the engine do what can be done now, until there is nothing more. */
const settle = async () => {
  for (let moved = 1; moved > 0; moved = await service.engine.runbooks.advance());
};

describe("a runbook over HTTP", () => {
  it("is listed with what would let it down, and shown with its words", async () => {
    const { runbooks: listed } = runbookListSchema.parse((await service.ask("/api/v1/runbooks")).json());
    expect(listed).toEqual([
      expect.objectContaining({ id: "drain-node", level: 3, owner: "team-platform", findings: [] }),
    ]);
    const shown = runbookDetailSchema.parse((await service.ask("/api/v1/runbooks/drain-node")).json());
    expect(shown).toMatchObject({
      lastRehearsedAt: "2026-03-01T00:00:00.000Z",
      parameters: [{ name: "node", description: "the node to drain" }],
      steps: [
        { id: "drain", approval: true, risk: "dangerous" },
        { id: "look", approval: false },
      ],
    });
    expect((await service.ask("/api/v1/runbooks/constructor")).status).toBe(404);
  });

  it("says what a run would do, and does nothing", async () => {
    const answer = await post("/api/v1/runbooks/drain-node/preview", { parameters: { node: "n1" } }, TOKENS.responder);
    const preview = runbookPreviewSchema.parse(answer.json());
    expect(preview.words.join("\n")).toMatch(/waits for approval: drain\n.*does: send POST .*\/drain\/n1;/u);
    expect(preview.steps.map(({ approvals, kind }) => [kind, approvals])).toEqual([
      ["http", ["drain"]],
      ["manual", []],
    ]);
    expect(asked).toEqual([]);
    const missing = await post("/api/v1/runbooks/drain-node/preview", {}, TOKENS.responder);
    expect(missing.status).toBe(400);
    expect(missing.json()).toMatchObject({ code: "unplannable", message: expect.stringContaining("node") });
  });

  it("runs step by step: approval of somebody else, the call, a person's report, the health check", async () => {
    healthy = false;
    const run = await start("n1");
    expect(await start("n1")).toMatchObject({ id: run.id });
    const other = { parameters: { node: "n9" }, reason: "n9 is bad" };
    const reused = await post("/api/v1/runbooks/drain-node/runs", other, TOKENS.responder, { "idempotency-key": "n1" });
    expect([reused.status, reused.json()]).toEqual([409, expect.objectContaining({ code: "key-reused" })]);
    await settle();
    const waiting = await current(run);
    expect(waiting).toMatchObject({
      status: "paused",
      requestedBy: "responder-name",
      hold: { kind: "approval", stepId: "drain", approvalIds: ["drain"] },
      allowed: ["approve", "resume", "cancel"],
    });
    expect(asked).toEqual([]);

    const approved = await tell(run, "approve", { planHash: waiting.planHash }, TOKENS.approver);
    expect(runDetailSchema.parse(approved.json())).toMatchObject({
      status: "running",
      approvals: [{ approvalId: "drain", by: "approver-name", expiresAt: "2026-03-10T13:00:00.000Z" }],
    });
    await settle();
    expect(asked).toEqual(["POST /drain/n1 keyed"]);
    const manual = await current(run);
    expect(manual).toMatchObject({
      hold: { kind: "manual", stepId: "look" },
      asksFor: { stepId: "look", instruction: "Say whether the queue of n1 is empty." },
      stepsDone: 1,
    });
    expect(manual.steps[0]).toMatchObject({ status: "succeeded", attempts: 1, words: expect.stringContaining("200") });

    healthy = true;
    expect((await tell(run, "report", { succeeded: true, note: "it is empty" })).status).toBe(200);
    await settle();
    expect(await current(run)).toMatchObject({ status: "succeeded", over: true, stepsDone: 2, allowed: [] });
    expect(asked).toEqual(["POST /drain/n1 keyed"]);
  });

  it("is approved by nobody who asked for it, by no responder, and for no other plan", async () => {
    healthy = false;
    const run = await start("n2", "own", TOKENS.approver);
    await settle();
    const { planHash } = await current(run);
    const own = await tell(run, "approve", { planHash }, TOKENS.approver);
    expect(own.status).toBe(403);
    expect(own.json()).toMatchObject({ code: "own-approval", message: expect.stringContaining("somebody else") });
    expect((await tell(run, "approve", { planHash }, TOKENS.responder)).json()).toMatchObject({ code: "wrong-role" });
    const other = await tell(run, "approve", { planHash: "0".repeat(64) }, TOKENS.admin);
    expect(other.status).toBe(409);
    expect(other.json()).toMatchObject({ code: "other-plan" });
    const unknown = await tell(run, "approve", { planHash, approvalId: "nothing" }, TOKENS.admin);
    expect(unknown.status).toBe(404);
    expect((await current(run)).approvals).toEqual([]);
    expect((await tell(run, "cancel", { reason: "enough" })).status).toBe(200);
  });

  it("pauses, goes on, and takes back what it did when it is cancelled so", async () => {
    asked.length = 0;
    healthy = false;
    const run = await start("n3");
    expect((await tell(run, "pause", { reason: "wait for lunch" })).status).toBe(409);
    await service.engine.runbooks.advance();
    expect(runDetailSchema.parse((await tell(run, "pause", { reason: "wait" })).json())).toMatchObject({
      status: "paused",
      hold: { kind: "person", words: "responder-name paused it: wait" },
    });
    await settle();
    await tell(run, "resume", { reason: "go" });
    await settle();
    const { planHash } = await current(run);
    await tell(run, "approve", { planHash }, TOKENS.admin);
    await settle();
    await tell(run, "cancel", { reason: "wrong node", undo: true });
    await settle();
    expect(await current(run)).toMatchObject({ status: "compensated" });
    expect(asked).toEqual(["POST /drain/n3 keyed", "POST /return/n3 keyed"]);
    const again = await tell(run, "resume", { reason: "go" });
    expect(again.status).toBe(409);
    expect(again.json()).toMatchObject({ code: "move-not-allowed" });
  });

  it("is shown on an incident that has one of its symptoms, and on no other", async () => {
    const bodyOf = async (name: string) => {
      const { id } = (await declare(name)) as { readonly id: string };
      return incidentDetailSchema.parse((await service.ask(`/api/v1/incidents/${id}`)).json()).runbooks;
    };
    expect(await bodyOf("catalog")).toBeUndefined();
    expect(await bodyOf("payments")).toEqual([
      {
        id: "drain-node",
        title: "Drain a bad node",
        level: 3,
        symptoms: ["payments"],
        lastRehearsedAt: "2026-03-01T00:00:00.000Z",
        rehearsal: "fresh",
      },
    ]);
  });

  it("lists runs, newest first, by runbook, incident and whether they are open", async () => {
    const run = await start("n4");
    const list = async (query: string) =>
      runListSchema.parse((await service.ask(`/api/v1/runbook-runs${query}`)).json());
    expect((await list("?status=open")).runs.map(({ id }) => id)).toEqual([run.id]);
    expect((await list("?runbook=drain-node")).total).toBeGreaterThan(3);
    expect((await list("?runbook=other")).total).toBe(0);
    expect((await list("?incident=INC-001")).total).toBe(0);
    expect((await service.ask("/api/v1/runbook-runs/RUN")).status).toBe(404);
  });

  it("is refused for an incident that is not there, without a reason, and to viewers", async () => {
    const path = "/api/v1/runbooks/drain-node/runs";
    const body = { parameters: { node: "n5" }, reason: "bad" };
    expect((await post(path, { ...body, incidentId: "INC-999" }, TOKENS.responder)).status).toBe(404);
    expect((await post(path, { parameters: { node: "n5" } }, TOKENS.responder)).json()).toMatchObject({
      path: "reason",
    });
    expect((await post(path, body, TOKENS.viewer)).status).toBe(403);
    expect((await post("/api/v1/runbooks/none/runs", body, TOKENS.responder)).status).toBe(404);
  });
});
