import {
  buildRoutes,
  externalAlert,
  parseCase,
  type ExternalAlert,
  type OnCallSettings,
  type RoutingSettings,
} from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { recordingNotifier } from "./recording-notifier.js";
import { regress, regressionWords } from "./regress/regress.js";
import { createWorld, quickSlo } from "./world.js";

const START_MS = Date.parse("2026-11-02T12:00:00Z");
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

const onCall: OnCallSettings = {
  people: [{ id: "ann", name: "ann", zone: "UTC", contacts: [{ notifier: "pager", address: "ann" }] }],
  teams: [],
  schedules: [],
  policies: [
    {
      id: "one",
      steps: [{ targets: [{ kind: "person", personId: "ann" }], delayMs: DAY_MS }],
      repeat: 0,
      fallback: [{ kind: "person", personId: "ann" }],
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "one",
};

/** Groups by what fails, as most Alertmanagers do. */
function routing(): RoutingSettings {
  const receiver = { name: "incidents", opens: "incident", notifiers: ["board"] } as const;
  const spec = { receiver: "incidents", groupBy: ["alertname"], groupWaitMs: 0, groupIntervalMs: MINUTE_MS };
  const root = buildRoutes(spec, { receivers: ["incidents"] });
  if (!root.ok) throw new Error(JSON.stringify(root.error));
  const receivers = new Map([[receiver.name, receiver]]);
  return { root: root.value, receivers, inhibitRules: [], maintenance: [], graceMs: 0 };
}

async function openWorld() {
  const [pager, board] = [recordingNotifier(), recordingNotifier()];
  const world = await createWorld({
    slos: [quickSlo("a")],
    settings: { onCall, routing: routing(), incidents: { cooldownMs: 10 * MINUTE_MS, autoCloseAfterMs: DAY_MS } },
    ports: { notifiers: { pager, board } },
  });
  const instance = (name: string, severity = "warning", over = false): ExternalAlert => {
    const nowMs = world.clock.nowMs();
    const labels = { alertname: "Down", instance: name, service: "payments", severity };
    const end = over ? ({ status: "resolved", endsAtMs: nowMs } as const) : {};
    const made = externalAlert({ source: "am", labels, startsAtMs: START_MS, ...end }, { nowMs });
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  };
  const take = (...alerts: readonly ExternalAlert[]) => world.engine.alerts.take(alerts);
  const pages = () => pager.got.filter(({ urgency }) => urgency !== "info").map(({ title }) => title);
  return { board, instance, pages, take, world };
}

describe("a group of alerts", () => {
  it("calls whoever is on call once, however many instances are down, and says how many", async () => {
    const { board, instance, pages, take, world } = await openWorld();
    const names = Array.from({ length: 40 }, (_, index) => `i${index}`);
    await take(...names.map((name) => instance(name)));
    await world.wait(0);
    expect(world.engine.incidents()).toMatchObject([{ id: "INC-001", status: "declared" }]);
    expect(pages()).toEqual(["INC-001 SEV3: Down (40 alerts)"]);
    expect(board.got.map(({ text }) => text)).toEqual(["40 firing (first)"]);
    await world.wait(MINUTE_MS);
    await take(instance("another"));
    await world.wait(MINUTE_MS);
    // The group's own receivers hear of it; nobody is called again.
    expect(board.got.at(-1)?.text).toBe("41 firing (new-alerts)");
    expect(pages()).toHaveLength(1);
    expect(world.engine.incidents()).toHaveLength(1);
  });

  it("is resolved with its last alert, and closed only a time after that", async () => {
    const { instance, pages, take, world } = await openWorld();
    const status = () => world.engine.incidents().find(({ id }) => id === "INC-001")?.status;
    await take(instance("a"), instance("b"));
    await world.wait(MINUTE_MS);
    await take(instance("a", "warning", true));
    await world.wait(2 * DAY_MS);
    expect(status()).toBe("declared");
    await take(instance("b", "warning", true));
    expect(status()).toBe("resolved");
    await world.wait(DAY_MS - MINUTE_MS);
    await world.engine.round();
    expect(status()).toBe("resolved");
    await world.wait(MINUTE_MS);
    await world.engine.round();
    expect(status()).toBe("closed");
    expect(pages().filter((title) => title.startsWith("INC-001"))).toHaveLength(1);
  });

  it("gives a case that replays as it went, with all that joined", async () => {
    const { instance, take, world } = await openWorld();
    await take(instance("b"), instance("a", "critical"), instance("c"));
    await world.wait(0);
    await world.wait(MINUTE_MS);
    await world.engine.acknowledge("INC-001", { actor: "ann" });
    await take(instance("d", "sev1"), instance("b", "warning", true));
    await world.wait(MINUTE_MS);
    for (const [name, severity] of [
      ["a", "critical"],
      ["c", "warning"],
      ["d", "sev1"],
    ] as const) {
      await world.wait(MINUTE_MS);
      await take(instance(name, severity, true));
    }
    const made = await world.engine.exportCase("INC-001");
    const read = made.ok ? parseCase(JSON.parse(JSON.stringify(made.value))) : made;
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.expected).toMatchObject({ openingSeverity: "SEV2", severity: "SEV1", status: "resolved" });
    const outcome = await regress(read.value, { toleranceMs: 0 });
    expect(regressionWords(outcome)).toBe("same       regression-INC-001: Down (3 alerts)");
    const { routing: recorded } = read.value;
    if (recorded === undefined) throw new Error("it has its routes");
    const apart = { ...recorded, routes: { ...recorded.routes, incident: "per-alert" } } as const;
    const other = await regress({ ...read.value, routing: apart }, { toleranceMs: 0 });
    expect(regressionWords(other)).toContain("DIFFERENT");
  });

  it("becomes worse in place, and goes on in the same incident after a crash", async () => {
    const { instance, take, world } = await openWorld();
    await take(instance("a"), instance("b"));
    await world.crash();
    await take(instance("c", "critical"));
    await world.wait(MINUTE_MS);
    expect(world.engine.incidents()).toMatchObject([
      { id: "INC-001", severity: "SEV2", followed: [{ status: "firing" }, { status: "firing" }] },
    ]);
    const file = await world.engine.incidentFile("INC-001");
    expect(file?.explanation.traces.map(({ change, steps }) => [change, steps.at(-1)?.rule])).toEqual([
      ["fired", "one incident per group"],
      ["joined", "one incident per group"],
      ["joined", "one incident per group"],
    ]);
    expect(file?.explanation.routing[2]?.trace).toMatchObject([
      { rule: "route-taken" },
      { rule: "grouped", labels: { alertname: "Down" }, others: 2 },
      { rule: "notified", why: "new-alerts" },
    ]);
  });
});
