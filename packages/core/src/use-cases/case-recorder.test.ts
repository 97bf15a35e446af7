import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import type { StoredSlice } from "../ports/sli-history.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import type { Correction } from "../slo/correction.js";
import type { Slo } from "../slo/slo.js";
import { createCaseRecorder } from "./case-recorder.js";
import { defaultRouting } from "./response-settings.js";

const HOUR_MS = 3_600_000;
const rule = { id: "page-1h", tier: "page", shortMs: 1, factor: 1, budgetShare: 1, comparison: ">" } as const;

function slo(id: string, changes: Partial<Slo> = {}, suppressedBy: readonly string[] = []): Slo {
  return {
    id,
    service: id,
    version: 1,
    target: 0.99,
    window: { kind: "rolling", lengthMs: HOUR_MS },
    sli: { kind: "events", selector: { source: "prometheus", query: { good: "secret.example" } } },
    mode: "active",
    gapIs: "gap",
    alerting: { rules: [{ ...rule, longMs: HOUR_MS }], minBadEvents: 0, suppressedBy },
    policy: DEFAULT_BUDGET_POLICY,
    ...changes,
  };
}

const members = [
  { slo: "cards", weight: 1 },
  { slo: "gone", weight: 1 },
];
const composite = { kind: "composite", rule: "all-of", members } as const;
const slow = slo("cards", {
  alerting: { rules: [{ ...rule, longMs: 2 * HOUR_MS }], minBadEvents: 0, suppressedBy: [] },
});
const over: IncidentCommand = {
  type: "update-alert",
  atMs: START_MS + 5 * MINUTE_MS,
  actor: "engine",
  causeId: "over",
  alert: alertAt("alert.resolved", START_MS + 5 * MINUTE_MS),
};

function recorderOf(slos: readonly Slo[], more: Partial<Parameters<typeof createCaseRecorder>[0]> = {}) {
  const asked: unknown[] = [];
  const slice: StoredSlice = { sloId: "cards", sliceMs: START_MS, good: 1, total: 2, slices: 4, sequence: 7 };
  const record = createCaseRecorder({
    history: {
      async *load(query) {
        asked.push(query);
        yield [slice];
        yield [{ ...slice, sliceMs: START_MS + 15_000 }];
      },
    },
    events: { read: async () => [] },
    settings: { sliceMs: 15_000, cooldownMs: 1, autoCloseAfterMs: 2 },
    services: ["payments", "cards", "other"].map((id) => ({ id, tier: 1, dependsOn: [] })),
    slos,
    corrections: () => [],
    runs: () => [],
    routing: defaultRouting(),
    silences: () => [],
    onCall: { people: [], teams: [], schedules: () => [] },
    ...more,
  });
  return { asked, record };
}

describe("what is recorded of an incident's inputs", () => {
  const course = incidentAfter(declareFromAlert(), over);

  it("is of the SLO that alerted, of those it is made from and of those that hold it back, from their longest window on", async () => {
    const whole = slo("payments-availability", { sli: composite, service: "payments" }, ["gateway", "unknown"]);
    const loop = slo("gateway", {}, ["payments-availability"]);
    const { asked, record } = recorderOf([slo("other"), whole, slow, loop]);
    const found = await record(course);
    expect(asked).toEqual([
      { sloIds: ["cards", "gateway"], fromMs: START_MS - 2 * HOUR_MS, toMs: START_MS + 5 * MINUTE_MS },
    ]);
    expect(found.slos.map(({ id }) => id)).toEqual(["payments-availability", "cards", "gateway"]);
    expect(found.slos.map(({ sli }) => (sli.kind === "composite" ? sli : sli.selector))).toEqual([
      composite,
      { source: "prometheus", query: {} },
      { source: "prometheus", query: {} },
    ]);
    expect(found.services.map(({ id }) => id)).toEqual(["payments", "cards"]);
    expect(found.slices).toEqual([
      { sloId: "cards", sliceMs: START_MS, good: 1, total: 2, slices: 4 },
      { sloId: "cards", sliceMs: START_MS + 15_000, good: 1, total: 2, slices: 4 },
    ]);
    expect(found.settings).toEqual({ sliceMs: 15_000, cooldownMs: 1, autoCloseAfterMs: 2 });
  });

  it("is of an alert about missing data too, up to now while it goes on", async () => {
    const lost = alertAt("alert.fired", START_MS, { kind: "data-loss", key: "cards/data-loss" });
    const open = incidentAfter({
      ...declareFromAlert(),
      origin: { kind: "alert", alert: lost },
    } as IncidentCommand);
    const { asked, record } = recorderOf([slow]);
    expect((await record(open)).slos).toHaveLength(1);
    expect(asked).toEqual([{ sloIds: ["cards"], fromMs: START_MS - 2 * HOUR_MS, toMs: START_MS }]);
  });

  it("has no slices where no SLO is involved, and asks for none", async () => {
    const { asked, record } = recorderOf([slo("other")]);
    expect(await record(course)).toMatchObject({ slos: [], slices: [], runs: [] });
    expect(asked).toEqual([]);
  });

  it("has the corrections that fall into its time and are for its SLOs", async () => {
    const correction = (id: string, changes: Partial<Correction> = {}): Correction => ({
      id,
      sloIds: "all",
      effect: "drop",
      author: "ada",
      reason: "maintenance",
      covers: { kind: "once", fromMs: START_MS, toMs: START_MS + 1 },
      ...changes,
    });
    const before = { kind: "once", fromMs: 0, toMs: START_MS - HOUR_MS } as const;
    const { record } = recorderOf([slo("payments-availability")], {
      corrections: () => [
        correction("all"),
        correction("named", { sloIds: ["x", "payments-availability"] }),
        correction("other", { sloIds: ["x"] }),
        correction("before", { covers: before }),
      ],
    });
    expect((await record(course)).corrections?.map(({ id }) => id)).toEqual(["all", "named"]);
  });

  it("has the incident's runs, oldest first, without events that can not be read", async () => {
    const run = (id: string, incidentId: string) => ({ id, incidentId }) as RunbookRun;
    const streams: string[] = [];
    const { record } = recorderOf([], {
      runs: () => [run("third", "INC-001"), run("second", "INC-002"), run("first", "INC-001")],
      events: {
        async read(stream) {
          streams.push(stream);
          const stored = { stream, version: 1, position: 1, id: "e", atMs: 5, actor: "engine" };
          return [
            { ...stored, type: "runbook-run.started", data: {} },
            { ...stored, type: "runbook-run.unheard-of", data: {} },
          ];
        },
      },
    });
    const started = { type: "runbook-run.started", atMs: 5, actor: "engine", data: {} };
    expect((await record(course)).runs).toEqual([{ events: [started] }, { events: [started] }]);
    expect(streams).toEqual(["escalation/INC-001", "runbook-run/first", "runbook-run/third"]);
  });
});
