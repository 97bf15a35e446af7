import { createPlimsoll } from "@plimsoll/core";
import { createFakeNotifier, createFakeSliSource, createManualClock } from "@plimsoll/testkit";
import { expect, it } from "vitest";
import { createMemoryPorts } from "./memory-ports.js";

it("an engine opens on them, and is told what is one's own", async () => {
  const clock = createManualClock("2026-11-21T12:00:00Z");
  const sources = { mine: createFakeSliSource() };
  const notifiers = { desk: createFakeNotifier() };
  const ports = createMemoryPorts({ clock, sources, notifiers });
  expect(ports).toMatchObject({ clock, sources, notifiers });
  const engine = await createPlimsoll({
    ports,
    settings: {
      sliceMs: 60_000,
      slos: [],
      services: [],
      corrections: [],
      freezeWindows: [],
      incidents: { cooldownMs: 0, autoCloseAfterMs: 1 },
      notify: { pages: [], tickets: [], incidents: [] },
      reading: {},
    },
  });
  expect(await engine.round()).toMatchObject({ atMs: clock.nowMs(), evaluated: 0 });
  expect(await engine.verifyAudit()).toMatchObject({ kind: "intact" });
  await engine.close();
});

it("share nothing with those made before, and need nothing", async () => {
  const [one, other] = [createMemoryPorts(), createMemoryPorts()];
  expect([one.sources, one.notifiers]).toEqual([{}, {}]);
  await one.events.append([
    { stream: "s", expectedVersion: 0, events: [{ id: "1", type: "t", atMs: 0, actor: "a", data: {} }] },
  ]);
  expect(await other.events.read("s")).toEqual([]);
});
