import { webhookMapping } from "@plimsoll/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { alertExplanationSchema, alertListSchema, alertsTakenSchema, incidentListSchema } from "../../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";

const MINUTE_MS = 60_000;
const LONGEST_NAME = "n".repeat(64);
const LONGEST_FINGERPRINT = "界".repeat(256);

let service: MemoryService;
let number = 0;
let name = "";

beforeAll(async () => {
  const mapping = webhookMapping({ labels: { alertname: "name" }, fingerprint: "id" });
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  const webhook = { name: LONGEST_NAME, mapping: mapping.value };
  service = await startMemoryService({ alertWebhooks: new Map([[LONGEST_NAME, webhook]]) });
});
beforeEach(() => void (name = `Alert ${(number += 1)}`));
afterAll(() => service.close());

const post = async (path: string, body: object) => {
  const answer = await service.ask(`/api/v1${path}`, {
    method: "POST",
    headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([answer.status, answer.status < 300 ? "" : answer.body]).toEqual([answer.status, ""]);
  return answer.json();
};
const nowIso = () => service.clock.now().toUTC().toISO() ?? "";
/** Tells of an alert as Alertmanager does; answers its key. */
const tell = async (alertname: string, part: object = {}) => {
  const alert = { status: "firing", labels: { alertname }, annotations: {}, startsAt: nowIso(), ...part };
  const body = { version: "4", groupKey: "{}", status: alert.status, receiver: "plimsoll", alerts: [alert] };
  return alertsTakenSchema.parse(await post("/alerts/alertmanager", body)).alerts[0]?.key ?? "";
};
const end = async (alertname: string, startsAt: string) => {
  service.clock.advance(MINUTE_MS);
  await tell(alertname, { status: "resolved", startsAt, endsAt: nowIso() });
};
/** So long that everything that is over is forgotten, which happens when another alert comes. */
const night = async () => {
  service.clock.advance(8 * 60 * MINUTE_MS);
  await tell(`The morning after ${name}`);
};
const incidentOf = async (title: string) => {
  const { incidents } = incidentListSchema.parse((await service.ask("/api/v1/incidents?status=all")).json());
  return incidents.find((one) => one.title === title);
};
const listed = async (key: string, state: string) => {
  const { alerts } = alertListSchema.parse((await service.ask(`/api/v1/alerts?state=${state}`)).json());
  return alerts.find((one) => one.key === key)?.incidentId;
};
const explained = async (key: string) => {
  const answer = await service.ask(`/api/v1/alerts/${encodeURIComponent(key)}/explain`);
  expect([answer.status, answer.status === 200 ? "" : answer.body]).toEqual([200, ""]);
  return alertExplanationSchema.parse(answer.json());
};

describe("the incident of an alert", () => {
  it("is named the morning after too, when both are over", async () => {
    const startsAt = nowIso();
    const key = await tell(name);
    const incident = await incidentOf(name);
    expect(incident?.id).toMatch(/^INC-/u);
    expect([await listed(key, "firing"), (await explained(key)).incidentId]).toEqual([incident?.id, incident?.id]);
    await end(name, startsAt);
    expect(await listed(key, "over")).toBe(incident?.id);
    await night();
    expect((await incidentOf(name))?.status).not.toBe("declared");
    expect([await listed(key, "over"), await listed(key, "all")]).toEqual([incident?.id, incident?.id]);
    expect(await explained(key)).toMatchObject({ firing: false, incidentId: incident?.id });
  });

  it("is the one that it was merged into", async () => {
    const startsAt = nowIso();
    await tell(`${name} first`);
    const key = await tell(`${name} second`);
    const [into, merged] = [await incidentOf(`${name} first`), await incidentOf(`${name} second`)];
    await post(`/incidents/${merged?.id}/merge`, { into: into?.id, reason: "the same" });
    await end(`${name} first`, startsAt);
    await end(`${name} second`, startsAt);
    await night();
    expect([await listed(key, "over"), (await explained(key)).incidentId]).toEqual([into?.id, into?.id]);
  });

  it("is none where the last firing told nobody, whatever an earlier one did", async () => {
    const first = nowIso();
    const key = await tell(name);
    await end(name, first);
    await night();
    const to = service.clock.now().plus({ hours: 2 }).toUTC().toISO();
    await post("/silences", { matchers: `alertname="${name}"`, to, reason: "It is known." });
    const second = nowIso();
    await tell(name);
    expect(await listed(key, "firing")).toBeUndefined();
    await end(name, second);
    expect([await listed(key, "over"), (await explained(key)).incidentId]).toEqual([undefined, undefined]);
  });
});

describe("an alert with the longest key that can be taken in", () => {
  it("is explained under that key, and a longer one is refused", async () => {
    const body = { id: LONGEST_FINGERPRINT, name: "Long" };
    const { alerts } = alertsTakenSchema.parse(await post(`/alerts/webhooks/${LONGEST_NAME}`, body));
    const key = `${LONGEST_NAME}/${LONGEST_FINGERPRINT}`;
    expect(alerts).toEqual([{ key, outcome: "fired" }]);
    expect(await explained(key)).toMatchObject({ key, firing: true });
    expect((await service.ask(`/api/v1/alerts/${encodeURIComponent(`${key}x`)}/explain`)).status).toBe(414);
  });
});
