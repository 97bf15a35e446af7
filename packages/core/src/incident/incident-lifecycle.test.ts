import { describe, expect, it } from "vitest";
import { allowedMoves, INCIDENT_STATUSES, isOpenStatus, statusAfter } from "./incident-lifecycle.js";

describe("the life of an incident", () => {
  it("goes by this table, and by nothing else", () => {
    const rows = INCIDENT_STATUSES.map((from) => [
      from,
      allowedMoves(from).map((move) => `${move} -> ${statusAfter(from, move)}`),
    ]);
    expect(Object.fromEntries(rows)).toEqual({
      declared: ["acknowledge -> acknowledged", "recover -> resolved", "merge -> closed"],
      acknowledged: [
        "mitigate -> mitigating",
        "unacknowledge -> declared",
        "resolve -> resolved",
        "recover -> resolved",
        "merge -> closed",
      ],
      mitigating: ["confirm-mitigation -> mitigated", "resolve -> resolved", "recover -> resolved", "merge -> closed"],
      mitigated: ["resolve -> resolved", "recover -> resolved", "reopen -> mitigating", "merge -> closed"],
      resolved: ["reopen -> declared", "close -> closed"],
      closed: [],
    });
  });

  it("lets the engine resolve from every open status", () => {
    const open = INCIDENT_STATUSES.filter(isOpenStatus);
    expect(open).toEqual(["declared", "acknowledged", "mitigating", "mitigated"]);
    for (const status of open) expect(statusAfter(status, "recover")).toBe("resolved");
  });

  it("ends with closed", () => {
    expect(statusAfter("closed", "reopen")).toBeUndefined();
  });
});
