import { describe, expect, it } from "vitest";
import { alertAt, DAY_MS, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { externalAlertOf } from "../incident/external/external.fixture.js";
import type { IncidentState } from "../incident/incident.js";
import type { IncidentBook } from "./incident-book.js";
import { createIncidentWorld, storedAlert } from "./incident-desk.fixture.js";
import { createIncidentDesk } from "./incident-desk.js";
import type { Journal } from "./journal.js";

const over = {
  type: "update-alert",
  atMs: START_MS + MINUTE_MS,
  actor: "engine",
  causeId: "over",
  alert: alertAt("alert.resolved", START_MS + MINUTE_MS),
} as const;
const resolved = incidentAfter(declareFromAlert(), over).state;
const closed = incidentAfter(declareFromAlert(), over, {
  type: "close",
  how: "auto",
  atMs: START_MS + 2 * DAY_MS,
  actor: "engine",
  causeId: "elsewhere",
}).state;

/** A desk over a book that says what a test says; what it would write is counted and goes nowhere. */
function deskOver(book: Partial<IncidentBook>) {
  let written = 0;
  const journal: Journal = {
    replay: async () => 0,
    commit: async (decide) => {
      written += (await decide()).length;
      return [];
    },
  };
  const desk = createIncidentDesk({
    journal,
    book: {
      projections: [],
      all: () => [],
      get: () => undefined,
      register: () => undefined,
      declaredBy: () => undefined,
      nextNumber: () => 1,
      unreadable: () => [],
      ...book,
    },
    digest: { digest: async () => "" },
    services: new Map(),
    cooldownMs: 0,
    autoCloseAfterMs: DAY_MS,
  });
  return { desk, written: () => written };
}

describe("the incident desk", () => {
  it("asks when an impact began where it opens an incident, and nowhere else", async () => {
    const asked: string[] = [];
    const impactStart = ({ alertId }: { readonly alertId: string }) => {
      asked.push(alertId);
      return alertId === "known" ? START_MS - MINUTE_MS : undefined;
    };
    const world = createIncidentWorld({ impactStart });
    const tell = (type: "alert.fired" | "alert.resolved", minutes: number, alertId: string, key = "a/burn") =>
      world.desk.react(
        storedAlert(alertAt(type, START_MS + minutes * MINUTE_MS, { alertId, key }), `${key}@${minutes}`),
      );
    await tell("alert.fired", 0, "known");
    await tell("alert.resolved", 1, "known");
    await tell("alert.fired", 2, "again");
    await tell("alert.resolved", 3, "never opened", "c/burn");
    await tell("alert.fired", 4, "unknown", "b/burn");
    expect(asked).toEqual(["known", "unknown"]);
    expect(world.book.get("INC-001")).toMatchObject({ startedAtMs: START_MS - MINUTE_MS, detectedAtMs: START_MS });
    expect(world.book.get("INC-002")).not.toHaveProperty("startedAtMs");
  });

  it("reopens nothing whose key another incident has taken", async () => {
    const key = resolved.alert?.key ?? "";
    const taken = { key, incidentId: "INC-777", alertId: "another", alertAtMs: START_MS, status: "open" } as const;
    const { desk, written } = deskOver({ get: () => resolved, register: () => taken });
    const asked = {
      type: "reopen",
      reason: "again",
      atMs: START_MS + 2 * MINUTE_MS,
      actor: "ada",
      causeId: "ask",
    } as const;
    expect(await desk.command(resolved.id, asked)).toMatchObject({
      ok: false,
      error: { code: "key-taken", takenBy: "INC-777" },
    });
    expect(written()).toBe(0);
  });

  it("ties an incident to another one only where that is there", async () => {
    const { desk, written } = deskOver({ get: (id) => (id === "INC-404" ? undefined : resolved) });
    const link = (id: string, kind: "incident" | "change" = "incident") =>
      ({
        type: "link",
        atMs: START_MS,
        actor: "ann",
        causeId: `${kind}/${id}`,
        link: { kind, id, relation: "r" },
      }) as const;
    const missing = {
      ok: false,
      error: {
        code: "unknown-incident",
        incidentId: "INC-404",
        message: "there is no incident INC-404; list them to see which there are",
      },
    };
    expect(await desk.command("INC-001", link("INC-404"))).toEqual(missing);
    expect(await desk.command("INC-404", link("INC-405", "change"))).toEqual(missing);
    expect(await desk.command("INC-404", link("INC-404"))).toEqual(missing);
    expect(written()).toBe(0);
    expect(await desk.command("INC-001", link("INC-404", "change"))).toMatchObject({ ok: true });
    expect(await desk.command("INC-001", link("INC-002"))).toMatchObject({ ok: true });
    expect(written()).toBe(2);
  });

  it("closes 50 a round, the oldest first, and the rest in the next ones, so that a storm that falls due holds no round up", async () => {
    const world = createIncidentWorld();
    for (let index = 0; index < 52; index += 1) {
      const key = `a-${index}/burn`;
      const alert = (type: "alert.fired" | "alert.resolved") =>
        storedAlert(alertAt(type, START_MS, { key, alertId: `${key}@1` }), `${key}/${type}`);
      await world.desk.react(alert("alert.fired"));
      await world.desk.react(alert("alert.resolved"));
    }
    const ids = Array.from({ length: 52 }, (_, index) => `INC-${`${index + 1}`.padStart(3, "0")}`);
    expect(await world.desk.closeDue(START_MS + 2 * DAY_MS)).toEqual(ids.slice(0, 50));
    expect(await world.desk.closeDue(START_MS + 2 * DAY_MS)).toEqual(ids.slice(50));
    expect(await world.desk.closeDue(START_MS + 2 * DAY_MS)).toEqual([]);
  });

  it("does not close what another process has closed meanwhile", async () => {
    const meanwhile: IncidentState = closed;
    const { desk, written } = deskOver({ all: () => [resolved], get: () => meanwhile });
    expect(await desk.closeDue(START_MS + 3 * DAY_MS)).toEqual([]);
    expect(written()).toBe(0);
  });

  it("takes in nothing that it can not read, nor for an incident that can not be read", async () => {
    const { desk, written } = deskOver({});
    const fired = storedAlert(alertAt("alert.fired", START_MS), "a");
    await expect(desk.react({ ...fired, data: {} })).rejects.toMatchObject({ code: "unreadable-event" });
    const key = fired.stream.slice("alert/".length);
    const open = { key, incidentId: "INC-777", alertId: "x", alertAtMs: START_MS, status: "open" } as const;
    const lost = deskOver({ register: () => open });
    await expect(lost.desk.react(fired)).rejects.toMatchObject({ code: "not-declared", retryable: false });
    expect(written() + lost.written()).toBe(0);
  });

  it("opens anew for an alert from elsewhere whose incident can not be read", async () => {
    const key = "external/prometheus/abc";
    const closed = {
      key,
      incidentId: "INC-777",
      alertId: "x",
      alertAtMs: 0,
      status: "closed",
      releasedAtMs: 0,
    } as const;
    const { desk, written } = deskOver({ register: () => closed });
    expect(await desk.takeExternal(externalAlertOf(), { atMs: START_MS, causeId: "a" })).toEqual({ kind: "open-new" });
    expect(written()).toBe(2);
  });
});
