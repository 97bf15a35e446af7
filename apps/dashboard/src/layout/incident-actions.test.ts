import { describe, expect, it } from "vitest";
import type { IncidentDetail } from "../api/answers.js";
import { barredFrom, incidentActions } from "./incident-actions.js";

function whyNot(changes: Partial<IncidentDetail>): Readonly<Record<string, string | undefined>> {
  const incident = { moves: [], status: "declared", ...changes } as unknown as IncidentDetail;
  return Object.fromEntries(incidentActions(incident).map(({ label, whyNot: why }) => [label, why(incident)]));
}

describe("a button of an incident", () => {
  it("can be pressed where the lifecycle allows it, and says what to do first where it does not", () => {
    expect(whyNot({ moves: ["acknowledge", "recover", "merge"] })).toEqual({
      Acknowledge: undefined,
      Escalate: "Nobody is called about it: its service has no escalation policy.",
      Mitigate: "Acknowledge it first.",
      Resolve: "Acknowledge it first.",
      Reopen: "It is declared, and can not be reopened now.",
      Note: undefined,
      Severity: undefined,
      Update: undefined,
    });
  });

  it("asks for the end of the mitigation once one has begun", () => {
    const reasons = whyNot({ status: "mitigating", moves: ["confirm-mitigation", "resolve"] });
    expect(reasons).toMatchObject({ Mitigated: undefined, Resolve: undefined });
    expect(reasons["Acknowledge"]).toBe("It is mitigating, and can not be acknowledged now.");
  });

  it("can be pressed for nothing any more once the incident is closed", () => {
    const closed = whyNot({ status: "closed", escalation: { status: "ended" } as never });
    expect(closed).toMatchObject({
      Note: "It is closed, which is final.",
      Resolve: "It is closed, which is final.",
      Escalate: "Nobody is called about it any more.",
    });
    expect(whyNot({ status: "closed", mergedInto: "INC-002" })["Note"]).toBe("It was merged into INC-002: work there.");
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
