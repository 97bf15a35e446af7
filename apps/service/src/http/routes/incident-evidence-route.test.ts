import { createNodeDigest } from "@plimsoll/adapters-memory";
import type { Json } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evidenceDetailSchema, incidentDetailSchema, incidentListSchema } from "../../api.js";
import {
  bearer,
  breakAndHeal,
  NASTY_TITLE,
  startMemoryService,
  TOKENS,
  type MemoryService,
} from "../../testing/memory-service.js";

let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService();
});
afterAll(() => service.close());

const get = (path: string) => service.ask(`/api/v1/incidents${path}`);
const post = (path: string, body: unknown) =>
  service.ask(`/api/v1${path}`, {
    method: "POST",
    headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const declared = async (title: string) => {
  const answer = await post("/incidents", { title, service: "payments", severity: "SEV3" });
  return (answer.json() as { readonly id: string }).id;
};
const seen = { kind: "logs", source: "ann", from: "2026-03-10T11:00:00Z", to: "2026-03-10T11:30:00Z" } as const;
const attach = async (id: string, evidence: object) => {
  const answer = await post(`/incidents/${id}/attach-evidence`, { ...seen, summary: "what was seen", ...evidence });
  expect(answer.status).toBe(200);
};
const listed = async (id: string) => incidentDetailSchema.parse((await get(`/${id}`)).json()).evidence;
/** What somebody attached; the engine attaches what it knows besides. */
const attached = async (id: string) => (await listed(id)).filter(({ source }) => source === "ann");
const read = async (id: string, named: string) => {
  const answer = await get(`/${id}/evidence/${encodeURIComponent(named)}`);
  expect([answer.status, answer.status === 200 ? "" : answer.body]).toEqual([200, ""]);
  return evidenceDetailSchema.parse(answer.json());
};

describe("an item of evidence", () => {
  it("has the data that its hash is of, whoever attached it", async () => {
    await breakAndHeal(service);
    const wire = { status: "firing", labels: { alertname: "Queue", service: "payments", gruß: "\u{1f6a2}" } };
    const webhook = { version: "4", groupKey: "{}", status: "firing", receiver: "plimsoll", alerts: [wire] };
    await post("/alerts/alertmanager", webhook);
    await attach(await declared("Slow"), { data: NASTY_TITLE });

    const digest = createNodeDigest();
    const { incidents } = incidentListSchema.parse((await get("")).json());
    const kinds = new Set<string>();
    for (const { id } of incidents) {
      for (const { hash, id: evidenceId, ...rest } of await listed(id)) {
        const item = await read(id, evidenceId);
        expect(item).toMatchObject({ ...rest, id: evidenceId, incidentId: id, hash });
        expect(await digest.digest(item.data as Json)).toBe(hash);
        expect(await read(id, hash)).toMatchObject({ hash, data: item.data });
        kinds.add(`${item.kind} from ${item.source}`);
      }
    }
    expect([...kinds].toSorted()).toEqual([
      "evaluation from engine",
      "logs from ann",
      "other from alertmanager",
      "windows from engine",
    ]);
  });

  it("is as long as what was attached, and no markup whatever is in it", async () => {
    const id = await declared("Long");
    await attach(id, { id: "a?b c", data: "界".repeat(20_000) });
    const answer = await get(`/${id}/evidence/a%3Fb%20c`);
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(evidenceDetailSchema.parse(answer.json()).data).toBe("界".repeat(20_000));
  });

  it("is not to be had under the hash of another, even where somebody gave it that as its id", async () => {
    const id = await declared("Posing");
    await attach(id, { data: "what was" });
    const hash = (await attached(id))[0]?.hash ?? "";
    await attach(id, { id: hash, data: "what was not" });
    expect(await read(id, hash)).toMatchObject({ hash, data: "what was" });
    const posing = (await attached(id))[1]?.hash ?? "";
    expect(await read(id, posing)).toMatchObject({ id: hash, data: "what was not" });
  });

  it.each([
    ["an incident that is not there", "INC-999", "x", 'There is no incident "INC-999".'],
    ["one that is not there", "INC-001", "<b>", 'There is no evidence "<b>".'],
  ])("is not found for %s", async (_name, id, named, message) => {
    const answer = await get(`/${id}/evidence/${encodeURIComponent(named)}`);
    expect([answer.status, answer.json()]).toMatchObject([404, { code: "not-found", message }]);
  });

  it("is found in its own incident only", async () => {
    const [one, other] = [await declared("One"), await declared("Other")];
    await attach(one, { data: "here" });
    const hash = (await attached(one))[0]?.hash ?? "";
    expect((await get(`/${other}/evidence/${hash}`)).status).toBe(404);
  });
});
