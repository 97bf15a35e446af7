import { describe, expect, test } from "vitest";
import type { RiskClass } from "../budget/budget-policy.js";
import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
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
import type { Slo } from "../slo/slo.js";
import { answerGate, type GateScene } from "./answer-gate.js";
import type { FreezeWindow, GateOverride } from "./gate.js";

const SLO = makeSlo();

type State = {
  readonly left?: number;
  readonly oneHour?: number;
  readonly sixHours?: number;
  readonly short?: number;
  readonly thin?: number;
  readonly late?: boolean;
};

/** An evaluation with so much budget left and such burns. */
function stateOf(state: State, slo: Slo = SLO) {
  const { left = 1, oneHour = 0, sixHours = 0, short = 0, thin, late = false } = state;
  const counts = (burn: number) => ({ bad: burn * 100, total: 100_000 });
  const reader = readerByLength({
    [HOUR_MS]: { ...counts(oneHour), ...(thin === undefined ? {} : { measured: thin }) },
    [5 * MINUTE_MS]: counts(short),
    [6 * HOUR_MS]: counts(sixHours),
    [30 * DAY_MS]: counts(1 - left),
  });
  return evaluate(slo, reader, { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: late ? NOW_MS - HOUR_MS : NOW_MS });
}

function ask(
  risk: RiskClass,
  state: State,
  part: Partial<GateScene> & { services_?: readonly string[]; reason?: string; slo?: Slo } = {},
) {
  const { services_ = ["payments"], reason, slo = SLO, ...scene } = part;
  return answerGate(
    { risk, services: services_, ...(reason === undefined ? {} : { reason }) },
    {
      evaluations: [stateOf(state, slo)],
      slos: [slo],
      services: [{ id: "payments", tier: 1, dependsOn: [] }],
      freezeWindows: [],
      overrides: [],
      nowMs: NOW_MS,
      ...scene,
    },
  );
}
const said = (answer: ReturnType<typeof ask>) =>
  `${answer.decision}: ${answer.reasons.map(({ code }) => code).join(" ")}`;

describe("the gate and the budget", () => {
  test.each([
    ["routine", 0.11, "allow: budget-enough"],
    ["routine", 0.1, "deny: budget-low"],
    ["risky", 0.26, "allow: budget-enough"],
    ["risky", 0.25, "deny: budget-low"],
    ["chaos", 0.51, "allow: budget-enough"],
    ["chaos", 0.5, "deny: budget-low"],
    ["automation", 0.11, "allow: budget-enough"],
    ["automation", 0.1, "deny: budget-low"],
    ["routine", -1, "deny: budget-low"],
  ] as const)("%s with %d left", (risk, left, answer) => {
    expect(said(ask(risk, { left }))).toBe(answer);
  });

  test("says what is left and what is needed", () => {
    expect(ask("risky", { left: 0.2 })).toEqual({
      decision: "deny",
      reasons: [
        {
          code: "budget-low",
          sloId: "payments-availability",
          message: "payments-availability: 20 % of the budget is left, risky changes need more than 25 %",
        },
      ],
      atMs: NOW_MS,
      question: { risk: "risky", services: ["payments"] },
    });
    expect(ask("risky", { left: 0.4 }).reasons[0]?.message).toBe(
      "payments-availability: 40 % of the budget is left, risky changes need more than 25 %",
    );
  });

  test("an exceeded budget stops all but emergencies, however low a policy sets its needs", () => {
    const slo = makeSlo({
      policy: { ...DEFAULT_BUDGET_POLICY, neededRatio: { routine: -5, risky: 0, chaos: 0, automation: 0 } },
    });
    expect(said(ask("routine", { left: -0.1 }, { slo }))).toBe("deny: budget-low");
    expect(ask("routine", { left: -74.63 }, { slo }).reasons[0]?.message).toBe(
      "payments-availability: the budget is overspent 74.6 times, routine changes need more than 0 %",
    );
    expect(said(ask("routine", { left: 0.01 }, { slo }))).toBe("allow: budget-enough");
  });

  test("a policy's rule to halt halts, one to notify does not", () => {
    const rules = [
      { name: "halt deployments at 50 % burned", atConsumedRatio: 0.5, effect: "halt" },
      { name: "alert at 25 % burned", atConsumedRatio: 0.25, effect: "notify" },
    ] as const;
    const slo = makeSlo({ policy: { ...DEFAULT_BUDGET_POLICY, rules } });
    expect(ask("routine", { left: 0.45 }, { slo }).reasons).toEqual([
      {
        code: "policy-halt",
        sloId: "payments-availability",
        message:
          'payments-availability: the policy\'s rule "halt deployments at 50 % burned" holds at 50 % burned, and 55 % is',
      },
    ]);
    expect(said(ask("routine", { left: 0.6 }, { slo }))).toBe("allow: budget-enough");
  });
});

describe("the gate and the burn", () => {
  test.each([
    [{ oneHour: 6 }, "deny: burn-fast"],
    [{ oneHour: 5.99 }, "allow: budget-enough"],
    [{ sixHours: 2 }, "deny: burn-fast"],
    [{ sixHours: 1.99 }, "allow: budget-enough"],
    [{ oneHour: 7, sixHours: 3 }, "deny: burn-fast burn-fast"],
  ])("%o", (state, answer) => {
    expect(said(ask("routine", state))).toBe(answer);
  });

  test("says how fast, over which window, and where it closes", () => {
    expect(ask("routine", { oneHour: 7.25, sixHours: 2 }).reasons.map(({ message }) => message)).toEqual([
      "payments-availability: it burns at 7.3x over 1 h, the gate closes at 6x",
      "payments-availability: it burns at 2x over 6 h, the gate closes at 2x",
    ]);
  });

  test("automation needs that nothing pages", () => {
    const rules = [
      {
        id: "slow",
        tier: "page",
        longMs: HOUR_MS,
        shortMs: 5 * MINUTE_MS,
        factor: 1,
        budgetShare: 0.1,
        comparison: ">",
      },
    ] as const;
    const paging = { oneHour: 3, short: 3 };
    expect(ask("automation", paging, { slo: makeSlo({ rules }) }).reasons).toEqual([
      {
        code: "page-burn",
        sloId: "payments-availability",
        message: "payments-availability: it pages, and automation needs that nothing does",
      },
    ]);
    expect(said(ask("routine", paging, { slo: makeSlo({ rules }) }))).toBe("allow: budget-enough");
    expect(said(ask("automation", paging, { slo: makeSlo({ rules: [{ ...rules[0], tier: "ticket" }] }) }))).toBe(
      "allow: budget-enough",
    );
  });
});

describe("the gate and missing data", () => {
  test("unknown is not allow", () => {
    expect(ask("routine", { late: true })).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          code: "frozen-data",
          sloId: "payments-availability",
          message: "payments-availability: its data cannot be judged: the newest data are 1 h old, 3 min are allowed",
        },
      ],
    });
    const nothing = (fromMs: number, toMs: number) => ({
      bad: 0,
      total: 0,
      measured: 0,
      expected: 9,
      fromMs,
      toMs,
      edge: { bad: 0, total: 0 },
    });
    const evaluations = [evaluate(SLO, nothing, { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: undefined })];
    expect(ask("routine", {}, { evaluations })).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          code: "unknown-budget",
          message: "payments-availability: its budget is unknown: nothing was measured in 9 min, 3 min are allowed",
        },
      ],
    });
    expect(ask("routine", {}, { evaluations: [] }).reasons).toEqual([
      {
        code: "unknown-budget",
        sloId: "payments-availability",
        message: "payments-availability: it was not evaluated yet, so its budget is unknown",
      },
    ]);
  });

  test("the gate's own windows must be measured too, whatever the rules need", () => {
    const slo = makeSlo({ rules: [] });
    expect(ask("routine", { thin: 53 }, { slo })).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          code: "frozen-data",
          message:
            "payments-availability: its data cannot be judged: 88 % of the last 1 h was measured, 90 % is needed",
        },
      ],
    });
    expect(ask("routine", { thin: 54 }, { slo }).decision).toBe("allow");
  });

  test("deny beats unknown", () => {
    expect(said(ask("routine", { late: true, left: 0.05 }))).toBe("deny: budget-low frozen-data");
  });
});

describe("whom the gate asks", () => {
  const other = makeSlo({ id: "catalog-latency", service: "catalog" });
  const both: Partial<GateScene> = {
    slos: [SLO, other],
    evaluations: [stateOf({}), { ...stateOf({ left: 0.05 }, other) }],
  };

  test("the objectives of the services named, or all of them", () => {
    expect(ask("routine", {}, { ...both }).decision).toBe("allow");
    expect(ask("routine", {}, { ...both, services_: ["catalog"] }).decision).toBe("deny");
    expect(said(ask("routine", {}, { ...both, services_: [] }))).toBe("deny: budget-low budget-enough");
  });

  test("and what decided stands first, then what is unknown, then what is content", () => {
    const third = makeSlo({ id: "search-latency", service: "search" });
    const slos = [SLO, third, other];
    const late = { ...stateOf({ late: true }, third) };
    const three = { slos, services_: [], evaluations: [...(both.evaluations ?? []), late] };
    expect(said(ask("routine", {}, three))).toBe("deny: budget-low frozen-data budget-enough");
    const two = { slos: [SLO, third], services_: [], evaluations: [stateOf({}), late] };
    expect(said(ask("routine", {}, two))).toBe("unknown: frozen-data budget-enough");
  });

  test("a service named twice once", () => {
    expect(said(ask("routine", {}, { services_: ["payments", "payments"] }))).toBe("allow: budget-enough");
  });

  test("a service without objectives is unknown, and the advice depends on whether it is known", () => {
    expect(ask("routine", {}, { slos: [] }).reasons).toEqual([
      { code: "no-objectives", message: "payments: it has no active objective to judge by: define one" },
    ]);
    expect(ask("routine", {}, { services_: ["paymets"] })).toMatchObject({
      decision: "unknown",
      reasons: [
        {
          message: "paymets: it has no active objective to judge by: and no such service is configured: check the name",
        },
      ],
    });
    expect(ask("routine", {}, { slos: [], services_: [] })).toMatchObject({
      decision: "unknown",
      reasons: [{ code: "no-objectives", message: "there is no active objective to judge by: define one" }],
    });
  });

  test("a shadow objective has no say", () => {
    const shadow = makeSlo({ id: "shadow", mode: "shadow" });
    expect(
      said(ask("routine", {}, { slos: [SLO, shadow], evaluations: [stateOf({}), stateOf({ left: -3 }, shadow)] })),
    ).toBe("allow: budget-enough");
    expect(said(ask("routine", {}, { slos: [shadow] }))).toBe("unknown: no-objectives");
  });
});

describe("freeze windows", () => {
  const holidays: FreezeWindow = {
    id: "holidays",
    name: "Holidays",
    services: "all",
    stops: ["risky"],
    covers: { kind: "once", fromMs: NOW_MS - 1, toMs: NOW_MS + 1 },
  };
  const during = (risk: RiskClass, part: Partial<FreezeWindow> = {}) =>
    said(ask(risk, {}, { freezeWindows: [{ ...holidays, ...part }], reason: "fire" }));

  test("stop the risks they name, for the services they name, while they last", () => {
    expect(ask("risky", {}, { freezeWindows: [holidays] }).reasons[0]).toEqual({
      code: "freeze-window",
      message: 'payments: the freeze window "Holidays" stops risky changes now',
    });
    expect(during("risky")).toBe("deny: freeze-window budget-enough");
    expect(during("routine")).toBe("allow: budget-enough");
    expect(during("risky", { services: ["catalog"] })).toBe("allow: budget-enough");
    expect(during("risky", { services: ["payments"] })).toBe("deny: freeze-window budget-enough");
    expect(during("risky", { covers: { kind: "once", fromMs: NOW_MS + 1, toMs: NOW_MS + 2 } })).toBe(
      "allow: budget-enough",
    );
  });

  test("never stop an emergency", () => {
    expect(during("emergency")).toBe("allow: emergency");
  });
});

describe("emergencies", () => {
  test("always pass with a reason, and never without", () => {
    expect(ask("emergency", { left: -9 }, { reason: "CVE-2026-1" }).reasons).toEqual([
      { code: "emergency", message: "an emergency always passes: CVE-2026-1" },
    ]);
    expect(said(ask("emergency", { late: true }, { reason: "x" }))).toBe("allow: emergency");
    for (const reason of ["", "  "])
      expect(said(ask("emergency", {}, { reason }))).toBe("deny: emergency-without-reason");
    expect(ask("emergency", {}).reasons[0]?.message).toBe(
      "an emergency needs a reason, which is audited: state it and ask again",
    );
  });
});

describe("overrides", () => {
  const pass: GateOverride = {
    id: "o1",
    author: "Ada",
    reason: "the fix is in this release",
    services: ["payments"],
    risks: ["risky"],
    fromMs: NOW_MS,
    expiresMs: NOW_MS + HOUR_MS,
  };
  const under = (part: Partial<GateOverride> = {}, state: State = { left: 0 }) =>
    ask("risky", state, { overrides: [{ ...pass, ...part }] });

  test("let changes pass, and say who, why, until when and what was overridden", () => {
    expect(under()).toMatchObject({
      decision: "allow",
      reasons: [
        {
          code: "override",
          message: "payments: Ada lets changes pass until 2026-11-20T13:00:00.000Z: the fix is in this release",
        },
        { code: "budget-low" },
      ],
    });
    expect(under({ services: "all" }).decision).toBe("allow");
    expect(said(under({}, { late: true }))).toBe("allow: override frozen-data");
  });

  test("are not mentioned where nothing stands against the change", () => {
    expect(said(under({}, {}))).toBe("allow: budget-enough");
  });

  test.each([
    { author: " " },
    { reason: "" },
    { services: ["catalog"] },
    { risks: ["routine"] },
    { fromMs: NOW_MS + 1 },
    { expiresMs: NOW_MS },
    { expiresMs: Infinity },
  ] as const)("need a name, a reason and an expiry, and hold for what they name: %o", (part) => {
    expect(said(under(part))).toBe("deny: budget-low");
  });

  test("pass the services that they name and no other", () => {
    const other = makeSlo({ id: "catalog-latency", service: "catalog" });
    const answer = ask(
      "risky",
      {},
      {
        slos: [SLO, other],
        evaluations: [stateOf({ left: 0 }), stateOf({ left: 0 }, other)],
        services_: [],
        overrides: [pass],
      },
    );
    expect(said(answer)).toBe("deny: budget-low override budget-low");
  });
});
