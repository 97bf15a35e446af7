import { expect, it } from "vitest";
import { declareFromAlert, incidentAfter, START_MS } from "../incident/alert.fixture.js";
import { externalAt } from "../incident/external/external.fixture.js";
import type { IncidentState } from "../incident/incident.js";
import { incidentSymptoms } from "./runbook-fit.js";

const declared = incidentAfter(declareFromAlert()).state;

it("an alert of the engine shows its service and its SLO", () => {
  expect(incidentSymptoms(declared)).toEqual(["payments", "payments-availability"]);
});

it("an alert from elsewhere shows its name and what its labels call service and symptom", () => {
  const { alert: _alert, ...bare } = declared;
  const labels = { alertname: "Down", service: "web", symptom: "high-latency", job: "x" };
  const state: IncidentState = { ...bare, external: { ...externalAt(START_MS), labels } };
  expect(incidentSymptoms(state)).toEqual(["payments", "Down", "web", "high-latency"]);
  const few: IncidentState = { ...bare, external: { ...externalAt(START_MS), labels: { service: "payments" } } };
  expect(incidentSymptoms(few)).toEqual(["payments"]);
});

it("shows what the alerts of incidents that were merged into it show", () => {
  const followed = {
    key: "orders/latency/data-loss",
    alertId: "1",
    status: "firing",
    frozen: false,
    changedAtMs: START_MS,
    explanation: "x",
    from: "INC-002",
  } as const;
  expect(incidentSymptoms({ ...declared, followed: [followed] })).toEqual([
    "payments",
    "payments-availability",
    "orders/latency",
  ]);
});
