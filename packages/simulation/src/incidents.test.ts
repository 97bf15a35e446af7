import { createMemoryEventStore, createNodeDigest } from "@plimsoll/adapters-memory";
import { PlimsollError, type EventStore, type Json, type Notification } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo } from "./world.js";

const START_MS = Date.parse("2026-11-02T11:00:00.000Z");
const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));

/** Stores events as an earlier run, or other software, may have left them: one stream, one event each. */
async function storeHolding(
  left: readonly { readonly stream: string; readonly type: string; readonly data: Json }[],
): Promise<EventStore> {
  const events = createMemoryEventStore();
  for (const { stream, type, data } of left) {
    const event = { id: `${stream}@1`, type, atMs: START_MS, actor: "ann", data };
    const stored = await events.append([{ stream, expectedVersion: 0, events: [event] }]);
    expect(stored.ok).toBe(true);
  }
  return events;
}

function declared(incidentId: string) {
  const data = {
    causeId: `cause-${incidentId}`,
    incidentId,
    title: "checkout is slow",
    severity: "SEV3",
    severityReason: "said so",
    service: "checkout",
    detectedAtMs: START_MS,
  };
  return { stream: `incident/${incidentId}`, type: "incident.declared", data };
}

describe("stored events that nobody can read", () => {
  it("are counted and named, set aside as poison, and hold up nothing else", async () => {
    const events = await storeHolding([
      { stream: "alert/a/burn", type: "alert.fired", data: {} },
      { stream: "incident/INC-008", type: "incident.exploded", data: {} },
      { stream: "incident/INC-009", type: "incident.acknowledged", data: { causeId: "c" } },
      { stream: "incident-key/b/burn", type: "incident-key.opened", data: {} },
      { stream: "delivery/x", type: "delivery.lost", data: {} },
      { stream: "delivery/y", type: "delivery.sent", data: { id: "y" } },
    ]);
    const world = await createWorld({ slos: [quickSlo("c")], ports: { events } });
    const health = await world.engine.health();
    expect(
      health.unreadableEvents.map((text) => /alert\/a\/burn|INC-008|incident-key\/b\/burn|delivery\/x/.exec(text)?.[0]),
    ).toEqual(["alert/a/burn", "INC-008", "incident-key/b/burn", "delivery/x"]);
    const poisoned = health.poisoned.map(({ group, event }) => `${group} ${event.stream}`);
    expect(poisoned).toEqual(
      expect.arrayContaining(["incidents alert/a/burn", "deliveries incident/INC-008", "deliveries incident/INC-009"]),
    );
    world.serve("c", [...row(4, 0), ...row(4, 50)]);
    await world.slices(8);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-010", status: "declared" }]);
  });
});

describe("an incident", () => {
  it("that a person declared is told of as theirs, is worked on, and gives new ones the next number", async () => {
    const told: Notification[] = [];
    const events = await storeHolding([declared("INC-004"), declared("flood"), declared("INC-003")]);
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { notify: { pages: [], tickets: ["chat"], incidents: ["chat"] } },
      ports: { events, notifiers: { chat: { send: async (one) => (told.push(one), { kind: "sent" }) } } },
    });
    expect(world.engine.incidents().map(({ id }) => id)).toEqual(["INC-004", "INC-003", "flood"]);
    expect(await world.engine.deliver()).toBe(3);
    expect(told[0]).toMatchObject({
      idempotencyKey: "incident/INC-004@1/chat",
      urgency: "ticket",
      title: "INC-004 SEV3: checkout is slow",
      text: "Declared by ann.",
    });
    expect(told[0]).not.toHaveProperty("url");
    await world.engine.acknowledge("INC-004", { actor: "ann" });
    expect(await world.engine.resolve("INC-004", { actor: "ann", reason: "it was a drill" })).toMatchObject({
      ok: true,
    });
    expect((await world.ports.events.read("incident/INC-004")).map(({ type }) => type)).toEqual([
      "incident.declared",
      "incident.acknowledged",
      "incident.resolved",
    ]);
    world.serve("a", [...row(4, 0), ...row(4, 50)]);
    await world.slices(8);
    expect(world.engine.incidents()[0]).toMatchObject({ id: "INC-005", status: "declared" });
  });

  it("refuses what makes no sense, and says why", async () => {
    const world = await createWorld({
      slos: [quickSlo("a")],
      ports: { events: await storeHolding([declared("INC-001")]) },
    });
    const refused = { ok: false, error: { code: "unknown-incident", incidentId: "INC-404" } };
    expect(await world.engine.acknowledge("INC-404", { actor: "ann" })).toMatchObject(refused);
    expect(await world.engine.note("INC-001", { actor: "ann", text: " " })).toMatchObject({
      ok: false,
      error: { code: "empty-text" },
    });
    expect(await world.engine.acknowledge("INC-001", { actor: "ann" })).toMatchObject({
      ok: true,
      value: { status: "acknowledged" },
    });
    expect(await world.engine.acknowledge("INC-001", { actor: "bob" })).toMatchObject({
      ok: false,
      error: { code: "move-not-allowed" },
    });
    expect(await world.ports.events.read("incident/INC-001")).toHaveLength(2);
  });

  it("of a service that nobody described has no tier, and tells of each turn with its reason", async () => {
    const told: Notification[] = [];
    const world = await createWorld({
      slos: [quickSlo("a", { service: "unheard-of" })],
      settings: { notify: { pages: [], tickets: [], incidents: ["chat"] } },
      ports: { notifiers: { chat: { send: async (one) => (told.push(one), { kind: "sent" }) } } },
    });
    world.serve("a", [...row(4, 0), ...row(4, 50), ...row(10, 0), ...row(4, 50)]);
    await world.slices(22);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "declared", service: "unheard-of" }]);
    expect(world.engine.incidents()[0]).not.toHaveProperty("serviceTier");
    expect(
      told.some(
        ({ text, urgency }) =>
          text.startsWith("Reopened: a/burn fired again within its cooldown") && urgency !== "info",
      ),
    ).toBe(true);
  });

  it("that its key names and nobody can find takes no alert: the alert is set aside, and shown", async () => {
    const data = { key: "a/burn", incidentId: "INC-009", alertId: "a/burn#1", alertAtMs: START_MS, causeId: "c" };
    const events = await storeHolding([{ stream: "incident-key/a/burn", type: "incident-key.opened", data }]);
    const world = await createWorld({ slos: [quickSlo("a")], ports: { events } });
    world.serve("a", [...row(4, 0), ...row(4, 50)]);
    await world.slices(8);
    expect(world.engine.incidents()).toEqual([]);
    const { poisoned } = await world.engine.health();
    expect(poisoned.map(({ group, event }) => `${group} ${event.stream}`)).toContain("incidents alert/a/burn");
  });

  it("whose course the store gives no more is told to nobody", async () => {
    const events = await storeHolding([declared("INC-001")]);
    const forgetful: EventStore = { ...events, read: async () => [] };
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { notify: { pages: [], tickets: [], incidents: ["chat"] } },
      ports: { events: forgetful, notifiers: { chat: { send: async () => ({ kind: "sent" }) } } },
    });
    expect(await world.engine.deliver()).toBe(0);
  });
});

describe("what was stored and not yet handled", () => {
  it("stays owed while a reactor fails in a way that may pass, and others' alerts go on", async () => {
    const digest = createNodeDigest();
    let failures = 0;
    const away = new PlimsollError({ code: "away", message: "the digest is away", retryable: true });
    const world = await createWorld({
      slos: [quickSlo("a"), quickSlo("b")],
      around: (ports) => ({
        ...ports,
        digest: {
          digest: (value) => {
            if (!JSON.stringify(value).includes('"sloId":"a"') || failures === 0) return digest.digest(value);
            failures -= 1;
            return Promise.reject(away);
          },
        },
      }),
    });
    world.serve("a", [...row(4, 0), ...row(8, 50)]);
    world.serve("b", [...row(4, 0), ...row(8, 50)]);
    failures = Number.POSITIVE_INFINITY;
    await world.slices(8);
    expect(world.engine.incidents().map(({ alert }) => alert?.sloId)).toEqual(["b"]);
    expect(await world.ports.events.outbox.pending(10)).not.toEqual([]);
    failures = 0;
    await world.engine.round();
    expect(world.engine.incidents().map(({ alert }) => alert?.sloId)).toEqual(["a", "b"]);
    expect(await world.ports.events.outbox.pending(10)).toEqual([]);
    expect((await world.engine.health()).poisoned).toEqual([]);
  });

  it("changes nothing when it comes twice", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 50)]);
    await world.slices(8);
    const before = await world.ports.events.readAll({ afterPosition: 0, limit: 1000 });
    const again = before.filter(({ stream }) => stream.startsWith("alert/") || stream.startsWith("incident/"));
    expect(again).not.toEqual([]);
    const { outbox } = world.ports.events;
    const port = outbox as { pending: typeof outbox.pending };
    const { pending } = outbox;
    let copies = 1;
    port.pending = async (limit) => (copies-- > 0 ? again : pending(limit));
    await world.engine.round();
    expect(copies).toBeLessThan(1);
    expect(await world.ports.events.readAll({ afterPosition: 0, limit: 1000 })).toEqual(before);
  });
});
