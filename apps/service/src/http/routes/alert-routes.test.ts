import { Secret, type AlertWebhookConfig } from "@plimsoll/config";
import { webhookMapping } from "@plimsoll/core";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  alertExplanationSchema,
  alertListSchema,
  alertsTakenSchema,
  incidentExplanationSchema,
  incidentListSchema,
} from "../../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

let service: MemoryService;

beforeAll(async () => {
  const mapping = webhookMapping({
    alerts: "events",
    labels: { alertname: "name", service: "=payments" },
    fingerprint: "id",
    status: { at: "state", resolved: ["ok"] },
  });
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  service = await startMemoryService({
    alertWebhooks: new Map<string, AlertWebhookConfig>([
      ["uptime", { name: "uptime", mapping: mapping.value }],
      ["grafana", { name: "grafana", mapping: mapping.value, token: new Secret("grafana-token-0000", "the test") }],
    ]),
  });
});
afterAll(() => service.close());

const post = (path: string, body: unknown, token: string = TOKENS.responder) =>
  service.ask(path, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const webhook = (alerts: readonly unknown[], more: object = {}) => ({
  version: "4",
  groupKey: "{}",
  status: "firing",
  receiver: "plimsoll",
  alerts,
  ...more,
});
const alert = (alertname: string, more: object = {}) => ({
  status: "firing",
  labels: { alertname, service: "payments", severity: "critical" },
  annotations: { summary: `${alertname} is told` },
  startsAt: "2026-03-10T11:59:00Z",
  ...more,
});
const active = async (query = "") => alertListSchema.parse((await service.ask(`/api/v1/alerts${query}`)).json()).alerts;
const incidents = async (status = "open") =>
  incidentListSchema.parse((await service.ask(`/api/v1/incidents?status=${status}`)).json()).incidents;

describe("Alertmanager's webhook", () => {
  it("opens an incident of its alert, which goes on as the same, and resolves it with the alert's end", async () => {
    const taken = await post("/api/v1/alerts/alertmanager", webhook([alert("Down")]));
    expect(taken.status).toBe(200);
    const { alerts } = alertsTakenSchema.parse(taken.json());
    expect(alerts).toEqual([{ key: expect.stringMatching(/^alertmanager\/[0-9a-f]{16}$/u), outcome: "fired" }]);
    const opened = (await incidents()).find(({ title }) => title.includes("Down"));
    expect(opened).toMatchObject({ service: "payments", status: "declared", burning: true });

    const again = await post("/api/v1/alerts/alertmanager", webhook([alert("Down")]));
    expect(alertsTakenSchema.parse(again.json()).alerts.map(({ outcome }) => outcome)).toEqual(["deduplicated"]);
    expect((await incidents()).filter(({ title }) => title.includes("Down"))).toHaveLength(1);

    const ended = alert("Down", { status: "resolved", endsAt: "2026-03-10T12:00:00Z" });
    const over = await post("/api/v1/alerts/alertmanager", webhook([ended], { status: "resolved" }));
    expect(alertsTakenSchema.parse(over.json()).alerts.map(({ outcome }) => outcome)).toEqual(["resolved"]);
    expect((await incidents("all")).find(({ id }) => id === opened?.id)).toMatchObject({
      status: "resolved",
      burning: false,
    });
    expect(await active('?filter=alertname="Down"')).toEqual([]);
  });

  it("lets an incident burn as long as any of its alerts fires, one that came with a merge too, and no merged one", async () => {
    await post("/api/v1/alerts/alertmanager", webhook([alert("Main"), alert("Other")]));
    const [main, other] = ["Main", "Other"].map((name) => name + " is told");
    const opened = await incidents();
    const into = opened.find(({ title }) => title === main)?.id ?? "";
    const merged = opened.find(({ title }) => title === other)?.id ?? "";
    expect((await post(`/api/v1/incidents/${merged}/merge`, { into, reason: "the same" })).status).toBe(200);
    const explained = await service.ask(`/api/v1/incidents/${into}/explain`);
    const keys = [expect.stringMatching(/^external\/alertmanager\//u) as unknown];
    expect(incidentExplanationSchema.parse(explained.json()).cameFrom).toEqual([
      { incidentId: merged, at: service.clock.now().toUTC().toISO(), keys },
    ]);
    const burning = async (id: string) => (await incidents("all")).find((one) => one.id === id)?.burning;
    const end = { status: "resolved", endsAt: "2026-03-10T12:00:00Z" };
    expect([await burning(into), await burning(merged)]).toEqual([true, false]);
    await post("/api/v1/alerts/alertmanager", webhook([alert("Main", end)]));
    expect(await burning(into)).toBe(true);
    await post("/api/v1/alerts/alertmanager", webhook([alert("Other", end)]));
    expect(await burning(into)).toBe(false);
  });

  it("opens another incident of a firing that is new where people closed one that burned, which burns no more", async () => {
    const mine = async () => (await incidents("all")).filter(({ title }) => title === "Shut is told");
    await post("/api/v1/alerts/alertmanager", webhook([alert("Shut")]));
    const [closed] = await mine();
    for (const [verb, body] of [
      ["acknowledge", {}],
      ["resolve", { reason: "It is known." }],
      ["close", {}],
    ] as const) {
      expect((await post(`/api/v1/incidents/${closed?.id}/${verb}`, body)).status).toBe(200);
    }
    expect(await mine()).toMatchObject([{ status: "closed", burning: false }]);
    const end = { status: "resolved", endsAt: "2026-03-10T12:00:00Z" };
    await post("/api/v1/alerts/alertmanager", webhook([alert("Shut", end)], { status: "resolved" }));
    // Within the cooldown, and once the group's interval has passed.
    const anew = webhook([alert("Shut", { startsAt: service.clock.now().toISO() })]);
    await post("/api/v1/alerts/alertmanager", anew);
    service.clock.advance(5 * 60_000);
    await post("/api/v1/alerts/alertmanager", anew);
    expect(await mine()).toMatchObject([
      { status: "declared", burning: true },
      { id: closed?.id, status: "closed", burning: false },
    ]);
  });

  it("takes the good alerts of a body and tells of the broken one by its place", async () => {
    const broken = { status: "firing", labels: { job: 7 } };
    const body = webhook([alert("First"), broken, alert("Third")], { truncatedAlerts: 2 });
    const taken = alertsTakenSchema.parse((await post("/api/v1/alerts/alertmanager", body)).json());
    expect(taken.alerts).toHaveLength(2);
    expect(taken.setAside).toEqual([{ path: "alerts.1.labels.job", message: expect.stringContaining("string") }]);
    expect(taken.truncatedAlerts).toBe(2);
  });

  it("is refused when none of its alerts can be taken, with the first place", async () => {
    const answer = await post("/api/v1/alerts/alertmanager", webhook([{ status: "firing", labels: {} }]));
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: "no-alert-taken", path: "alerts.0.labels" });
  });

  it.each([
    ["another version", { ...webhook([]), version: "3" }, 400, "not-alertmanager"],
    ["a list", [], 400, "not-alertmanager"],
    ["more alerts than one body may have", webhook(Array.from({ length: 10_001 }, () => 0)), 413, "too-many-alerts"],
    ["a body over the limit", `"${"x".repeat(8 * 1024 * 1024)}"`, 413, "ctp-body-too-large"],
  ])("refuses %s", async (_name, body, status, code) => {
    const answer = await post("/api/v1/alerts/alertmanager", body);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });

  it("needs the role responder", async () => {
    for (const path of ["/api/v1/alerts/alertmanager", "/api/v1/alerts/webhooks/uptime", "/api/v2/alerts"]) {
      expect((await post(path, [], TOKENS.viewer)).status).toBe(403);
      const open = await service.ask(path, {
        method: "POST",
        body: "[]",
        headers: { "content-type": "application/json" },
      });
      expect(open.status).toBe(401);
    }
  });
});

describe("a webhook with a mapping", () => {
  it("opens an incident by what the mapping finds", async () => {
    const body = { events: [{ id: "check-7", name: "Slow", state: "alert" }, { id: "check-8" }, 7] };
    const taken = alertsTakenSchema.parse((await post("/api/v1/alerts/webhooks/uptime", body)).json());
    expect(taken.alerts.map(({ key }) => key)).toEqual(["uptime/check-7"]);
    expect(taken.setAside.map(({ path }) => path)).toEqual(["1.status", "2"]);
    const opened = (await incidents()).find(({ title }) => title.includes("Slow"));
    expect(await active('?filter=alertname="Slow"')).toMatchObject([{ key: "uptime/check-7", incidentId: opened?.id }]);
    await post("/api/v1/alerts/webhooks/uptime", { events: [{ id: "check-7", name: "Slow", state: "OK" }] });
    expect((await incidents("all")).find(({ id }) => id === opened?.id)).toMatchObject({ status: "resolved" });
  });
  it("takes its own token, and that of nobody else's", async () => {
    const path = "/api/v1/alerts/webhooks/grafana";
    const own = await post(path, { events: [{ id: "own", state: "alert" }] }, "grafana-token-0000");
    expect(alertsTakenSchema.parse(own.json()).alerts).toMatchObject([{ key: "grafana/own" }]);
    expect((await post(path, { events: [] })).status).toBe(200);
    expect((await post(path, webhook([]), "grafana-token-0001")).status).toBe(401);
    expect((await post(path, webhook([]), TOKENS.viewer)).status).toBe(403);
    expect((await post("/api/v1/alerts/webhooks/uptime", { events: [] }, "grafana-token-0000")).status).toBe(401);
    expect((await post("/api/v1/alerts/alertmanager", webhook([]), "grafana-token-0000")).status).toBe(401);
  });
  it("is not found under another name, and refuses what its mapping does not fit", async () => {
    expect((await post("/api/v1/alerts/webhooks/__proto__", {})).status).toBe(404);
    const answer = await post("/api/v1/alerts/webhooks/uptime", { other: [] });
    expect(answer.json()).toMatchObject({ code: "not-mapped" });
    expect(answer.status).toBe(400);
  });
});

describe("the list of alerts", () => {
  it("says what each met, and takes matchers", async () => {
    await post(
      "/api/v1/alerts/alertmanager",
      webhook([alert("Listed", { labels: { alertname: "Listed", job: "a b" } })]),
    );
    const [one, ...others] = await active(`?filter=${encodeURIComponent('alertname=~"List.*"')}&filter=job="a%20b"`);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ source: "alertmanager", told: ["incidents"] });
    expect(one?.met.join("\n")).toContain("took it for incidents");

    const explained = await service.ask(`/api/v1/alerts/${encodeURIComponent(one?.key ?? "")}/explain`);
    expect(alertExplanationSchema.parse(explained.json())).toMatchObject({
      key: one?.key,
      firing: true,
      routes: [{ depth: 0, outcome: "taken", receiver: "incidents" }],
    });

    const incident = service.engine.incidents().find(({ title }) => title.includes("Listed"));
    const { routing } = incidentExplanationSchema.parse(
      (await service.ask(`/api/v1/incidents/${incident?.id}/explain`)).json(),
    );
    expect(routing.map(({ key }) => key)).toEqual([`external/${one?.key}`]);
    expect(routing[0]?.lines.join("\n")).toContain("incidents is told, as ");
  });
  it("names the column of a filter that is none", async () => {
    const answer = await service.ask(`/api/v1/alerts?filter=${encodeURIComponent("{job==7")}`);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ path: "filter", message: expect.stringMatching(/column \d/u) });
  });
  it("has those that are over too, and why nobody was told of one the night before", async () => {
    const silence = {
      matchers: 'alertname="Quiet"',
      to: "2026-03-11T12:00:00Z",
      reason: "The disk is being replaced.",
      author: "ana",
    };
    const made = await service.ask("/api/v1/silences", {
      method: "POST",
      headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
      body: JSON.stringify(silence),
    });
    expect(made.status).toBe(201);
    await post("/api/v1/alerts/alertmanager", webhook([alert("Quiet"), alert("Loud")]));
    service.clock.advance(60_000);
    await post(
      "/api/v1/alerts/alertmanager",
      webhook(["Quiet", "Loud"].map((name) => alert(name, { status: "resolved", endsAt: "2026-03-10T12:01:00Z" }))),
    );
    service.clock.advance(4 * 3_600_000);
    await post("/api/v1/alerts/alertmanager", webhook([alert("Morning")]));

    const named = `filter=${encodeURIComponent('alertname=~"Quiet|Loud|Morning"')}`;
    const listed = async (state: string) =>
      (await active(`?state=${state}&${named}`)).map(({ firing, labels, told }) => [
        labels["alertname"],
        firing,
        told.length > 0,
      ]);
    expect(await listed("firing")).toEqual([["Morning", true, true]]);
    const over = await listed("over");
    expect(over).toHaveLength(2);
    expect(over).toContainEqual(["Loud", false, true]);
    expect(over).toContainEqual(["Quiet", false, false]);
    expect(await listed("all")).toHaveLength(3);
    const [quiet] = await active(`?state=over&filter=${encodeURIComponent('alertname="Quiet"')}`);
    expect(quiet).toMatchObject({ endsAt: "2026-03-10T12:01:00.000Z", met: [] });
    const explained = alertExplanationSchema.parse(
      (await service.ask(`/api/v1/alerts/${encodeURIComponent(quiet?.key ?? "")}/explain`)).json(),
    );
    expect(explained).toMatchObject({ firing: false, told: [] });
    expect(explained.met.join("\n")).toMatch(/silenced until .* by ana .*: The disk is being replaced\./u);
    expect((await service.ask("/api/v1/alerts?state=gone")).status).toBe(400);
  });
  it("does not know an alert that nobody sent", async () => {
    expect((await service.ask("/api/v1/alerts/alertmanager%2F0000/explain")).status).toBe(404);
  });
});

describe("who handed alerts in", () => {
  const trail = async () =>
    (await service.engine.audit({ afterNumber: 0, limit: 1000 })).filter(({ action }) => action === "alerts.handed-in");

  it("is in the audit trail with the door, the counts and the hash of the bytes that came", async () => {
    const before = (await trail()).length;
    const text = `  ${JSON.stringify(webhook([alert("Audited"), alert("Audited too")]))}\n`;
    expect((await post("/api/v1/alerts/alertmanager", text)).status).toBe(200);
    const [entry, ...more] = (await trail()).slice(before);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      actor: "responder-name",
      subject: "alert-hand-in/alertmanager",
      details: {
        data: {
          address: "127.0.0.1",
          alerts: 2,
          stored: 2,
          bodies: [createHash("sha256").update(text).digest("hex")],
        },
      },
    });
    // What is known already changes nothing, and is no write.
    expect((await post("/api/v1/alerts/alertmanager", text)).status).toBe(200);
    expect(await trail()).toHaveLength(before + 1);
  });

  it("is the webhook itself where that has a token of its own", async () => {
    const before = (await trail()).length;
    const body = { events: [{ name: "Own token", id: "own", state: "bad" }] };
    expect((await post("/api/v1/alerts/webhooks/grafana", body, "grafana-token-0000")).status).toBe(200);
    expect((await trail()).slice(before)).toMatchObject([
      { actor: "webhook/grafana", subject: "alert-hand-in/webhook/grafana" },
    ]);
    expect(await service.engine.verifyAudit()).toMatchObject({ kind: "intact" });
  });

  it("is not there for what was refused", async () => {
    const before = (await trail()).length;
    expect((await post("/api/v1/alerts/alertmanager", "{")).status).toBe(400);
    expect((await post("/api/v1/alerts/alertmanager", webhook([{ labels: {} }]))).status).toBe(400);
    expect((await post("/api/v1/alerts/alertmanager", webhook([alert("x")]), TOKENS.viewer)).status).toBe(403);
    expect(await trail()).toHaveLength(before);
  });
});
