import { describe, expect, it } from "vitest";
import { DAY_MS, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { decideIncident } from "../decide-incident.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentTimeline } from "../incident-timeline.js";
import type { ActionPriority } from "./action-item.js";
import { overdueActions, readinessBlockers, remindersDue } from "./action-reminders.js";

const DUE_MS = START_MS + 10 * DAY_MS;
let causes = 0;
const asked = (minutes = 1) => ({ atMs: START_MS + minutes * MINUTE_MS, actor: "ada", causeId: `c-${(causes += 1)}` });
const add = (priority: ActionPriority = "P0", dueAtMs = DUE_MS, minutes = 1): IncidentCommand => ({
  type: "add-action",
  ...asked(minutes),
  title: "Test the rollback",
  owner: "payments",
  priority,
  dueAtMs,
});
const done = (actionId = "A1"): IncidentCommand => ({
  type: "complete-action",
  ...asked(2),
  actionId,
  outcome: "it runs weekly",
});
const drop = (actionId = "A1"): IncidentCommand => ({ type: "drop-action", ...asked(2), actionId, reason: "obsolete" });
const after = (...commands: readonly IncidentCommand[]) => incidentAfter(declareFromAlert(), ...commands);
const refusal = (command: IncidentCommand, ...before: readonly IncidentCommand[]) => {
  const decided = decideIncident(after(...before).state, command);
  return decided.ok ? decided.value : decided.error;
};
const item = {
  id: "A1",
  title: "Test the rollback",
  owner: "payments",
  priority: "P0",
  dueAtMs: DUE_MS,
  addedAtMs: START_MS + MINUTE_MS,
} as const;

describe("an action item", () => {
  it("is numbered in its incident", () => {
    const { state, events } = after(add(), add("P2"));
    expect(state.actions).toEqual([
      { ...item, status: "open" },
      { ...item, id: "A2", priority: "P2", status: "open" },
    ]);
    expect(incidentTimeline(events)[1]?.text).toBe(
      "Action item A1 (P0, payments, due 2026-12-01 10:00:00 UTC): Test the rollback",
    );
  });

  it("is done once, with what came of it", () => {
    const { state, events } = after(add(), add(), done());
    expect(state.actions[0]).toEqual({
      ...item,
      status: "done",
      doneAtMs: START_MS + 2 * MINUTE_MS,
      outcome: "it runs weekly",
    });
    expect(state.actions[1]).toMatchObject({ status: "open" });
    expect(incidentTimeline(events).at(-1)?.text).toBe("Action item A1 is done: it runs weekly");
    expect(refusal(drop(), add(), done())).toEqual({
      code: "action-settled",
      actionId: "A1",
      status: "done",
      message: "The action item A1 of INC-001 is done already. Add another one.",
    });
  });

  it("may be dropped, with a reason", () => {
    const { state, events } = after(add(), drop());
    expect(state.actions).toEqual([
      { ...item, status: "dropped", droppedAtMs: START_MS + 2 * MINUTE_MS, reason: "obsolete" },
    ]);
    expect(incidentTimeline(events).at(-1)?.text).toBe("Action item A1 was dropped: obsolete");
    expect(refusal(done(), add(), drop())).toMatchObject({ code: "action-settled", status: "dropped" });
  });

  it("changes as far as is said, and not at all where nothing does", () => {
    const change = (rest: object): IncidentCommand => ({
      type: "change-action",
      ...asked(3),
      actionId: "A1",
      reason: "the team changed",
      ...rest,
    });
    const { state, events } = after(add(), change({ owner: "platform" }));
    expect(state.actions).toEqual([{ ...item, owner: "platform", status: "open" }]);
    expect(incidentTimeline(events).at(-1)?.text).toBe(
      "Action item A1 is now P0, platform, due 2026-12-01 10:00:00 UTC: Test the rollback. Because: the team changed",
    );
    expect(after(add(), change({ title: "T" })).state.actions[0]?.title).toBe("T");
    expect(after(add(), change({ priority: "P3" })).state.actions[0]?.priority).toBe("P3");
    expect(after(add(), change({ dueAtMs: 5 })).state.actions[0]?.dueAtMs).toBe(5);
    const same = { title: item.title, owner: item.owner, priority: item.priority, dueAtMs: item.dueAtMs };
    expect(refusal(change(same), add())).toEqual([]);
    expect(refusal(change({}), add())).toEqual([]);
  });

  it("that nobody knows is refused, with those that are open", () => {
    expect(refusal(done("A9"), add(), add(), drop())).toEqual({
      code: "unknown-action",
      actionId: "A9",
      open: ["A2"],
      message: "INC-001 has no action item A9. Open are A2.",
    });
    expect(refusal(done("A9"))).toMatchObject({ message: "INC-001 has no action item A9. None is open." });
  });
});

describe("reminders", () => {
  const due = (nowMs: number, ...commands: readonly IncidentCommand[]) =>
    remindersDue(after(...commands).state, nowMs).map(({ atMs, id, kind }) => [id, kind, (atMs - DUE_MS) / DAY_MS]);

  it("come a day before, when it is due, and daily for a P0", () => {
    expect(due(DUE_MS - DAY_MS - 1, add())).toEqual([]);
    expect(due(DUE_MS - DAY_MS, add())).toEqual([["INC-001/A1/due-soon@2026-11-30T10:00:00.000Z", "due-soon", -1]]);
    expect(due(DUE_MS - 1, add())).toEqual([["INC-001/A1/due-soon@2026-11-30T10:00:00.000Z", "due-soon", -1]]);
    expect(due(DUE_MS, add())).toEqual([["INC-001/A1/overdue@2026-12-01T10:00:00.000Z", "overdue", 0]]);
    expect(due(DUE_MS + DAY_MS - 1, add())[0]?.[2]).toBe(0);
    expect(due(DUE_MS + 3 * DAY_MS, add())[0]).toEqual(["INC-001/A1/overdue@2026-12-04T10:00:00.000Z", "overdue", 3]);
  });

  it.each(["P1", "P2", "P3"] as const)("come weekly for a %s", (priority) => {
    expect(due(DUE_MS + 7 * DAY_MS - 1, add(priority))[0]?.[2]).toBe(0);
    expect(due(DUE_MS + 7 * DAY_MS, add(priority))[0]?.[2]).toBe(7);
  });

  it("end with the item, and none is owed from before it was added", () => {
    expect(due(DUE_MS, add(), done())).toEqual([]);
    expect(due(DUE_MS, add(), drop())).toEqual([]);
    const late = add("P0", START_MS - DAY_MS, 1);
    expect(due(START_MS + MINUTE_MS, late)).toEqual([]);
    expect(due(START_MS + DAY_MS, late)).toHaveLength(1);
    expect(due(START_MS + MINUTE_MS, add("P0", START_MS + MINUTE_MS + DAY_MS))).toHaveLength(1);
  });

  it("name the incident and the item", () => {
    expect(remindersDue(after(add()).state, DUE_MS)).toMatchObject([{ incidentId: "INC-001", item: { id: "A1" } }]);
  });
});

describe("what is overdue", () => {
  const { state: one } = after(
    add("P0", START_MS),
    add("P1", START_MS - DAY_MS),
    add("P0", DUE_MS),
    add("P0", 0),
    done("A4"),
  );
  const other = { ...after(add("P0", START_MS - 5 * DAY_MS)).state, id: "INC-002", service: "search" };

  it("is what is open past its day, the longest first", () => {
    const found = overdueActions([one, other], START_MS + 1);
    expect(
      found.map(({ incidentId, item: { id }, overdueMs, service }) => [incidentId, id, service, overdueMs]),
    ).toEqual([
      ["INC-002", "A1", "search", 5 * DAY_MS + 1],
      ["INC-001", "A2", "payments", DAY_MS + 1],
      ["INC-001", "A1", "payments", 1],
    ]);
    expect(overdueActions([one], START_MS).map(({ item: { id } }) => id)).toEqual(["A2"]);
  });

  it("blocks readiness where it is a P0, each service's own", () => {
    expect(readinessBlockers([one, other], START_MS + 1).map(({ incidentId }) => incidentId)).toEqual([
      "INC-002",
      "INC-001",
    ]);
    expect(readinessBlockers([one, other], START_MS + 1, "payments").map(({ item: { id } }) => id)).toEqual(["A1"]);
    expect(readinessBlockers([one], START_MS)).toEqual([]);
  });
});
