import type { GateAnswer } from "../gate/gate.js";
import { declareFromAlert, incidentAfter, START_MS } from "../incident/alert.fixture.js";
import type { AutomaticCandidate, AutomaticRunScene } from "./decide-automatic-run.js";
import type { Rehearsal } from "./rehearse-runbook.js";
import type { RunbookRun } from "./runbook-run.js";
import { planOf, requested, runbook, step } from "./runbook.fixture.js";
import type { Runbook } from "./runbook.js";

/** A runbook of level 4 for payments, whose one step can be taken back. */
export const fallback: Runbook = runbook([step("switch")], { id: "fallback", symptoms: ["payments"] });

/** A rehearsal that a runbook of one step passes. */
export const passing: Rehearsal = {
  name: "it helps",
  parameters: {},
  health: ["fails", "holds"],
  steps: {},
  expect: { path: ["switch: succeeded"], ends: "succeeded" },
};

export function candidateOf(book: Runbook, change: Partial<AutomaticCandidate> = {}): AutomaticCandidate {
  return { runbook: book, symptoms: ["payments"], readiness: [], plan: planOf(book), ...change };
}

export function gateThat(decision: GateAnswer["decision"], ...messages: readonly string[]): GateAnswer {
  const reasons = messages.map((message) => ({ code: "page-burn", message }) as const);
  return { decision, reasons, atMs: START_MS, question: { risk: "automation", services: ["payments"] } };
}

/** A run of a runbook for an incident, asked for by somebody. */
export function runOf(book: Runbook, change: Partial<RunbookRun> = {}): RunbookRun {
  return { ...requested(planOf(book)).run, requestedAtMs: START_MS, ...change };
}

/** A scene in which nothing stands against a start. */
export function sceneOf(change: Partial<AutomaticRunScene> = {}): AutomaticRunScene {
  return {
    nowMs: START_MS,
    automation: { mode: "act", attemptsPerDay: 2 },
    killSwitch: { kind: "released" },
    incident: incidentAfter(declareFromAlert()).state,
    services: new Set(["payments"]),
    candidates: [candidateOf(fallback)],
    slos: [{ sloId: "payments-availability", standing: { verdict: "fails", saw: "it burns" } }],
    runs: [],
    gate: gateThat("allow"),
    ...change,
  };
}
