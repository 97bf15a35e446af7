import type { IncidentExplanationBody } from "@plimsoll/service/api";
import { expect, it } from "vitest";
import { explanation } from "../testing/incident-answers.js";
import { explanationMarkdown, explanationText } from "./incident-figures.js";
import { paintFor } from "./paint.js";

const paint = paintFor({ isTerminal: false, write: () => true }, {});

it("says, after what the alerts met, whether the engine started a run by itself", () => {
  const words = "The engine would start the runbook restart by itself. It only observes.";
  const decision = { at: "2026-11-21T02:00:00.000Z", starts: false, runbooks: ["restart"], approvals: [], reasons: [] };
  const told: IncidentExplanationBody = { ...explanation, automaticRuns: [{ ...decision, words }] };
  expect(explanationText(told, paint)).toMatch(/\n2026-11-21 02:00:00 The engine would start [^\n]+\n$/);
  expect(explanationMarkdown(told)).toMatch(/\n- 2026-11-21 02:00:00 The engine would start [^\n]+\n$/);
  expect(explanationText(explanation, paint)).not.toContain("The engine");
});
