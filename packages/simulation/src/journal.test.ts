import { createMemoryEventStore } from "@plimsoll/adapters-memory";
import { createPlimsoll, failure, type EventStore, type Notification, type Plimsoll } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type World } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const announce = (engine: Plimsoll, id: string, urgency: Notification["urgency"] = "info"): Promise<void> =>
  engine.announce(id, "chat", {
    idempotencyKey: id,
    threadKey: "report",
    urgency,
    title: "t",
    text: "x",
    fields: [],
  });
const second = ({ ports, settings }: World): Promise<Plimsoll> => createPlimsoll({ ports, settings });

function chat() {
  const got: Notification[] = [];
  return {
    got,
    notifiers: { chat: { send: async (one: Notification) => (got.push(one), { kind: "sent" as const }) } },
  };
}

describe("two engines on one store", () => {
  it("see what the other wrote in between, in its place", async () => {
    const { got, notifiers } = chat();
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers } });
    const other = await second(world);
    await announce(other, "theirs");
    await announce(world.engine, "ours");
    expect(await world.engine.deliver()).toBe(2);
    expect(got.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["theirs", "ours"]);
  });

  it("ask for one message once, and note one receipt, under one key", async () => {
    const { got, notifiers } = chat();
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers } });
    const other = await second(world);
    await announce(world.engine, "report");
    await announce(other, "report");
    await Promise.all([world.engine.deliver(), other.deliver()]);
    expect(new Set(got.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(["report"]));
    expect((await world.ports.events.read("delivery/report")).map(({ type }) => type)).toEqual([
      "delivery.requested",
      "delivery.sent",
    ]);
  });

  it("close an incident once", async () => {
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { incidents: { cooldownMs: 30_000, autoCloseAfterMs: 600_000 } },
    });
    world.serve("a", [...row(4, 0), ...row(4, 50), ...row(12, 0)]);
    await world.slices(20);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
    const other = await second(world);
    world.serve("a", row(40, 0));
    world.clock.advance(600_000);
    await world.collect();
    await other.collect("a");
    expect((await world.engine.round()).closedIncidents).toEqual(["INC-001"]);
    expect((await other.round()).closedIncidents).toEqual([]);
    expect(other.incidents().find(({ id }) => id === "INC-001")).toMatchObject({ status: "closed" });
    const course = await world.ports.events.read("incident/INC-001");
    expect(course.filter(({ type }) => type === "incident.closed")).toHaveLength(1);
  });
});

describe("a store that another process keeps writing to", () => {
  it("is asked five times, then the conflict is told as one that may pass, and the next writing goes through", async () => {
    const events = createMemoryEventStore();
    let [asked, contested] = [0, false];
    const busy: EventStore = {
      ...events,
      append: async (writes) => {
        if (!contested) return events.append(writes);
        asked += 1;
        return failure({
          code: "version-conflict",
          stream: writes[0]?.stream ?? "",
          expectedVersion: 0,
          actualVersion: 1,
        });
      },
    };
    const { notifiers } = chat();
    const world = await createWorld({ slos: [quickSlo("a")], ports: { events: busy, notifiers } });
    contested = true;
    await expect(announce(world.engine, "report")).rejects.toMatchObject({ code: "journal-conflict", retryable: true });
    expect(asked).toBe(5);
    contested = false;
    await announce(world.engine, "report");
    expect(await world.engine.deliver()).toBe(1);
  });
});

describe("a long past", () => {
  it("is read to its end, page after page", async () => {
    const { got, notifiers } = chat();
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers } });
    // Pages, as whatever waits is made one message.
    for (let number = 0; number < 1_005; number += 1) await announce(world.engine, `report-${number}`, "page");
    await world.crash();
    expect(await world.engine.deliver()).toBe(1_005);
    expect(got.at(-1)?.idempotencyKey).toBe("report-1004");
  });
});
