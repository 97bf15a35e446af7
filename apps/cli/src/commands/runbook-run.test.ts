import { runbookPreviewSchema, runDetailSchema, runListSchema } from "@plimsoll/service/api";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { answeringService } from "../testing/answering-service.js";
import { createFakeIo } from "../testing/fake-io.js";

const STEP = {
  id: "drain",
  title: "Take the node out",
  kind: "http" as const,
  does: "send POST http://platform/drain/n1",
  onlyIf: [],
  notIf: [],
  approvals: ["drain"],
  risk: "dangerous" as const,
};
const PREVIEW = runbookPreviewSchema.parse({
  runbookId: "drain-node",
  title: "Drain a bad node",
  planHash: "abc123",
  words: ["1. drain: Take the node out (dangerous)"],
  steps: [STEP],
  preparations: [{ stepId: "drain", kind: "ready", words: "drain n1", touches: ["n1"], undoable: true }],
});
const WAITING = runDetailSchema.parse({
  id: "RUN1",
  runbookId: "drain-node",
  title: "Drain a bad node",
  status: "paused",
  over: false,
  requestedBy: "ana",
  requestedAt: "2026-03-10T12:00:00.000Z",
  reason: "n1 is bad",
  incidentId: "INC-001",
  words: "",
  waitsFor: "approval of drain",
  stepsDone: 0,
  stepCount: 1,
  version: 4,
  planHash: "abc123",
  planWords: PREVIEW.words,
  parameters: { node: "n1" },
  hold: { kind: "approval", stepId: "drain", words: "approval of drain", approvalIds: ["drain"] },
  steps: [{ ...STEP, status: "pending", attempts: 0, undoAttempts: 0, words: "" }],
  approvals: [],
  allowed: ["approve", "resume", "cancel"],
});
const { hold: _hold, waitsFor: _waitsFor, ...free } = WAITING;
const ended = (status: "succeeded" | "failed") =>
  runDetailSchema.parse({
    ...free,
    status,
    over: true,
    endedAt: "2026-03-10T12:01:00.000Z",
    words: "the service is healthy",
    stepsDone: 1,
    steps: [{ ...STEP, status, attempts: 1, undoAttempts: 0, words: "status 200" }],
    allowed: [],
  });

/** What each look at the run finds, in turn; the last one stays. */
let looks: readonly unknown[] = [WAITING];

const { address, asked } = answeringService((method, url) => {
  const path = url.split("?")[0] ?? "";
  const [look, ...others] = looks;
  if (method === "GET" && path.endsWith("/RUN1") && others.length > 0) looks = others;
  if (path.endsWith("/preview")) return { body: PREVIEW };
  return { body: path === "/api/v1/runbook-runs" ? runListSchema.parse({ total: 1, runs: [WAITING] }) : look };
});
beforeEach(() => {
  looks = [WAITING];
});

async function typed(...words: readonly string[]) {
  const nobodyStops = new AbortController();
  const io = {
    ...createFakeIo({ env: { PLIMSOLL_TOKEN: "sesame" } }),
    listenForStop: () => nobodyStops.signal,
  };
  const exitCode = await run(["runbook", ...words, "--address", address()], io);
  return { exitCode, ...io.written };
}

describe("a run of a runbook from the command line", () => {
  it("is started with its parameters, reason and incident, and says what it waits for", async () => {
    const words = ["run", "drain-node", "--param", "node=n1", "--incident", "INC-001", "--reason", "n1 is bad"];
    const { exitCode, out } = await typed(...words);
    expect(exitCode).toBe(0);
    expect(asked).toEqual([
      `POST /api/v1/runbooks/drain-node/runs {"parameters":{"node":"n1"},"reason":"n1 is bad","incidentId":"INC-001"}`,
    ]);
    expect(out).toContain("RUN1  Drain a bad node (drain-node): paused");
    expect(out).toContain("waits for approval of drain");
    expect(out).toContain("plan abc123");
  });

  it("needs a reason", async () => {
    expect(await typed("run", "drain-node")).toMatchObject({
      exitCode: 2,
      err: "plimsoll: --reason is missing: say why it is run.\n",
    });
  });

  it("asks the service, and its remediators, for a dry run with an address", async () => {
    const { out } = await typed("run", "drain-node", "--dry-run", "--param", "node=n1");
    expect(out).toBe(`${PREVIEW.words.join("\n")}\ndrain now: ready, drain n1\n\nNothing was done.\n`);
    expect(asked).toEqual([`POST /api/v1/runbooks/drain-node/preview {"parameters":{"node":"n1"}}`]);
  });

  it("says every change while it is followed, and is a finding when it does not succeed", async () => {
    looks = [WAITING, ended("failed")];
    const { err, exitCode, out } = await typed("status", "RUN1", "--follow");
    expect(exitCode).toBe(1);
    expect(err).toBe(
      "paused; waits for approval of drain\nSomebody else approves it with: plimsoll runbook approve RUN1\nfailed: drain failed\n",
    );
    expect(out).toContain("1. failed      drain: Take the node out - status 200");
  });

  it("is listed", async () => {
    const { out } = await typed("runs", "--status", "open");
    expect(asked).toEqual(["GET /api/v1/runbook-runs?status=open"]);
    expect(out.split("\n")[1]).toBe("RUN1  drain-node  paused    0/1  2026-03-10 12:00:00  ana  approval of drain");
  });

  it("is approved for the plan that was read, which has to be named where nobody can be asked", async () => {
    expect(await typed("approve", "RUN1")).toMatchObject({ exitCode: 2, err: expect.stringContaining("--plan") });
    asked.length = 0;
    expect((await typed("approve", "RUN1", "--plan", "abc123", "--step", "drain")).exitCode).toBe(0);
    expect(asked.at(-1)).toBe(`POST /api/v1/runbook-runs/RUN1/approve {"planHash":"abc123","approvalId":"drain"}`);
  });

  it("is paused, resumed, cancelled and reported on", async () => {
    await typed("pause", "RUN1", "--reason", "wait");
    await typed("resume", "RUN1", "--reason", "go");
    await typed("cancel", "RUN1", "--reason", "wrong", "--undo");
    await typed("report", "RUN1", "--note", "it is empty", "--failed");
    expect(asked).toEqual([
      `POST /api/v1/runbook-runs/RUN1/pause {"reason":"wait"}`,
      `POST /api/v1/runbook-runs/RUN1/resume {"reason":"go"}`,
      `POST /api/v1/runbook-runs/RUN1/cancel {"reason":"wrong","undo":true}`,
      `POST /api/v1/runbook-runs/RUN1/report {"succeeded":false,"note":"it is empty"}`,
    ]);
    expect((await typed("pause", "RUN1")).exitCode).toBe(2);
  });
});
