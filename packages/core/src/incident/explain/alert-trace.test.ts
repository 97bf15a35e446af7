import { describe, expect, it } from "vitest";
import {
  alertAt,
  declareFromAlert,
  evaluationAt,
  HOUR_MS,
  incidentAfter,
  MINUTE_MS,
  START_MS,
} from "../alert.fixture.js";
import type { RuleEvaluation } from "../../evaluation/evaluation.js";
import { declareFromExternal, externalAt } from "../external/external.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import { alertSignal } from "../incident-signal.js";
import type { IncidentAlert } from "../incident.js";
import { explainIncident, traceAlert } from "./alert-trace.js";

const LATER_MS = START_MS + 10 * MINUTE_MS;
const asked = (causeId: string) => ({ atMs: LATER_MS, actor: "engine", causeId });
const opened = {
  kind: "intake",
  rule: "one incident per key",
  outcome: "opens",
  because: "no incident had its key, or the one that did was over for longer than the cooldown",
};
const free = {
  kind: "suppression",
  rule: "dependencies",
  outcome: "passes",
  because: "nothing that it depends on holds it back",
};
const fires = {
  kind: "burn-rate",
  rule: "page-1h",
  outcome: "fires",
  because: "33.3x over 1 h and 200x over 5 min, against 14.4x (2 % of the budget)",
};

function withOutcome(outcome: RuleEvaluation["outcome"], changes: Partial<RuleEvaluation> = {}) {
  const evaluation = evaluationAt(START_MS);
  const rules = evaluation.rules.map((rule) => ({ ...rule, ...changes, outcome }));
  return traceAlert(alertAt("alert.fired", START_MS, { evaluation: { ...evaluation, rules } }), { kind: "open-new" });
}

describe("why an alert did what it did", () => {
  it("is every rule that it met, up to the incident", () => {
    expect(traceAlert(alertAt("alert.fired", START_MS), { kind: "open-new" })).toEqual({
      key: "payments-availability/burn",
      alertId: "payments-availability/burn@1",
      atMs: START_MS,
      change: "fired",
      explanation: "payments-availability pages: 33x over 1 h against 14.4x.",
      steps: [fires, free, opened],
    });
  });

  it("says which rules were quiet, which traffic demoted, and which could not see", () => {
    expect(withOutcome({ kind: "quiet" }).steps[0]).toEqual({ ...fires, outcome: "quiet" });
    expect(withOutcome({ kind: "firing", tier: "ticket", demotedBecause: "2 bad events" }).steps.slice(0, 2)).toEqual([
      fires,
      { kind: "low-traffic", rule: "page-1h", outcome: "demoted", because: "2 bad events" },
    ]);
    expect(withOutcome({ kind: "frozen", reasons: [] }).steps[0]).toEqual({
      kind: "coverage",
      rule: "page-1h",
      outcome: "frozen",
      because: "it can not say: 100 % of 1 h was measured and 100 % of 5 min was measured",
    });
    const blind = {
      lengthMs: HOUR_MS,
      fromMs: 0,
      toMs: 1,
      bad: 0,
      total: 0,
      burnRate: undefined,
      coverageRatio: 1 / 3,
    };
    const unseen = { long: blind, short: blind };
    expect(withOutcome({ kind: "quiet" }, unseen).steps[0]?.because).toBe(
      "nothing measured over 1 h and nothing measured over 1 h, against 14.4x (2 % of the budget)",
    );
    expect(withOutcome({ kind: "frozen", reasons: [] }, unseen).steps[0]?.because).toContain("33.3 % of 1 h");
  });

  it("names the dependency that held it back, and why no incident was opened", () => {
    const trace = traceAlert(alertAt("alert.suppressed", START_MS), { kind: "ignore", reason: "it is held back" });
    expect(trace.change).toBe("suppressed");
    expect(trace.steps.slice(1)).toEqual([
      { ...free, outcome: "held-back", because: "database-availability, which it depends on, pages" },
      { ...opened, outcome: "ignored", because: "it is held back" },
    ]);
  });

  it("of lost data is what is missing", () => {
    const lost = alertAt("alert.fired", START_MS, { kind: "data-loss", tier: "ticket", explanation: "it is blind" });
    expect(traceAlert(lost, { kind: "update", incidentId: "INC-004" }).steps).toEqual([
      { kind: "coverage", rule: "data-loss", outcome: "fires", because: "it is blind (ticket)" },
      free,
      { ...opened, outcome: "joins", because: "INC-004 has its key" },
    ]);
  });
});

describe("the explanation of an incident", () => {
  it("is the traces of all its alerts, and the routing as it was recorded", () => {
    const hear = (type: Parameters<typeof alertAt>[0], causeId: string): IncidentCommand => ({
      type: "update-alert",
      ...asked(causeId),
      alert: alertAt(type, LATER_MS),
    });
    const { events } = incidentAfter(
      declareFromAlert(),
      hear("alert.suppressed", "2"),
      hear("alert.resolved", "3"),
      { type: "reopen", ...asked("4"), reason: "it flaps", alert: alertAt("alert.fired", LATER_MS) },
      { type: "trace-alert", ...asked("5"), key: "payments-availability/burn", trace: { route: "page" } },
      { type: "note", ...asked("6"), text: "x" },
    );
    const found = explainIncident("INC-001", events);
    expect(found.incidentId).toBe("INC-001");
    expect(found.traces.map(({ atMs, change, steps }) => [atMs, change, steps.at(-2)?.outcome, steps.at(-1)])).toEqual([
      [START_MS, "fired", "passes", opened],
      [LATER_MS, "suppressed", "held-back", { ...opened, outcome: "joins", because: "INC-001 has its key" }],
      [LATER_MS, "resolved", "passes", { ...opened, outcome: "joins", because: "INC-001 has its key" }],
      [LATER_MS, "fired", "passes", { kind: "intake", rule: "cooldown", outcome: "reopens", because: "it flaps" }],
    ]);
    expect(found.routing).toEqual([{ key: "payments-availability/burn", atMs: LATER_MS, trace: { route: "page" } }]);
  });

  it("of an alert from elsewhere begins with its label", () => {
    const { events } = incidentAfter(declareFromExternal(), {
      type: "update-external",
      ...asked("2"),
      external: externalAt(LATER_MS, { status: "resolved", endsAtMs: LATER_MS }),
    });
    const found = explainIncident("INC-001", events);
    const severity = {
      kind: "severity",
      rule: "prometheus",
      outcome: "passes",
      because: "SEV2, for its label severity says critical",
    };
    expect(found.traces.map(({ change, steps }) => [change, steps])).toEqual([
      ["fired", [severity, opened]],
      ["resolved", [severity, { ...opened, outcome: "joins", because: "INC-001 has its key" }]],
    ]);
    expect(found.traces[0]).toMatchObject({ key: "external/prometheus/abc", atMs: START_MS });
  });

  it("of a person's incident is empty", () => {
    const { events } = incidentAfter({
      type: "declare",
      ...asked("1"),
      incidentId: "INC-001",
      origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
    });
    expect(explainIncident("INC-001", events)).toEqual({
      incidentId: "INC-001",
      traces: [],
      routing: [],
      cameFrom: [],
    });
  });

  it("names the incidents that alerts of it came from, and none that had no alert", () => {
    const { alert } = incidentAfter(declareFromAlert()).state;
    const followed = alertSignal(alert as IncidentAlert);
    const { events } = incidentAfter(
      {
        type: "declare",
        ...asked("1"),
        incidentId: "INC-002",
        origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
      },
      { type: "absorb", ...asked("2"), from: "INC-001", reason: "the same", alerts: [followed] },
      { type: "absorb", ...asked("3"), from: "INC-003", reason: "the same", alerts: [] },
    );
    expect(explainIncident("INC-002", events)).toEqual({
      incidentId: "INC-002",
      traces: [],
      routing: [],
      cameFrom: [{ incidentId: "INC-001", atMs: LATER_MS, keys: ["payments-availability/burn"] }],
    });
  });
});
