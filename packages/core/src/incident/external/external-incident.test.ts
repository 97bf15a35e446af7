import { describe, expect, it } from "vitest";
import { alertAt, evidenceNamed, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { closableAt } from "../auto-close.js";
import { decideIncident } from "../decide-incident.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentTimeline } from "../incident-timeline.js";
import { declareFromExternal, externalAt, type externalAlertOf } from "./external.fixture.js";

const LATER_MS = START_MS + 10 * MINUTE_MS;
const asked = { atMs: LATER_MS, actor: "engine", causeId: "external-2" } as const;
const hear = (changes: Parameters<typeof externalAlertOf>[0]): IncidentCommand => ({
  type: "update-external",
  ...asked,
  external: externalAt(LATER_MS, changes),
});
const over = hear({ status: "resolved", endsAtMs: LATER_MS - MINUTE_MS });

describe("an incident that an alert from elsewhere opened", () => {
  it("takes everything from it, and began when it did", () => {
    const { state } = incidentAfter(declareFromExternal());
    expect(state).toMatchObject({
      title: "Cards are refused",
      severity: "SEV2",
      service: "payments",
      startedAtMs: START_MS - MINUTE_MS,
      detectedAtMs: START_MS,
      external: externalAt(START_MS),
    });
    expect(state.severities[0]?.reason).toBe("its label severity says critical");
    expect(state).not.toHaveProperty("alert");
    expect(state).not.toHaveProperty("latestEvaluation");
  });

  it("takes another title, the service's tier and an earlier start where it is told so", () => {
    const external = externalAt(START_MS + 5, { startsAtMs: START_MS + 3 });
    const { state } = incidentAfter({
      ...asked,
      type: "declare",
      atMs: START_MS,
      incidentId: "INC-001",
      origin: { kind: "external", external, title: "Cards", serviceTier: 3 },
    });
    expect(state).toMatchObject({ title: "Cards", serviceTier: 3, startedAtMs: START_MS, detectedAtMs: START_MS });
    const started = incidentAfter({ ...declareFromExternal(), startedAtMs: 5 } as IncidentCommand);
    expect(started.state.startedAtMs).toBe(5);
  });

  it("resolves with it, and closes only after it is over", () => {
    const { state, events } = incidentAfter(declareFromExternal(), over);
    expect(events.slice(1).map(({ type, data }) => [type, { ...data }])).toEqual([
      ["incident.external-updated", { causeId: "external-2", change: "resolved", external: expect.anything() }],
      ["incident.resolved", { causeId: "external-2", how: "alert", reason: "Cards are refused is over" }],
    ]);
    expect(state.status).toBe("resolved");
    expect(closableAt(state, LATER_MS + 9, 10).closable).toBe(false);
    expect(closableAt(state, LATER_MS + 10, 10).closable).toBe(true);
    const byHand = incidentAfter(
      declareFromExternal(),
      { ...asked, type: "acknowledge", causeId: "a" },
      { ...asked, type: "resolve", causeId: "r", reason: "fixed" },
    );
    expect(closableAt(byHand.state, LATER_MS * 2, 10)).toEqual({
      closable: false,
      reason: { kind: "burning", alertId: "external/prometheus/abc@2026-11-21T09:59:00.000Z" },
    });
    expect(incidentTimeline(events)[1]?.text).toBe(
      'The alert {alertname="CardsFail", service="payments", severity="critical"} of prometheus resolved (SEV2). Half of all cards are refused.',
    );
    expect(incidentTimeline(events)[0]?.text).toBe(
      "SEV2 declared (its label severity says critical): Cards are refused. Half of all cards are refused.",
    );
  });

  it("becomes worse with it and never better, and brings evidence only with news", () => {
    const warned = incidentAfter(
      declareFromExternal({ labels: { severity: "warning" } }),
      { ...hear({ labels: { severity: "critical" } }), evidence: [evidenceNamed("logs-1")] },
      { ...hear({ labels: { severity: "info" } }), causeId: "external-3" },
    );
    expect(warned.state.severity).toBe("SEV2");
    expect(warned.events.map(({ type }) => type)).toEqual([
      "incident.declared",
      "incident.external-updated",
      "incident.severity-changed",
      "incident.evidence-attached",
      "incident.external-updated",
    ]);
    expect(incidentTimeline(warned.events)[1]?.text).toContain(
      'The alert {severity="critical"} of prometheus changed (SEV2).',
    );
    const { state } = incidentAfter(declareFromExternal());
    const repeat = { ...hear({}), evidence: [evidenceNamed("logs-1")] };
    expect(decideIncident(state, repeat)).toEqual({ ok: true, value: [] });
    const calmer = incidentAfter(declareFromExternal(), hear({ status: "resolved", labels: { severity: "SEV1" } }));
    expect(calmer.state.severity).toBe("SEV2");
  });

  it("is reopened by its next firing", () => {
    const external = externalAt(LATER_MS, { startsAtMs: LATER_MS });
    const { state, events } = incidentAfter(declareFromExternal(), over, {
      ...asked,
      causeId: "external-3",
      type: "reopen",
      reason: "again",
      external,
    });
    expect(events.slice(3).map(({ type }) => type)).toEqual(["incident.reopened", "incident.external-updated"]);
    expect(events.at(-1)?.data).toMatchObject({ change: "fired" });
    expect(state).toMatchObject({ status: "declared", external });
    expect(incidentTimeline(events).at(-1)?.text).toContain(" of prometheus fired again (SEV2).");
  });

  it("hears of no other alert", () => {
    const { state } = incidentAfter(declareFromExternal());
    const foreign = { ok: false, error: { code: "foreign-alert", expectedKey: "external/prometheus/abc" } };
    expect(decideIncident(state, hear({ key: "prometheus/other" }))).toMatchObject(foreign);
    const alert = { ...asked, type: "update-alert", alert: alertAt("alert.fired", LATER_MS) } as const;
    expect(decideIncident(state, alert)).toMatchObject(foreign);
    const { state: resolved } = incidentAfter(declareFromExternal(), over);
    const reopen = { ...asked, causeId: "x", type: "reopen", reason: "again" } as const;
    const other = externalAt(LATER_MS, { key: "prometheus/other" });
    expect(decideIncident(resolved, { ...reopen, external: other })).toMatchObject(foreign);
  });
});
