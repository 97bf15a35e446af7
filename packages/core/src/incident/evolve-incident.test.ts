import { describe, expect, it } from "vitest";
import { declareFromAlert, evaluationAt, factsAt, incidentAfter, START_MS } from "./alert.fixture.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentEvent } from "./incident-event.js";

const noted: IncidentEvent = {
  type: "incident.noted",
  atMs: START_MS + 1,
  actor: "ada",
  data: { causeId: "n", text: "x" },
};

describe("applying events", () => {
  const { state, events } = incidentAfter(declareFromAlert());

  it("knows nothing before the declaration", () => {
    expect(evolveIncident(undefined, noted)).toBeUndefined();
  });

  it("takes one declaration only", () => {
    const [declared] = events;
    if (declared === undefined) throw new Error("it was declared");
    expect(evolveIncident(state, declared)).toBe(state);
  });

  it("remembers a cause, the time and the version even where nothing else changes", () => {
    expect(evolveIncident(state, noted)).toEqual({
      ...state,
      causes: ["alert-event-1", "n"],
      lastAtMs: START_MS + 1,
      version: 2,
    });
  });

  it("does not touch the state that it starts from", () => {
    const before = JSON.stringify(state);
    evolveIncident(state, noted);
    expect(JSON.stringify(state)).toBe(before);
  });

  it("keeps the status where a stream holds a move that the table does not know", () => {
    const closed: IncidentEvent = {
      type: "incident.closed",
      atMs: START_MS,
      actor: "ada",
      data: { causeId: "c", how: "person", reason: "" },
    };
    expect(evolveIncident(state, closed)).toMatchObject({ status: "declared", closedAtMs: START_MS });
  });

  it("takes up an alert where a stream has given none before", () => {
    const { alert: _alert, ...unalerted } = state;
    const event = (change: "frozen" | "suppressed"): IncidentEvent => ({
      type: "incident.alert-updated",
      atMs: START_MS,
      actor: "engine",
      data: { causeId: change, change, alert: factsAt(START_MS) },
    });
    expect(evolveIncident(unalerted, event("frozen")).alert).toMatchObject({ status: "firing", frozen: true });
    expect(evolveIncident(unalerted, event("suppressed")).alert).toMatchObject({ status: "suppressed", frozen: false });
    expect(evolveIncident(unalerted, event("frozen")).latestEvaluation).toEqual(evaluationAt(START_MS));
  });
});
