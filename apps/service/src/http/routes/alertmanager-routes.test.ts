import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { incidentListSchema } from "../../api.js";
import { alertGroupsSchema, gettableAlertsSchema } from "../../schemas/alert-schemas.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

const NOW = "2026-03-10T12:00:00Z";
let service: MemoryService;

beforeAll(async () => {
  service = await startMemoryService();
});
afterAll(() => service.close());

const post = (body: unknown) =>
  service.ask("/api/v2/alerts", {
    method: "POST",
    headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const list = async (query = "") => {
  const answer = await service.ask(`/api/v2/alerts${query}`);
  expect(answer.status).toBe(200);
  return gettableAlertsSchema.parse(answer.json());
};

describe("the alerts of Alertmanager's API", () => {
  it("are taken as Prometheus posts them, and are listed as there", async () => {
    const posted = await post([
      {
        labels: { alertname: "Down", job: "web" },
        annotations: { summary: "web is down" },
        startsAt: "2026-03-10T11:59:00.123Z",
        endsAt: "2026-03-10T12:04:00.000Z",
        generatorURL: "http://prometheus.example/graph?g0.expr=up",
      },
    ]);
    expect(posted.status).toBe(200);
    expect(await list('?filter=job="web"')).toEqual([
      {
        labels: { alertname: "Down", job: "web" },
        annotations: { summary: "web is down" },
        startsAt: "2026-03-10T11:59:00.123Z",
        endsAt: "2026-03-10T12:04:00.000Z",
        updatedAt: "2026-03-10T12:00:00.000Z",
        generatorURL: "http://prometheus.example/graph?g0.expr=up",
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/u),
        receivers: [{ name: "incidents" }],
        status: { state: "active", inhibitedBy: [], mutedBy: [], silencedBy: [] },
      },
    ]);
    const { incidents } = incidentListSchema.parse((await service.ask("/api/v1/incidents")).json());
    expect(incidents).toMatchObject([{ status: "declared", title: "web is down" }]);
  });

  it("that are good are taken when another of the batch is broken, which the answer tells by its place", async () => {
    const answer = await post([{ labels: { alertname: "Good" } }, { labels: { alertname: "Bad" }, startsAt: "noon" }]);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: "some-alerts-not-taken", path: "1.startsAt" });
    expect(await list("?filter=alertname=Good")).toHaveLength(1);
    expect(await list("?filter=alertname=Bad")).toEqual([]);
  });

  it("are told apart by what holds them back", async () => {
    await post([{ labels: { alertname: "Quiet", job: "silent" } }]);
    const made = await service.engine.silences.create({
      matchers: "job=silent",
      schedule: { startsAtMs: Date.parse(NOW), endsAtMs: Date.parse(NOW) + 3_600_000 },
      author: "Ada",
      reason: "planned",
    });
    const id = made.ok ? made.value.id : "";
    expect(await list("?filter=job=silent")).toMatchObject([{ status: { state: "suppressed", silencedBy: [id] } }]);
    expect(await list("?filter=job=silent&silenced=false")).toEqual([]);
    expect(await list("?filter=job=silent&active=false")).toHaveLength(1);
    expect(await list("?filter=job=web&active=false")).toEqual([]);
    expect(await list("?filter=job=web&receiver=incidents")).toHaveLength(1);
    expect(await list("?filter=job=web&receiver=incident")).toEqual([]);
    expect(await list("?filter=job=web&receiver=inc.*")).toHaveLength(1);
    expect(await list("?filter=job=web&receiver=")).toHaveLength(1);
    expect((await service.ask("/api/v2/alerts?receiver=(")).status).toBe(400);
  });

  it("come by group, too", async () => {
    const answer = await service.ask("/api/v2/alerts/groups?filter=job=web");
    expect(alertGroupsSchema.parse(answer.json())).toMatchObject([
      {
        labels: { alertname: "Down", job: "web" },
        receiver: { name: "incidents" },
        alerts: [{ labels: { job: "web" } }],
      },
    ]);
  });

  it("are no list: refused", async () => {
    expect((await post({})).json()).toMatchObject({ code: "not-alertmanager" });
  });

  it("end without a word of their sender, once their time has passed", async () => {
    await post([{ labels: { alertname: "Forgotten" } }]);
    service.clock.advance(299_999);
    expect(await list("?filter=alertname=Forgotten")).toHaveLength(1);
    service.clock.advance(1);
    expect(await list("?filter=alertname=Forgotten")).toEqual([]);
  });
});
