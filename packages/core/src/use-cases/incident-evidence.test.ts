import { describe, expect, it } from "vitest";
import { evaluationAt, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { externalAlertOf } from "../incident/external/external.fixture.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { createEvidenceDesk } from "./incident-evidence.js";
import { createIncidentWorld, saidAt } from "./incident-desk.fixture.js";
import type { PersonCommand } from "./incident-desk.js";

const DAY_MS = 86_400_000;
const judged = (sloId: string, service = "payments"): SloEvaluation => ({ ...evaluationAt(START_MS), sloId, service });
const evaluations = (service: string) => (service === "payments" ? [judged("cards"), judged("refunds")] : []);

async function world() {
  const made = createIncidentWorld({ evaluations });
  const causes = () => made.book.all().flatMap(({ evidence, id }) => evidence.map((one) => `${id} ${one.id}`));
  const told = async (key: string, part: Parameters<typeof externalAlertOf>[0] = {}) =>
    made.desk.takeExternal(externalAlertOf({ key, ...part }), { atMs: START_MS, causeId: `word of ${key}` });
  return { ...made, causes, told };
}

describe("what a transition is remembered with", () => {
  it("is at each one the last word of the alerts from elsewhere, and the verdicts of the service's SLOs", async () => {
    const { causes, desk, told } = await world();
    await told("prometheus/a");
    await told("prometheus/b");
    const course: readonly (readonly [string, object])[] = [
      ["acknowledge", {}],
      ["unacknowledge", { reason: "x" }],
      ["change-severity", { severity: "SEV1", reason: "x" }],
      ["acknowledge", {}],
      ["start-mitigation", { text: "x" }],
      ["confirm-mitigation", { text: "x" }],
      ["resolve", { reason: "x" }],
      ["reopen", { reason: "x" }],
      ["merge", { into: "INC-002", reason: "x" }],
    ];
    for (const [index, [type, more]] of course.entries()) {
      const command = { type, ...more, ...saidAt(index + 1, `${index} ${type}`) } as unknown as PersonCommand;
      expect([type, (await desk.command("INC-001", command)).ok]).toEqual([type, true]);
    }
    expect(causes().filter((words) => words.startsWith("INC-001"))).toEqual([
      "INC-001 word of prometheus/a/alert",
      "INC-001 word of prometheus/a/slos",
      ...course.flatMap(([type], index) => [`INC-001 ${index} ${type}/alerts`, `INC-001 ${index} ${type}/slos`]),
    ]);
  });

  it("is nothing at what moves nothing on, and attached once for the same cause", async () => {
    const { causes, desk, told } = await world();
    await told("prometheus/a");
    const before = causes();
    await desk.command("INC-001", { type: "note", text: "seen", ...saidAt(1, "note") });
    expect(causes()).toEqual(before);
    await desk.command("INC-001", { type: "acknowledge", ...saidAt(2, "ack") });
    const after = causes();
    await desk.command("INC-001", { type: "acknowledge", ...saidAt(3, "ack") });
    expect(causes()).toEqual(after);
    expect(after).toHaveLength(before.length + 2);
  });

  it("is there when an incident closes by itself, and when a person declares one", async () => {
    const { causes, desk } = await world();
    const asked = { title: "Slow", severity: "SEV3", service: "payments" } as const;
    await desk.declare({ ...asked, ...saidAt(0, "declared") });
    await desk.command("INC-001", { type: "acknowledge", ...saidAt(1, "acknowledged") });
    await desk.command("INC-001", { type: "resolve", reason: "x", ...saidAt(2, "resolved") });
    expect(await desk.closeDue(START_MS + 2 * DAY_MS)).toEqual(["INC-001"]);
    expect(causes()).toEqual([
      "INC-001 declared/slos",
      "INC-001 acknowledged/slos",
      "INC-001 resolved/slos",
      expect.stringMatching(/^INC-001 auto-close\/INC-001@\d+\/slos$/u),
    ]);
  });
});

describe("the evidence desk", () => {
  const desk = createEvidenceDesk({
    digest: { digest: async (data) => `sha of ${JSON.stringify(data).length}` },
    evaluations,
  });
  const stateOf = async (count: number) => {
    const { book, desk: incidents, told } = await world();
    await told("prometheus/a0", { startsAtMs: START_MS - 5 * MINUTE_MS });
    for (let index = 1; index < count; index += 1) await told(`prometheus/a${index}`);
    for (let index = 1; index < count; index += 1) {
      const into = `INC-${String(index + 1).padStart(3, "0")}`;
      await incidents.command(into, { type: "merge", into: "INC-001", reason: "x", ...saidAt(1, `m${index}`) });
    }
    const end = { status: "resolved", endsAtMs: START_MS + MINUTE_MS } as const;
    await incidents.takeExternal(
      externalAlertOf({ key: "prometheus/a0", startsAtMs: START_MS - 5 * MINUTE_MS, ...end }),
      {
        atMs: START_MS + MINUTE_MS,
        causeId: "end",
      },
    );
    const state = book.get("INC-001");
    if (state === undefined) throw new Error("not declared");
    return state;
  };
  const atClose = { type: "close", atMs: START_MS + 10 * MINUTE_MS, causeId: "c" } as const;

  it("says of each alert what was last heard, with the interval, those that fire in front", async () => {
    const [alerts] = await desk.ofTransition(await stateOf(2), atClose);
    expect(alerts).toMatchObject({
      id: "c/alerts",
      kind: "other",
      source: "engine",
      fromMs: START_MS - 5 * MINUTE_MS,
      toMs: atClose.atMs,
      hash: `sha of ${JSON.stringify(alerts?.data).length}`,
      summary: "the last word of its 2 alerts from elsewhere at close: 1 fire, 1 are over",
    });
    const { labels } = externalAlertOf();
    const common = { source: "prometheus", labels };
    expect(alerts?.data).toEqual({
      total: 2,
      firing: 1,
      alerts: [
        {
          ...common,
          key: "external/prometheus/a1",
          status: "firing",
          startsAtMs: START_MS - MINUTE_MS,
          heardAtMs: START_MS,
        },
        {
          ...common,
          key: "external/prometheus/a0",
          status: "resolved",
          startsAtMs: START_MS - 5 * MINUTE_MS,
          endsAtMs: START_MS + MINUTE_MS,
          heardAtMs: START_MS + MINUTE_MS,
        },
      ],
    });
  });

  it("says it of 32 of them, and of how many there are", async () => {
    const [alerts] = await desk.ofTransition(await stateOf(34), atClose);
    expect(alerts?.summary).toBe("the last word of its 34 alerts from elsewhere at close: 33 fire, 1 are over");
    expect(alerts?.data).toMatchObject({ total: 34, firing: 33, alerts: { length: 32 } });
    const [one] = await desk.ofTransition(await stateOf(1), { ...atClose, atMs: START_MS - DAY_MS });
    expect(one).toMatchObject({
      summary: "the last word of its alert from elsewhere at close: 0 fire, 1 are over",
      fromMs: START_MS - DAY_MS,
    });
  });

  it("has the verdicts of the service's SLOs but the one that was looked at as a whole", async () => {
    const query = { incidentId: "INC-001", service: "payments", causeId: "c", fromMs: 0, toMs: START_MS };
    const { atMs, budget, coverageRatio, period, sliRatio, verdict } = judged("refunds");
    const only = { slo: "refunds", atMs, verdict, sliRatio, coverageRatio, budget };
    expect(await desk.gathered(query, "cards")).toMatchObject([
      {
        id: "c/slos",
        kind: "evaluation",
        source: "engine",
        fromMs: period.fromMs,
        toMs: START_MS,
        summary: `the SLOs of payments: refunds ${verdict.kind}`,
        data: { service: "payments", slos: [JSON.parse(JSON.stringify(only))] },
      },
    ]);
    const [both] = await desk.gathered(query);
    expect(both?.summary).toBe(`the SLOs of payments: cards ${verdict.kind}, refunds ${verdict.kind}`);
    expect(await desk.gathered({ ...query, service: "catalog" })).toEqual([]);
  });
});
