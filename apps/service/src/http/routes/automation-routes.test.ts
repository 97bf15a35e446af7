import { parseRunbooks } from "@plimsoll/config";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  automationSchema,
  incidentExplanationSchema,
  runbookDetailSchema,
  runbookListSchema,
  runDetailSchema,
} from "../../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";
import { postTo } from "../../testing/sign-in-as.js";

let service: MemoryService;

const text = (id: string, level: number) => `
version: 1
runbook: ${id}
title: Turn it off and on
level: ${level}
owner: team-platform
symptoms: [${id}]
lastRehearsal: 2026-03-01
health: { check: { http: { url: "http://127.0.0.1:9/health" } }, within: 1m }
steps:
  - { id: look, title: Look, do: { manual: "Look." }, risk: safe }
rehearsals:
  - { name: it is well, health: [holds], expect: { path: [], ends: succeeded } }
`;

beforeAll(async () => {
  const names = ["restart", "drain"];
  const parsed = parseRunbooks(names.map((id, index) => ({ name: id, text: text(id, index === 0 ? 4 : 3) })));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  service = await startMemoryService({
    settings: {
      automation: { mode: "act", attemptsPerDay: 1 },
      runbooks: new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook])),
      rehearsals: new Map(parsed.value.map(({ rehearsals, runbook }) => [runbook.id, rehearsals])),
    },
  });
});
afterAll(() => service.close());

const turn = (verb: string, token: string, body: unknown = { reason: "it ran wild" }) =>
  postTo(service, `/api/v1/automation/${verb}`, body, bearer(token));
const automation = async () => automationSchema.parse((await service.ask("/api/v1/automation")).json());
const alert = (alertname: string) => {
  const labels = { alertname, service: "payments", severity: "critical", symptom: "restart" };
  const alerts = [{ status: "firing", labels, annotations: {}, startsAt: "2026-03-10T11:59:00Z" }];
  const body = { version: "4", groupKey: alertname, status: "firing", receiver: "r", alerts };
  return postTo(service, "/api/v1/alerts/alertmanager", body, bearer(TOKENS.responder));
};
const explained = async (id: string) =>
  incidentExplanationSchema.parse((await service.ask(`/api/v1/incidents/${id}/explain`)).json());

describe("what the engine may start by itself, over HTTP", () => {
  it("is told for runbooks of level 4, with every reason", async () => {
    const may = { starts: true, reasons: [] };
    expect(await automation()).toEqual({
      killSwitch: { state: "released", version: 0 },
      runbooks: [{ id: "restart", title: "Turn it off and on", ...may }],
    });
    const { runbooks } = runbookListSchema.parse((await service.ask("/api/v1/runbooks")).json());
    expect(runbooks.map(({ automatic, id }) => [id, automatic])).toEqual([
      ["restart", may],
      ["drain", undefined],
    ]);
    const shown = runbookDetailSchema.parse((await service.ask("/api/v1/runbooks/restart")).json());
    expect(shown.automatic).toEqual(may);
  });

  it("is stopped by a responder in their own name, and let again by an approver alone", async () => {
    expect((await turn("engage", TOKENS.viewer)).status).toBe(403);
    expect((await turn("engage", TOKENS.responder, { reason: " " })).status).toBe(400);
    expect((await turn("engage", TOKENS.responder, { reason: "x", actor: "boss" })).status).toBe(400);
    expect((await turn("engage", TOKENS.responder)).status).toBe(200);
    const { killSwitch, runbooks } = await automation();
    expect(killSwitch).toMatchObject({ state: "engaged", reason: "it ran wild" });
    expect(killSwitch.by).not.toBe("boss");
    expect(runbooks[0]).toMatchObject({ starts: false, reasons: [{ code: "kill-switch", against: true, about: [] }] });
    expect((await alert("One")).status).toBe(200);
    expect((await service.ask("/api/v1/runbook-runs/INC-001.restart")).status).toBe(404);
    const { automaticRuns } = await explained("INC-001");
    expect(automaticRuns).toMatchObject([
      { starts: false, runbooks: ["restart"], approvals: [], reasons: [{ code: "kill-switch" }] },
    ]);
    expect(automaticRuns?.[0]?.words).toContain("The engine does not start the runbook restart by itself.");
    expect((await turn("release", TOKENS.responder)).status).toBe(403);
    expect((await turn("release", TOKENS.approver)).status).toBe(200);
    expect((await automation()).killSwitch).toEqual({ state: "released", version: 2 });
  });

  it("is stopped and let again once for a key each, however the switch stands by then", async () => {
    const keyed = (verb: string, token: string, reason = "it ran wild") =>
      postTo(service, `/api/v1/automation/${verb}`, { reason }, { ...bearer(token), "idempotency-key": "k-1" });
    expect((await keyed("engage", TOKENS.approver)).status).toBe(200);
    expect((await keyed("release", TOKENS.approver)).status).toBe(200);
    const { version } = (await automation()).killSwitch;
    const again = await keyed("engage", TOKENS.approver);
    expect([again.status, automationSchema.parse(again.json()).killSwitch]).toEqual([
      200,
      { state: "released", version },
    ]);
    const other = await keyed("engage", TOKENS.approver, "it runs wild again");
    expect([other.status, other.json()]).toMatchObject([409, { code: "key-reused" }]);
    expect((await automation()).killSwitch).toEqual({ state: "released", version });
    // Another caller's key is another key.
    expect((await keyed("engage", TOKENS.responder)).json()).toMatchObject({ killSwitch: { state: "engaged" } });
    expect((await turn("release", TOKENS.approver)).status).toBe(200);
  });

  it("is let again only at the version that was seen, where one is named, and stopped at any", async () => {
    const before = await service.ask("/api/v1/automation");
    const { version = 0 } = automationSchema.parse(before.json()).killSwitch;
    expect(before.headers["etag"]).toBe(`"${version}"`);
    await turn("engage", TOKENS.responder);
    const stale = { reason: "mended", expectedVersion: version };
    expect((await turn("engage", TOKENS.responder, stale)).status).toBe(400);
    const late = await turn("release", TOKENS.approver, stale);
    expect([late.status, late.headers["etag"]]).toEqual([409, `"${version + 1}"`]);
    const tagged = (tag: string) =>
      postTo(
        service,
        "/api/v1/automation/release",
        { reason: "mended" },
        { ...bearer(TOKENS.approver), "if-match": tag },
      );
    expect((await tagged(`"${version}"`)).status).toBe(412);
    expect((await automation()).killSwitch).toMatchObject({ state: "engaged", version: version + 1 });
    const released = await tagged(`"${version + 1}"`);
    expect([released.status, released.headers["etag"]]).toEqual([200, `"${version + 2}"`]);
  });

  it("is a run that the engine asked for, with the decision beside the incident", async () => {
    expect((await alert("Two")).status).toBe(200);
    const run = runDetailSchema.parse((await service.ask("/api/v1/runbook-runs/INC-002.restart")).json());
    expect(run).toMatchObject({ requestedBy: "engine", incidentId: "INC-002" });
    expect((await explained("INC-002")).automaticRuns).toMatchObject([{ starts: true, runId: "INC-002.restart" }]);
    expect(JSON.stringify((await service.ask("/api/v1/incidents/INC-002")).json())).toContain(
      "The engine starts the runbook restart by itself (INC-002.restart).",
    );
  });
});
