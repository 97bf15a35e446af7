import { describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS, shareOf, START_MS } from "../incident/alert.fixture.js";
import type { IncidentBudgetShare } from "../incident/incident-budget-share.js";
import { createCostRecorder } from "./cost-recorder.js";
import { createIncidentWorld, saidAt } from "./incident-desk.fixture.js";

const SLOW = { title: "Slow", severity: "SEV3", service: "payments" } as const;

/** A desk, and a recorder that counts what a test says; `asked` is whose cost it looked for. */
function recording(share: IncidentBudgetShare = shareOf(12)) {
  const world = createIncidentWorld();
  const asked: string[] = [];
  const record = createCostRecorder({
    ...world,
    shares: ({ id }) => {
      asked.push(id);
      return share;
    },
  });
  const declared = (minute: number) => world.desk.declare({ ...SLOW, ...saidAt(minute, `declared ${minute}`) });
  const resolve = async (id: string, minute: number) => {
    await world.desk.command(id, { type: "acknowledge", ...saidAt(minute, `seen ${id} ${minute}`) });
    await world.desk.command(id, { type: "resolve", reason: "quick", ...saidAt(minute, `resolved ${id} ${minute}`) });
  };
  const costs = (id: string) => world.events(id).filter(({ type }) => type === "incident.cost-recorded");
  return { ...world, asked, record, declared, resolve, costs };
}

const minutes = (count: number) => START_MS + count * MINUTE_MS;

describe("what an incident cost", () => {
  it("is written to its course once, when its last slices have come", async () => {
    const { asked, costs, declared, record, resolve } = recording();
    await declared(0);
    expect(await record(minutes(5))).toEqual([]);
    await resolve("INC-001", 10);
    expect(await record(minutes(12) - 1)).toEqual([]);
    expect(asked).toEqual([]);
    expect(await record(minutes(12))).toEqual(["INC-001"]);
    expect(await record(minutes(13))).toEqual([]);
    expect(costs("INC-001")).toMatchObject([
      { actor: "engine", atMs: minutes(12), data: { round: 0, share: { bad: 12 }, causeId: "cost/INC-001/0" } },
    ]);
  });

  it("is written again for each time that it opened, also once it is closed", async () => {
    const { costs, declared, desk, record, resolve } = recording();
    await declared(0);
    await resolve("INC-001", 1);
    await record(minutes(4));
    await desk.command("INC-001", { type: "reopen", reason: "again", ...saidAt(5, "again") });
    expect(await record(minutes(30))).toEqual([]);
    await resolve("INC-001", 31);
    await desk.command("INC-001", { type: "close", how: "person", ...saidAt(32, "close") });
    expect(await record(minutes(40))).toEqual(["INC-001"]);
    expect(costs("INC-001").map(({ data }) => (data as { round: number }).round)).toEqual([0, 1]);
  });

  it("is not written where it is not known, and not looked for any more after a day", async () => {
    const { asked, declared, record, resolve } = recording({ kind: "unknown", reason: "no events" });
    await declared(0);
    await resolve("INC-001", 0);
    expect(await record(START_MS + DAY_MS - 1)).toEqual([]);
    expect(asked).toEqual(["INC-001"]);
    expect(await record(START_MS + DAY_MS)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it("of an incident that was closed as another's is that one's", async () => {
    const { declared, desk, record } = recording();
    await declared(0);
    await declared(1);
    await desk.command("INC-002", { type: "merge", into: "INC-001", reason: "same", ...saidAt(2, "merge") });
    expect(await record(minutes(30))).toEqual([]);
  });

  it("of many that end at once is left to the next round, so that none is held up", async () => {
    const { declared, record, resolve } = recording();
    for (let number = 1; number <= 101; number += 1) {
      await declared(number);
      await resolve(`INC-${String(number).padStart(3, "0")}`, number);
    }
    expect(await record(minutes(200))).toHaveLength(100);
    expect(await record(minutes(201))).toEqual(["INC-001"]);
  });
});
