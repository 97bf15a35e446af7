import { describe, expect, it } from "vitest";
import { evaluationAt, incidentAfter, MINUTE_MS, START_MS, declareFromAlert } from "../incident/alert.fixture.js";
import { makeSlo } from "../evaluation/evaluation.fixture.js";
import { knownGatherers, type KnownWorld } from "./known-gatherers.js";

const QUERY = {
  incidentId: "INC-002",
  service: "payments",
  causeId: "c",
  fromMs: START_MS - 60 * MINUTE_MS,
  toMs: START_MS,
};

/** INC-001, tied to these changes at these instants. */
function tied(...changes: readonly (readonly [id: string, atMs: number])[]) {
  const { state } = incidentAfter(declareFromAlert());
  const links = changes.map(
    ([id, atMs]) => ({ kind: "change", id, relation: `deploy ${id}`, atMs, by: "ada" }) as const,
  );
  return { ...state, links };
}

async function gathered(name: string, known: Partial<KnownWorld>) {
  const gatherers = knownGatherers({
    incidents: () => [],
    runs: () => [],
    services: [],
    slos: [],
    evaluation: () => undefined,
    ...known,
  });
  return (await gatherers.find((one) => one.name === name)?.gather(QUERY)) ?? "no such gatherer";
}

describe("the changes that an engine knows of", () => {
  it("are those of the interval, both ends included, oldest first", async () => {
    const incidents = () => [
      tied(["v3", START_MS], ["v0", QUERY.fromMs - 1], ["v1", QUERY.fromMs], ["v4", START_MS + 1]),
    ];
    expect(await gathered("known-changes", { incidents })).toEqual([
      {
        id: "c/changes",
        kind: "changes",
        source: "engine",
        fromMs: QUERY.fromMs,
        toMs: START_MS,
        summary: "2 changes in the time before: v1, v3",
        data: {
          changes: [
            expect.objectContaining({ id: "v1", title: "deploy v1", by: "ada", services: ["payments"] }),
            expect.objectContaining({ id: "v3" }),
          ],
        },
      },
    ]);
    expect(await gathered("known-changes", { incidents: () => [tied(["v3", START_MS])] })).toMatchObject([
      { summary: "one change in the time before: v3" },
    ]);
  });

  it("are no finding where there are none", async () => {
    expect(await gathered("known-changes", {})).toEqual([]);
    expect(await gathered("known-changes", { incidents: () => [tied(["v0", QUERY.fromMs - 1])] })).toEqual([]);
  });
});

describe("the topology that an engine knows of", () => {
  const services = [
    { id: "payments", tier: 1, dependsOn: ["bank", "ledger"] },
    { id: "bank", tier: 1, dependsOn: [] },
  ] as const;
  const slos = [
    makeSlo({ id: "cards", service: "bank" }),
    makeSlo({ id: "own" }),
    makeSlo({ id: "books", service: "bank" }),
  ];
  const firing = (sloId: string) => (sloId === "cards" ? evaluationAt(START_MS) : undefined);

  it("is what the service depends on, with the verdicts of its SLOs", async () => {
    expect(await gathered("known-topology", { services, slos, evaluation: firing })).toEqual([
      {
        id: "c/topology",
        kind: "topology",
        source: "engine",
        fromMs: START_MS,
        toMs: START_MS,
        summary: "payments depends on bank, ledger: bank fires",
        data: {
          service: "payments",
          dependencies: [
            {
              service: "bank",
              slos: [
                { slo: "cards", verdict: "firing" },
                { slo: "books", verdict: "not-evaluated" },
              ],
            },
            { service: "ledger", slos: [] },
          ],
        },
      },
    ]);
    expect(await gathered("known-topology", { services, slos })).toMatchObject([
      { summary: "payments depends on bank, ledger: none of them fires" },
    ]);
  });

  it("is no finding for a service that depends on nothing, or that nobody knows", async () => {
    expect(await gathered("known-topology", { slos })).toEqual([]);
    expect(await gathered("known-topology", { services: [{ id: "payments", tier: 1, dependsOn: [] }] })).toEqual([]);
  });
});
