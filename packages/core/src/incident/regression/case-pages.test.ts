import { describe, expect, it } from "vitest";
import type { EscalationEvent } from "../../on-call/escalation/escalation-event.js";
import { escalationCommands, outcomePages } from "./case-pages.js";

const MINUTE_MS = 60_000;
const engine = (minutes: number) => ({ atMs: minutes * MINUTE_MS, actor: "engine" });
const ann = (minutes: number) => ({ atMs: minutes * MINUTE_MS, actor: "ann" });
const reached = (personId: string, afterMs = 0) => ({
  personId,
  sends: [{ notifier: "phone", address: "x", afterMs }],
});
const call = { page: "p", turns: [] };
const policy = { id: "p", steps: [], repeat: 0, fallback: [] };
const started = (minutes: number, round: number): EscalationEvent => ({
  type: "escalation.started",
  ...engine(minutes),
  data: { incidentId: "INC-001", round, service: "s", severity: "SEV1", policy, causeId: "incident/INC-001@1" },
});

describe("whom an escalation called", () => {
  it("is by call, since the declaration, with the channels of each and no address", () => {
    const pages = outcomePages(
      [
        started(1, 1),
        { type: "escalation.step-skipped", ...engine(1), data: { pass: 1, step: 0, reason: "nobody" } },
        {
          type: "escalation.step-fired",
          ...engine(2),
          data: { ...call, pass: 1, step: 1, people: [reached("bob", 90_000), reached("ann")] },
        },
        {
          type: "escalation.fallback-paged",
          ...engine(3),
          data: { ...call, pass: 1, people: [{ personId: "cy", sends: [] }] },
        },
        { type: "escalation.stakeholders-told", ...engine(4), data: { ...call, notice: 0, people: [] } },
        { type: "escalation.exhausted", ...engine(5), data: { passes: 2 } },
        { type: "escalation.acknowledged", ...ann(6), data: { causeId: "incident/INC-001@2" } },
        { type: "escalation.reminded", ...engine(7), data: { ...call, people: [reached("ann")] } },
        {
          type: "escalation.stakeholders-updated",
          ...ann(8),
          data: { ...call, text: "t", status: "firing", causeId: "c", people: [reached("dan")] },
        },
        started(9, 2),
        { type: "escalation.step-fired", ...engine(9), data: { ...call, pass: 1, step: 0, people: [reached("ann")] } },
      ],
      MINUTE_MS,
    );
    expect(pages.map(({ afterMs, call: what, people }) => [afterMs / MINUTE_MS, what, ...people])).toEqual([
      [0, "step 1 of pass 1 passed over (nobody)"],
      [1, "step 2 of pass 1", "ann by phone", "bob by phone after 1 min 30 s"],
      [2, "fallback of pass 1", "cy, whom nothing reaches"],
      [3, "stakeholders 1"],
      [4, "nobody after 2 passes"],
      [6, "reminder", "ann by phone"],
      [7, "update for stakeholders", "dan by phone"],
      [8, "step 1 of pass 1, round 2", "ann by phone"],
    ]);
  });
});

describe("what people asked of an escalation itself", () => {
  it("is asked again, and not what it heard of its incident or did by itself", () => {
    const mine = (id: string) => ({ causeId: id });
    const commands = escalationCommands([
      started(1, 1),
      { type: "escalation.paused", ...ann(2), data: { ...mine("a"), untilMs: 9, reason: "wait" } },
      { type: "escalation.resumed", ...ann(3), data: mine("b") },
      { type: "escalation.paused", ...engine(4), data: { ...mine("w@4"), untilMs: 9, reason: "planned work" } },
      // Whoever asks for the next people ends a pause by it.
      { type: "escalation.resumed", ...ann(5), data: mine("c") },
      { type: "escalation.hastened", ...ann(5), data: { ...mine("c"), reason: "help" } },
      { type: "escalation.step-fired", ...ann(5), data: { ...call, pass: 1, step: 0, people: [] } },
      { type: "escalation.acknowledged", ...ann(6), data: mine("d") },
      { type: "escalation.confirmed", ...ann(7), data: mine("e") },
      { type: "escalation.unacknowledged", ...ann(8), data: { ...mine("f"), how: "person", reason: "no" } },
      { type: "escalation.acknowledged", ...ann(9), data: mine("incident/INC-001@5") },
      { type: "escalation.ended", ...ann(10), data: { ...mine("g"), reason: "resolved" } },
    ]);
    const by = (minutes: number) => ({ atMs: minutes * MINUTE_MS, actor: "ann" });
    expect(commands).toEqual([
      { type: "pause", ...by(2), untilMs: 9, reason: "wait" },
      { type: "resume", ...by(3) },
      { type: "escalate", ...by(5), reason: "help" },
      { type: "acknowledge", ...by(6) },
      { type: "confirm", ...by(7) },
      { type: "unacknowledge", ...by(8), reason: "no" },
    ]);
  });
});
