import { describe, expect, it } from "vitest";
import type { IncidentDetail } from "../api/answers.js";
import { barredFrom, offeredActions } from "./incident-actions.js";

const NOW_MS = Date.parse("2026-11-21T03:12:45Z");
const incident = (changes: Partial<IncidentDetail>) =>
  ({
    moves: [],
    status: "declared",
    severity: "SEV2",
    alerts: [],
    declaredAt: "2026-11-21T03:00:30Z",
    ...changes,
  }) as unknown as IncidentDetail;
const called = (changes: object = {}) =>
  ({ status: "escalating", ...changes }) as unknown as IncidentDetail["escalation"] & object;

/** The labels of what is offered: the next step, what is at hand, and the rest. */
function offered(changes: Partial<IncidentDetail>): readonly (string | undefined)[] {
  const { main, more, quick } = offeredActions(incident(changes), NOW_MS);
  const rest = more.map(({ about, actions }) => `${about}: ${actions.map(({ label }) => label).join(", ")}`);
  return [main?.label, quick.map(({ label }) => label).join(", "), ...rest];
}

describe("what is offered for an incident", () => {
  const known = "What is known: Add evidence, Split";

  it.each([
    ["declared", ["acknowledge", "recover", "merge"], "Acknowledge", "Severity"],
    ["acknowledged", ["mitigate", "unacknowledge", "resolve", "recover", "merge"], "Mitigate", "Resolve, Severity"],
    ["mitigating", ["confirm-mitigation", "resolve", "recover", "merge"], "Mitigated", "Resolve, Severity"],
    ["mitigated", ["resolve", "recover", "reopen", "merge"], "Resolve", "Severity, Reopen"],
    ["resolved", ["reopen", "close"], "Close", "Severity, Reopen"],
  ] as const)("that is %s is what its moves allow, the next step first", (status, moves, main, stands) => {
    const back = status === "acknowledged" ? ["Who is called: Give it back"] : [];
    expect(offered({ status, moves: [...moves] })).toEqual([
      main,
      "Update, Note",
      `How it stands: ${stands}`,
      ...back,
      known,
    ]);
  });

  it("that is closed, or merged into another, is nothing", () => {
    expect(offered({ status: "closed", escalation: called({ status: "ended" }) })).toEqual([undefined, ""]);
    expect(offered({ status: "closed", mergedInto: "INC-002" })).toEqual([undefined, ""]);
  });

  it("is to call more people, or none for a time, while somebody is called", () => {
    const escalation = called();
    const moves = ["acknowledge"];
    expect(offered({ moves, escalation })).toEqual([
      "Acknowledge",
      "Escalate, Update, Note",
      "How it stands: Severity",
      "Who is called: Call nobody for a time",
      known,
    ]);
    const paused = called({ paused: { until: "2026-11-21T04:00:00Z", reason: "x" } });
    expect(offered({ moves, escalation: paused })[3]).toBe("Who is called: Change the pause, Call people again");
    expect(offered({ moves, escalation: called({ status: "ended" }) })[1]).toBe("Update, Note");
  });

  it("is to say that somebody is still on it, before all else once they were asked", () => {
    const moves = ["confirm-mitigation", "resolve"];
    const waits = (kind: string) => called({ status: "acknowledged", waits: { kind, due: "2026-11-21T04:00:00Z" } });
    expect(offered({ status: "mitigating", moves, escalation: waits("reminder") })).toMatchObject([
      "Mitigated",
      "Escalate, Update, Note",
      "How it stands: Resolve, Severity",
      "Who is called: Still on it, Call nobody for a time",
      known,
    ]);
    expect(offered({ status: "mitigating", moves, escalation: waits("no-answer") })).toMatchObject([
      "Still on it",
      "Escalate, Update, Note",
      "How it stands: Mitigated, Resolve, Severity",
      "Who is called: Call nobody for a time",
      known,
    ]);
  });
});

describe("what is sent", () => {
  const action = (label: string, changes: Partial<IncidentDetail> = {}) => {
    const { more } = offeredActions(incident({ escalation: called(), ...changes }), NOW_MS);
    return more.flatMap(({ actions }) => actions).find((one) => one.label === label);
  };

  it("of a pause is its end, from when the button was pressed", () => {
    const pause = action("Call nobody for a time");
    expect(pause?.initial).toEqual({ length: "30 minutes" });
    expect(pause?.body?.({ length: "2 hours", reason: "a drill" }, NOW_MS)).toEqual({
      until: "2026-11-21T05:12:45.000Z",
      reason: "a drill",
    });
  });

  it("of evidence is from the declaration to now, unless something else is said", () => {
    const evidence = action("Add evidence");
    expect(evidence?.initial).toEqual({ from: "2026-11-21T03:00", to: "2026-11-21T03:13" });
    expect(evidence?.body?.({ kind: "logs", from: "2026-11-21T02:00", to: "2026-11-21T03:13" }, 0)).toEqual({
      kind: "logs",
      from: "2026-11-21T02:00:00.000Z",
      to: "2026-11-21T03:13:00.000Z",
    });
  });

  it("of a split are the alerts that were chosen, of those that came with a merge or a group", () => {
    const alerts = [
      { key: "payments/burn", status: "firing" },
      { key: "am/1", status: "firing", from: "INC-002" },
      { key: "am/2", status: "resolved", from: "INC-002" },
    ];
    const split = action("Split", { alerts });
    expect(split?.fields.find(({ name }) => name === "keys")).toMatchObject({ choices: ["am/1", "am/2"] });
    expect(split?.body?.({ title: "Cards", severity: "SEV2", keys: '["am/2"]', reason: "x" }, 0)).toEqual({
      title: "Cards",
      severity: "SEV2",
      keys: ["am/2"],
      reason: "x",
    });
    expect(split?.body?.({ keys: "7" }, 0)).toEqual({ keys: [] });
    expect([split?.initial, split?.asSeen]).toEqual([{ severity: "SEV2" }, true]);
  });
});

describe("who reads", () => {
  const session = (role: "viewer" | "responder" | "approver") =>
    ({ state: "signed-in", name: "ann", role, by: "session" }) as const;

  it("may act with the role that is needed, or one that includes it", () => {
    expect(barredFrom(session("responder"), "responder")).toBeUndefined();
    expect(barredFrom(session("approver"), "responder")).toBeUndefined();
    expect(barredFrom(session("responder"), "approver")).toBe("This needs the role approver, and ann is responder.");
  });

  it("signs in first", () => {
    expect(barredFrom({ state: "signed-out", readsOpen: true, hasUsers: true }, "responder")).toBe("Sign in to act.");
    expect(barredFrom(undefined, "responder")).toBe("It is not known yet who is signed in.");
  });
});
