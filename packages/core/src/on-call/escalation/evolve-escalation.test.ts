import { describe, expect, it } from "vitest";
import { lead, START_MS } from "./escalation.fixture.js";
import { evolveEscalation } from "./evolve-escalation.js";
import { escalationStream, isOpenEscalation } from "./escalation.js";

describe("evolving an escalation", () => {
  it("leaves nothing of events before the first start", () => {
    const event = { type: "escalation.exhausted", atMs: 0, actor: "engine", data: { passes: 1 } } as const;
    expect(evolveEscalation(undefined, event)).toBeUndefined();
  });

  it("counts what changes nothing: a start while one is under way, words to nobody", () => {
    const one = lead();
    one.start();
    const [started] = one.events;
    if (started === undefined || one.state === undefined) throw new Error("started");
    const again = evolveEscalation(one.state, started);
    expect(again).toEqual({ ...one.state, version: 2 });
    const confirmed = { type: "escalation.confirmed", atMs: START_MS, actor: "ada", data: { causeId: "c" } } as const;
    expect(evolveEscalation(one.state, confirmed)).toEqual({ ...one.state, version: 2, causes: ["cause-1", "c"] });
  });

  it("has its state from the events alone, in full", () => {
    const one = lead();
    one.start();
    expect(one.events.reduce(evolveEscalation, undefined)).toEqual(one.state);
    expect(one.state).toEqual({
      incidentId: "INC-001",
      round: 1,
      service: "checkout",
      severity: "SEV1",
      policy: one.state?.policy,
      status: "escalating",
      startedAtMs: START_MS,
      next: { pass: 1, step: 0, dueAtMs: START_MS, plannedAtMs: START_MS },
      firstPass: 1,
      lastPass: 2,
      calledPass: 0,
      openCalls: [],
      noticesTold: [],
      noticesFromMs: START_MS,
      wake: { kind: "step", dueAtMs: START_MS, fence: 1 },
      causes: ["cause-1"],
      lastAtMs: START_MS,
      version: 1,
    });
  });

  it("waits no time after a step that the policy does not have", () => {
    const one = lead();
    one.start();
    const data = { page: "1/1/9", pass: 1, step: 9, people: [], turns: [] };
    const fired = { type: "escalation.step-fired", atMs: START_MS, actor: "engine", data } as const;
    expect(one.state && evolveEscalation(one.state, fired)).toMatchObject({
      next: { pass: 2, step: 0, dueAtMs: START_MS },
    });
  });

  it("names its stream after the incident, and is open until it has ended", () => {
    expect(escalationStream("INC-001")).toBe("escalation/INC-001");
    expect(
      (["escalating", "acknowledged", "exhausted", "ended"] as const).map((status) => isOpenEscalation({ status })),
    ).toEqual([true, true, true, false]);
  });
});
