import { describe, expect, it } from "vitest";
import { recordingNotifier } from "./recording-notifier.js";
import { createWorld, quickSlo } from "./world.js";

const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));
const notify = { pages: ["pager"], tickets: ["board"], incidents: ["chat"] };

describe("messages", () => {
  it("go to whoever is paged or ticketed by severity, and each turn to those who follow all incidents", async () => {
    const [pager, board, chat] = [recordingNotifier(), recordingNotifier(), recordingNotifier()];
    const world = await createWorld({
      slos: [quickSlo("a")],
      settings: { notify, incidentUrl: (id) => `https://plimsoll.example/incidents/${id}` },
      ports: { notifiers: { pager, board, chat } },
    });
    world.serve("a", [...row(4, 0), ...row(4, 5), ...row(4, 50), ...row(12, 0)]);
    await world.slices(12);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await world.engine.note("INC-001", { actor: "ann", text: "looking" });
    await world.slices(12);
    expect(board.got.map(({ urgency, text }) => [urgency, text.split(":")[0]])).toEqual([
      ["ticket", "a raises a ticket"],
    ]);
    expect(pager.got.map(({ urgency, text }) => [urgency, text.split(/[ :]/)[0]])).toEqual([
      ["page", "Severity"],
      ["info", "Acknowledged"],
      ["info", "Resolved"],
    ]);
    expect(chat.got).toHaveLength(4);
    expect(chat.got[0]).toMatchObject({ threadKey: "INC-001", url: "https://plimsoll.example/incidents/INC-001" });
    expect(new Set(chat.got.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(4);
  });

  it("are tried again by the table, no sooner than a provider asks, and shown as dead at its end", async () => {
    const pager = recordingNotifier((sent) => ({
      kind: "failed",
      retryable: true,
      reason: "busy",
      ...(sent === 2 ? { retryAfterMs: 100_000 } : {}),
    }));
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers: { pager } } });
    await world.engine.announce("report/1", "pager", {
      idempotencyKey: "report/1",
      threadKey: "report",
      urgency: "info",
      title: "t",
      text: "x",
      fields: [],
    });
    await world.engine.announce("report/1", "pager", {
      idempotencyKey: "report/1",
      threadKey: "report",
      urgency: "info",
      title: "t",
      text: "x",
      fields: [],
    });
    const waits: number[] = [];
    let lastMs = world.clock.nowMs();
    for (let second = 0; (await world.engine.health()).deadDeliveries.length === 0; second += 5) {
      const before = pager.got.length;
      await world.engine.deliver();
      if (pager.got.length > before) {
        waits.push((world.clock.nowMs() - lastMs) / 1000);
        lastMs = world.clock.nowMs();
      }
      world.clock.advance(5_000);
      if (second > 200_000) throw new Error("it is never given up");
    }
    expect(waits).toEqual([0, 5, 100, 60, 300, 900, ...Array.from({ length: 24 }, () => 3600)]);
    expect((await world.engine.health()).deadDeliveries).toMatchObject([
      { id: "report/1", status: "dead", attempts: 30, lastReason: "busy" },
    ]);
    await world.crash();
    expect(await world.engine.deliver()).toBe(0);
    expect((await world.engine.health()).deadDeliveries).toHaveLength(1);
  });

  it("that a person has tried once more are no longer among the dead, and who did is audited", async () => {
    let isBack = false;
    const pager = recordingNotifier(() =>
      isBack ? { kind: "sent" } : { kind: "failed", retryable: false, reason: "no such channel" },
    );
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers: { pager } } });
    await world.engine.announce("report/1", "pager", {
      idempotencyKey: "report/1",
      threadKey: "report",
      urgency: "info",
      title: "t",
      text: "x",
      fields: [],
    });
    await world.engine.deliver();
    isBack = true;
    expect(await world.engine.retryDelivery("report/1", { actor: "ann" })).toMatchObject({ ok: true });
    expect((await world.engine.health()).deadDeliveries).toEqual([]);
    await world.crash();
    expect(await world.engine.deliver()).toBe(1);
    expect(pager.got).toHaveLength(2);
    expect((await world.engine.health()).deadDeliveries).toEqual([]);
    expect(await world.engine.retryDelivery("report/1", { actor: "ann" })).toMatchObject({
      error: { code: "already-retried" },
    });
    expect(await world.engine.audit({ afterNumber: 0, limit: 10 })).toMatchObject([
      { actor: "ann", action: "delivery.requested", subject: "report/1/retry", details: { event: expect.anything() } },
    ]);
  });

  it("that a provider refuses, or whose notifier is gone, are dead at once; one that throws is tried again", async () => {
    const refusing = recordingNotifier(() => ({ kind: "failed", retryable: false, reason: "no such channel" }));
    const throwing = recordingNotifier((sent) => {
      if (sent === 1) throw new Error("secret-token");
      return { kind: "sent" };
    });
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers: { refusing, throwing } } });
    for (const name of ["refusing", "throwing", "gone"]) {
      await world.engine.announce(`report/${name}`, name, {
        idempotencyKey: name,
        threadKey: "report",
        urgency: "info",
        title: "t",
        text: "x",
        fields: [],
      });
    }
    expect(await world.engine.deliver()).toBe(0);
    expect(
      (await world.engine.health()).deadDeliveries.map(({ notifier, ...rest }) => [
        notifier,
        "lastReason" in rest ? rest.lastReason : "",
      ]),
    ).toEqual([
      ["refusing", "no such channel"],
      ["gone", "there is no notifier named gone any more"],
    ]);
    world.clock.advance(5_000);
    expect(await world.engine.deliver()).toBe(1);
    const stored = JSON.stringify(await world.ports.events.readAll({ afterPosition: 0, limit: 1000 }));
    expect(stored).not.toContain("secret-token");
  });

  it("to a notifier that hangs hold up no other, and go out once however often delivery is asked for", async () => {
    let free = (): void => undefined;
    const hanging = recordingNotifier(async () => {
      await new Promise<void>((resolve) => (free = resolve));
      return { kind: "sent" };
    });
    const quick = recordingNotifier();
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers: { hanging, quick } } });
    const announce = (id: string, name: string) =>
      world.engine.announce(id, name, {
        idempotencyKey: id,
        threadKey: "report",
        urgency: "info",
        title: "t",
        text: "x",
        fields: [],
      });
    await announce("1", "hanging");
    const first = world.engine.deliver();
    await announce("2", "quick");
    expect(await world.engine.deliver()).toBe(1);
    expect(await world.engine.deliver()).toBe(0);
    free();
    expect(await first).toBe(1);
    expect([hanging.got.length, quick.got.length]).toEqual([1, 1]);
  });

  it("whose receipt cannot be stored go out again under the same key, and the failure is told", async () => {
    const [pager, chat] = [recordingNotifier(), recordingNotifier()];
    const world = await createWorld({ slos: [quickSlo("a")], ports: { notifiers: { pager, chat } } });
    for (const name of ["pager", "chat"]) {
      await world.engine.announce(name, name, {
        idempotencyKey: name,
        threadKey: "report",
        urgency: "info",
        title: "t",
        text: "x",
        fields: [],
      });
    }
    const { append } = world.ports.events;
    const events = world.ports.events as { append: typeof append };
    let failures = 1;
    events.append = (writes) => (failures-- > 0 ? Promise.reject(new Error("storage is away")) : append(writes));
    await expect(world.engine.deliver()).rejects.toThrow("storage is away");
    expect(await world.engine.deliver()).toBe(1);
    expect([...pager.got, ...chat.got].map(({ idempotencyKey }) => idempotencyKey).sort()).toHaveLength(3);
  });
});
