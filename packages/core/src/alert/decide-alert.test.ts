import { describe, expect, test } from "vitest";
import { evaluate } from "../evaluation/evaluate.js";
import {
  DAY_MS,
  HOUR_MS,
  makeSlo,
  MINUTE_MS,
  NOW_MS,
  readerByLength,
  SLICE_MS,
} from "../evaluation/evaluation.fixture.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { Slo } from "../slo/slo.js";
import type { AlertEvent, AlertState } from "./alert.js";
import { alertKey, decideAlert, decideAlerts, decideDataLossAlert, QUIET_ALERT, QUIET_ALERTS } from "./decide-alert.js";
import { evolveAlert, evolveAlerts } from "./evolve-alert.js";

const SLO = makeSlo({
  rules: [
    {
      id: "page",
      tier: "page",
      longMs: HOUR_MS,
      shortMs: 5 * MINUTE_MS,
      factor: 10,
      budgetShare: 0.02,
      comparison: ">",
    },
    {
      id: "ticket",
      tier: "ticket",
      longMs: DAY_MS,
      shortMs: 2 * HOUR_MS,
      factor: 3,
      budgetShare: 0.1,
      comparison: ">",
    },
  ],
});

type Weather = "calm" | "ticket" | "page" | "late" | "page-blind" | "no-data" | "all-blind";

function evaluationIn(weather: Weather, atMs = NOW_MS, slo: Slo = SLO): SloEvaluation {
  const fast = weather === "page" ? 5000 : 0;
  const slow = weather === "page" || weather === "ticket" || weather === "page-blind" ? 500 : 0;
  const blind = weather === "page-blind" || weather === "all-blind" ? { measured: 1 } : {};
  const reader =
    weather === "no-data"
      ? (fromMs: number, toMs: number) => ({
          bad: 0,
          total: 0,
          measured: 0,
          expected: 60,
          fromMs,
          toMs,
          edge: { bad: 0, total: 0 },
        })
      : readerByLength({
          [HOUR_MS]: { bad: fast, total: 100_000, ...blind },
          [5 * MINUTE_MS]: { bad: fast, total: 100_000, ...blind },
          [DAY_MS]: { bad: slow, total: 100_000 },
          [2 * HOUR_MS]: { bad: slow, total: 100_000 },
          [30 * DAY_MS]: { bad: 50, total: 100_000 },
        });
  const watermarkMs = weather === "no-data" ? undefined : weather === "late" ? atMs - HOUR_MS : atMs;
  return evaluate(slo, reader, { nowMs: atMs, sliceMs: SLICE_MS, watermarkMs });
}

/** Runs a burn alert through the weather, a minute a step; `with` names who suppresses in a step. */
function run(steps: readonly (Weather | { readonly weather: Weather; readonly with: string })[], slo: Slo = SLO) {
  let state: AlertState = QUIET_ALERT;
  const events: AlertEvent[] = [];
  const types = steps.map((step, index) => {
    const { weather, suppressor } =
      typeof step === "string"
        ? { weather: step, suppressor: undefined }
        : { weather: step.weather, suppressor: step.with };
    const evaluation = evaluationIn(weather, NOW_MS + index * MINUTE_MS, slo);
    const decided = decideAlert(state, evaluation, suppressor === undefined ? { slo } : { slo, suppressor });
    for (const event of decided) {
      state = evolveAlert(state, event);
      events.push(event);
    }
    return decided.map(({ type }) => type.replace("alert.", "")).join("+");
  });
  return { types, events, state };
}

const ID = "payments-availability/burn@2026-11-20T12:00:00.000Z";

describe("the burn alert of an SLO", () => {
  test("fires once, with everything a reader needs", () => {
    const { types, events, state } = run(["page", "page", "page"]);
    expect(types).toEqual(["fired", "", ""]);
    const evaluation = evaluationIn("page");
    expect(events).toEqual([
      {
        type: "alert.fired",
        data: {
          key: "payments-availability/burn",
          alertId: ID,
          sloId: "payments-availability",
          service: "payments",
          kind: "burn",
          tier: "page",
          ruleId: "page",
          atMs: NOW_MS,
          explanation: expect.stringMatching(
            /^payments-availability pages: 50x over 1 h and 50x over 5 min against 10x/,
          ),
          evaluation,
        },
      },
    ]);
    expect(state).toEqual({
      status: "firing",
      alertId: ID,
      tier: "page",
      ruleId: "page",
      sinceMs: NOW_MS,
      frozen: false,
      explanation: events[0]?.data.explanation,
    });
  });

  test("escalates and eases in place under one id, then resolves", () => {
    const { types, events, state } = run(["ticket", "page", "page", "ticket", "calm", "calm"]);
    expect(types).toEqual(["fired", "escalated", "", "eased", "resolved", ""]);
    expect(new Set(events.map(({ data }) => data.alertId))).toEqual(new Set([ID]));
    expect(events.map(({ data }) => [data.tier, data.ruleId])).toEqual([
      ["ticket", "ticket"],
      ["page", "page"],
      ["ticket", "ticket"],
      ["ticket", "ticket"],
    ]);
    expect(events.at(-1)?.data.explanation).toMatch(/^payments-availability is healthy/);
    expect(state).toEqual({ status: "quiet" });
  });

  test("fires anew under a new id", () => {
    const { events } = run(["page", "calm", "page"]);
    expect(events.map(({ data }) => data.alertId)).toEqual([
      ID,
      ID,
      "payments-availability/burn@2026-11-20T12:02:00.000Z",
    ]);
  });

  test("missing data never fire it", () => {
    expect(run(["late", "no-data", "all-blind", "calm"]).types).toEqual(["", "", "", ""]);
  });

  test("missing data never resolve it: it freezes, and thaws when they are back", () => {
    const { types, state } = run(["page", "late", "late", "no-data", "page"]);
    expect(types).toEqual(["fired", "frozen", "", "", "thawed"]);
    expect(state).toMatchObject({ status: "firing", frozen: false });
    expect(run(["page", "late"]).state).toMatchObject({ status: "firing", frozen: true, tier: "page", alertId: ID });
    expect(run(["page", "late", "calm"]).types).toEqual(["fired", "frozen", "resolved"]);
    expect(run(["page", "late", "ticket"]).types).toEqual(["fired", "frozen", "thawed+eased"]);
    expect(run(["ticket", "late", "page"]).types).toEqual(["fired", "frozen", "thawed+escalated"]);
  });

  test("a page does not ease to a ticket while the rule that pages cannot see", () => {
    expect(run(["page", "page-blind", "page-blind", "ticket"]).types).toEqual(["fired", "frozen", "", "thawed+eased"]);
    expect(run(["ticket", "page-blind"]).types).toEqual(["fired", ""]);
    expect(run(["page-blind"]).types).toEqual(["fired"]);
  });

  test("a shadow objective never alerts, and one that becomes a shadow resolves", () => {
    const shadow = makeSlo({ ...SLO, rules: SLO.alerting.rules, mode: "shadow" });
    expect(run(["page", "ticket"], shadow).types).toEqual(["", ""]);
    const fired = evolveAlert(
      QUIET_ALERT,
      decideAlert(QUIET_ALERT, evaluationIn("page"), { slo: SLO })[0] as AlertEvent,
    );
    const [event] = decideAlert(fired, evaluationIn("page", NOW_MS + 1, shadow), { slo: shadow });
    expect(event?.type).toBe("alert.resolved");
  });
});

describe("suppression", () => {
  const held = (weather: Weather, by = "database") => ({ weather, with: by });

  test("holds an alert back while the dependency pages, and names it", () => {
    const { types, events, state } = run([held("page"), held("page")]);
    expect(types).toEqual(["suppressed", ""]);
    expect(events[0]).toMatchObject({
      type: "alert.suppressed",
      data: {
        suppressedBy: "database",
        tier: "page",
        alertId: ID,
        explanation: expect.stringContaining("would page, held back while database pages"),
      },
    });
    expect(state).toMatchObject({
      status: "suppressed",
      suppressedBy: "database",
      tier: "page",
      ruleId: "page",
      sinceMs: NOW_MS,
      frozen: false,
    });
  });

  test("ends with the dependency's page: the alert fires then, if it still burns", () => {
    const { types, events } = run([held("page"), "page", "page"]);
    expect(types).toEqual(["suppressed", "unsuppressed+fired", ""]);
    expect(events.map(({ data }) => data.alertId)).toEqual([
      ID,
      ID,
      "payments-availability/burn@2026-11-20T12:01:00.000Z",
    ]);
    expect(run([held("page"), "calm"]).types).toEqual(["suppressed", "unsuppressed"]);
    expect(run([held("page"), held("calm")])).toMatchObject({
      types: ["suppressed", "unsuppressed"],
      state: { status: "quiet" },
    });
  });

  test("says so when the tier or the one who suppresses changes", () => {
    const { types, events, state } = run([held("ticket"), held("page"), held("page", "network")]);
    expect(types).toEqual(["suppressed", "suppressed", "suppressed"]);
    expect(events.map(({ data }) => data.alertId)).toEqual([ID, ID, ID]);
    expect(state).toMatchObject({ suppressedBy: "network", tier: "page", sinceMs: NOW_MS });
  });

  test("is frozen by missing data like the rest", () => {
    const { types, state } = run([held("page"), held("late"), "late"]);
    expect(types).toEqual(["suppressed", "frozen", ""]);
    expect(state).toMatchObject({ status: "suppressed", frozen: true });
    expect(run([held("page"), held("late"), held("page")]).types).toEqual(["suppressed", "frozen", "thawed"]);
    expect(run([held("ticket"), held("late"), held("page")]).types).toEqual([
      "suppressed",
      "frozen",
      "thawed+suppressed",
    ]);
  });

  test("leaves an alert that was told already, and holds back only its wake-up call", () => {
    expect(run(["page", held("page"), held("ticket")]).types).toEqual(["fired", "", "eased"]);
    expect(run(["ticket", held("page"), "page"]).types).toEqual(["fired", "", "escalated"]);
    expect(run(["ticket", held("late"), held("page")]).types).toEqual(["fired", "frozen", "thawed"]);
  });
});

describe("the data-loss alert of an SLO", () => {
  const decide = (state: AlertState, weather: Weather, slo: Slo = SLO) =>
    decideDataLossAlert(state, evaluationIn(weather, NOW_MS, slo), { slo });

  test("is a ticket of its own that says what is missing", () => {
    const [fired] = decide(QUIET_ALERT, "late");
    expect(fired).toMatchObject({
      type: "alert.fired",
      data: {
        key: "payments-availability/data-loss",
        alertId: "payments-availability/data-loss@2026-11-20T12:00:00.000Z",
        kind: "data-loss",
        tier: "ticket",
        explanation: "payments-availability is missing data: the newest data are 1 h old, 3 min are allowed",
      },
    });
    expect(fired?.data).not.toHaveProperty("ruleId");
    expect(decide(QUIET_ALERT, "no-data")[0]?.data.explanation).toBe(
      "payments-availability is missing data: nothing was measured in 1 h, 3 min are allowed",
    );
  });

  test("names the windows that are too thin, once each, also while another rule fires", () => {
    expect(decide(QUIET_ALERT, "page-blind")[0]?.data.explanation).toBe(
      "payments-availability is missing data: 1.7 % of the last 1 h was measured, 90 % is needed, and 20 % of the last 5 min was measured, 90 % is needed",
    );
    expect(decide(QUIET_ALERT, "all-blind")[0]?.type).toBe("alert.fired");
  });

  test("stays while they are missing and resolves when they are back", () => {
    const firing = evolveAlert(QUIET_ALERT, decide(QUIET_ALERT, "late")[0] as AlertEvent);
    expect(firing).toMatchObject({ status: "firing", tier: "ticket" });
    expect(firing).not.toHaveProperty("ruleId");
    expect(decide(firing, "no-data")).toEqual([]);
    const [resolved] = decide(firing, "calm");
    expect(resolved).toMatchObject({
      type: "alert.resolved",
      data: {
        alertId: "payments-availability/data-loss@2026-11-20T12:00:00.000Z",
        explanation: "the data of payments-availability are back",
      },
    });
    expect(resolved?.data).not.toHaveProperty("ruleId");
    expect(decide(QUIET_ALERT, "calm")).toEqual([]);
  });

  test("is not for shadows", () => {
    const shadow = makeSlo({ ...SLO, rules: SLO.alerting.rules, mode: "shadow" });
    expect(decide(QUIET_ALERT, "late", shadow)).toEqual([]);
    const firing = evolveAlert(QUIET_ALERT, decide(QUIET_ALERT, "late")[0] as AlertEvent);
    expect(decide(firing, "late", shadow)[0]?.data.explanation).toBe(
      "payments-availability became a shadow objective, which never alerts",
    );
  });
});

describe("both alerts of an SLO", () => {
  test("are decided together and moved on apart", () => {
    const alerts = {
      burn: evolveAlert(QUIET_ALERT, decideAlert(QUIET_ALERT, evaluationIn("page"), { slo: SLO })[0] as AlertEvent),
      dataLoss: QUIET_ALERT,
    };
    const events = decideAlerts(alerts, evaluationIn("late"), { slo: SLO });
    expect(events.map(({ type, data }) => `${data.kind} ${type}`)).toEqual([
      "burn alert.frozen",
      "data-loss alert.fired",
    ]);
    const moved = events.reduce(evolveAlerts, alerts);
    expect(moved).toMatchObject({
      burn: { status: "firing", frozen: true },
      dataLoss: { status: "firing", tier: "ticket" },
    });
    expect(decideAlerts(moved, evaluationIn("late"), { slo: SLO })).toEqual([]);
    expect(decideAlerts(QUIET_ALERTS, evaluationIn("calm"), { slo: SLO })).toEqual([]);
  });

  test("have keys of their own", () => {
    expect([alertKey("a", "burn"), alertKey("a", "data-loss")]).toEqual(["a/burn", "a/data-loss"]);
  });

  test("deciding again from the same state gives the same ids", () => {
    const twice = [0, 1].map(() => decideAlerts(QUIET_ALERTS, evaluationIn("page"), { slo: SLO }));
    expect(twice[0]).toEqual(twice[1]);
  });

  test("an event that does not fit the state leaves it", () => {
    const data = {
      ...(decideAlert(QUIET_ALERT, evaluationIn("page"), { slo: SLO })[0] as AlertEvent).data,
      suppressedBy: "x",
    };
    for (const type of [
      "alert.escalated",
      "alert.eased",
      "alert.frozen",
      "alert.thawed",
      "alert.resolved",
      "alert.unsuppressed",
    ] as const) {
      expect(evolveAlert(QUIET_ALERT, { type, data })).toEqual(QUIET_ALERT);
    }
  });
});
