import { describe, expect, test } from "vitest";
import { declareFromAlert, incidentAfter, MINUTE_MS, START_MS as DECLARED_MS } from "../../incident/alert.fixture.js";
import type { IncidentCommand } from "../../incident/incident-command.js";
import {
  after,
  did,
  failedOutcome,
  find,
  GET,
  person,
  running,
  runbook,
  START_MS,
  step,
  withoutHealth,
  withoutUndo,
} from "../../runbook/runbook.fixture.js";
import type { RunbookAction, RunbookStep } from "../../runbook/runbook.js";
import { shippedChanges } from "./shipped-changes.js";

const link = (minutes: number, kind: "alert" | "change" | "incident", id: string): IncidentCommand => ({
  type: "link",
  atMs: DECLARED_MS + minutes * MINUTE_MS,
  actor: "ada",
  causeId: `link ${kind} ${id} ${minutes}`,
  link: { kind, id, relation: "began right after it" },
});
const unlink = (minutes: number, id: string): IncidentCommand => ({
  type: "unlink",
  atMs: DECLARED_MS + minutes * MINUTE_MS,
  actor: "ben",
  causeId: `unlink ${id} ${minutes}`,
  kind: "change",
  id,
});
const tied = (...commands: readonly IncidentCommand[]) =>
  shippedChanges({ incidents: [incidentAfter(declareFromAlert(), ...commands).state], runs: [] });

/** A run of these steps, each of which succeeds, and which is then at its end. */
function ended(steps: readonly RunbookStep[]) {
  const begun = running(withoutHealth(runbook(steps)));
  return after(begun, ...steps.flatMap(({ id }) => did(id)), find({ kind: "settle" }, START_MS + MINUTE_MS)).run;
}
const changesOf = (run: ReturnType<typeof ended>, services: readonly string[] = []) =>
  shippedChanges({
    incidents: services.map((service) => ({ id: "INC-001", service, links: [] })),
    runs: [run],
  });

describe("a change that an incident is tied to", () => {
  test("is shipped when it was tied, by whoever did that, and is looked at in the incident", () => {
    expect(tied(link(2, "change", "deploy-7"), link(3, "alert", "cpu"), link(4, "incident", "INC-002"))).toEqual([
      {
        kind: "change",
        id: "deploy-7",
        title: "began right after it",
        by: "ada",
        shippedAtMs: DECLARED_MS + 2 * MINUTE_MS,
        services: ["payments"],
        places: [{ kind: "incident", id: "INC-001" }],
      },
    ]);
  });

  test("is none once the tie was taken back, and is as of the newest tie", () => {
    expect(tied(link(2, "change", "deploy-7"), unlink(3, "deploy-7"))).toEqual([]);
    const again = tied(link(2, "change", "deploy-7"), unlink(3, "deploy-7"), link(4, "change", "deploy-7"));
    expect(again.map(({ shippedAtMs }) => shippedAtMs)).toEqual([DECLARED_MS + 4 * MINUTE_MS]);
  });
});

describe("a run of a runbook", () => {
  test("is a change once it is over, as of its end, by whoever asked for it", () => {
    expect(changesOf(ended([step("switch"), step("warm")]))).toEqual([
      {
        kind: "runbook-run",
        id: "R1",
        title: "A deploy broke it (succeeded): Do switch, Do warm",
        by: "ada",
        shippedAtMs: START_MS + MINUTE_MS,
        services: [],
        places: [{ kind: "runbook-run", id: "R1" }],
      },
    ]);
  });

  test("is looked at in its incident too, and belongs to that one's service", () => {
    const run = { ...ended([step("switch")]), incidentId: "INC-001" };
    const places = [
      { kind: "runbook-run", id: "R1" },
      { kind: "incident", id: "INC-001" },
    ];
    expect(changesOf(run, ["payments"])).toMatchObject([{ services: ["payments"], places }]);
    expect(changesOf(run)).toMatchObject([{ services: [], places }]);
  });

  test("is none while it goes on", () => {
    const begun = running(withoutHealth(runbook([step("switch"), step("warm")])));
    expect(changesOf(after(begun, ...did("switch")).run)).toEqual([]);
  });

  test.each<readonly [string, number, RunbookAction]>([
    ["a request that asks only", 0, { kind: "http", call: GET }],
    ["the same without its body", 0, { kind: "http", call: { ...GET, method: "HEAD" } }],
    ["a request that changes", 1, { kind: "http", call: { ...GET, method: "POST" } }],
    ["a command", 1, { kind: "command", call: { arguments: ["true"], shell: false, environment: [] } }],
    ["a person's hands", 1, { kind: "manual", instruction: "Turn it off and on" }],
    ["waiting", 0, { kind: "wait-until", until: { check: { kind: "http", call: GET }, withinMs: 1, everyMs: 1 } }],
  ])("that did nothing but %s counts as %i changes", (_what, count, action) => {
    const run = ended([step("switch")]);
    const [planned] = run.plan.steps;
    if (planned === undefined || action.kind === "runbook") throw new Error("the plan has one step of its own");
    const acted = { mayHaveActed: action.kind !== "wait-until" };
    const steps = run.steps.map((progress) => ({ ...progress, ...acted }));
    expect(changesOf({ ...run, plan: { ...run.plan, steps: [{ ...planned, action }] }, steps })).toHaveLength(count);
  });

  test.each([
    [false, []],
    [true, ["A deploy broke it (failed): Do switch"]],
  ])("that failed is one where it may have acted all the same: %s", (mayHaveActed, titles) => {
    const steps = [step("skipped"), withoutUndo(step("switch", { risk: "safe" }))];
    const run = after(
      running(withoutHealth(runbook(steps))),
      find({ kind: "skip", stepId: "skipped", reason: "not needed" }),
      find({ kind: "begin", stepId: "switch" }),
      find({ kind: "acted", stepId: "switch", attempt: 1, outcome: failedOutcome({ mayHaveActed }) }),
      find({ kind: "settle" }),
    ).run;
    expect(run.status).toBe("failed");
    expect(changesOf(run).map(({ title }) => title)).toEqual(titles);
  });

  test("says what it took back", () => {
    const begun = running(withoutHealth(runbook([step("switch"), step("warm")])));
    const over = after(
      begun,
      ...did("switch"),
      person({ type: "cancel", reason: "It was not the provider", undo: true }),
      find({ kind: "begin-undo", stepId: "switch" }),
      find({ kind: "undone", stepId: "switch", attempt: 1, outcome: { kind: "succeeded", summary: "back" } }),
      find({ kind: "settle" }),
    ).run;
    expect(changesOf(over).map(({ title }) => title)).toEqual([
      "A deploy broke it (compensated): Do switch (taken back)",
    ]);
  });
});
