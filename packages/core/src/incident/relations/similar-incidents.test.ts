import { describe, expect, it } from "vitest";
import { declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { declareFromExternal } from "../external/external.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import type { IncidentState } from "../incident.js";
import { incidentSimilarity, SIMILARITY_WEIGHTS, similarIncidents } from "./similar-incidents.js";

const person = (id: string, service: string, minutes = 0): IncidentState =>
  incidentAfter({
    type: "declare",
    atMs: START_MS + minutes * MINUTE_MS,
    actor: "ada",
    causeId: id,
    incidentId: id,
    origin: { kind: "person", title: id, severity: "SEV3", service },
  }).state;
const named = (id: string, command: IncidentCommand): IncidentState => ({ ...incidentAfter(command).state, id });
const external = (id: string, labels: Record<string, string>): IncidentState =>
  named(id, declareFromExternal({ key: `prometheus/${id}`, labels }));

describe("how alike incidents are", () => {
  it("is all in all where the same alert opened both", () => {
    const one = named("INC-001", declareFromAlert());
    expect(incidentSimilarity(one, named("INC-002", declareFromAlert()))).toEqual({
      score: 1,
      because: [
        "the same alert payments-availability/burn",
        "the same service payments",
        "the same kind=burn, slo=payments-availability",
      ],
    });
    expect(Object.values(SIMILARITY_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBe(1);
  });

  it("counts labels by Jaccard, without the service and the severity", () => {
    const one = external("a", { alertname: "X", zone: "1", service: "s", severity: "critical" });
    const other = external("b", { alertname: "X", zone: "2", service: "t", severity: "critical" });
    expect(incidentSimilarity(one, other)).toEqual({ score: 0.25 / 3, because: ["the same alertname=X"] });
    expect(incidentSimilarity(one, external("c", { alertname: "Y", zone: "3", service: "t" }))).toEqual({
      score: 0,
      because: [],
    });
  });

  it("is nothing more than the service where nobody has labels", () => {
    expect(incidentSimilarity(person("a", "s"), person("b", "s"))).toEqual({
      score: 0.25,
      because: ["the same service s"],
    });
    expect(incidentSimilarity(person("a", "s"), person("b", "t"))).toEqual({ score: 0, because: [] });
  });

  it("counts an alert that came with a merge", () => {
    const followed = {
      key: "payments-availability/burn",
      alertId: "x",
      from: "INC-009",
      status: "firing",
      frozen: false,
      changedAtMs: 0,
      explanation: "",
    } as const;
    const one = { ...person("a", "s"), followed: [followed] };
    expect(incidentSimilarity(one, named("b", declareFromAlert())).because).toEqual([
      "the same alert payments-availability/burn",
    ]);
  });
});

describe("the incidents like one", () => {
  const one = named("INC-001", declareFromAlert());
  const same = named("INC-002", declareFromAlert());
  const old = person("INC-003", "payments", 1);
  const young = person("INC-004", "payments", 2);
  const other = person("INC-005", "search");

  it("are the likest first, of equals the newest, and never itself", () => {
    expect(similarIncidents(one, [old, other, one, young, same]).map(({ incidentId }) => incidentId)).toEqual([
      "INC-002",
      "INC-004",
      "INC-003",
    ]);
  });

  it("are as many and as alike as asked for", () => {
    expect(similarIncidents(one, [old, young, same], { limit: 1 })).toEqual([
      { incidentId: "INC-002", score: 1, because: expect.any(Array) },
    ]);
    expect(similarIncidents(one, [old, young, same], { minScore: 0.26 })).toHaveLength(1);
    expect(similarIncidents(one, [other], { minScore: 0 })).toHaveLength(1);
    const many = Array.from({ length: 7 }, (_, index) => person(`X-${index}`, "payments"));
    expect(similarIncidents(one, many)).toHaveLength(5);
  });
});
