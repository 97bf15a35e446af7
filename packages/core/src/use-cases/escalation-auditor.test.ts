import { describe, expect, it } from "vitest";
import { lead, MINUTE_MS, START_MS } from "../on-call/escalation/escalation.fixture.js";
import { createEscalationAuditor } from "./escalation-auditor.js";

function auditorAt(ms: number, more: Partial<Parameters<typeof createEscalationAuditor>[0]> = {}) {
  const one = lead();
  one.start();
  one.wake(0);
  const calls: string[] = [];
  const auditor = createEscalationAuditor({
    book: { open: () => (one.state === undefined ? [] : [one.state]) },
    nowMs: () => START_MS + ms,
    deadMan: {
      async ping() {
        calls.push("ping");
        return { kind: "pinged" };
      },
    },
    mend: async () => void calls.push("mend"),
    ...more,
  });
  return { auditor, calls };
}

describe("the auditor of escalations", () => {
  it("pings when every open escalation has a next step that is not overdue", async () => {
    const { auditor, calls } = auditorAt(5 * MINUTE_MS + 30_000);
    expect(await auditor.audit()).toEqual({
      atMs: START_MS + 5 * MINUTE_MS + 30_000,
      findings: [],
      ping: { kind: "pinged" },
    });
    expect(calls).toEqual(["ping"]);
  });

  it("withholds the ping when something is overdue, and sets it going again", async () => {
    const { auditor, calls } = auditorAt(5 * MINUTE_MS + 30_001);
    expect(await auditor.audit()).toMatchObject({ findings: [{ kind: "overdue" }], ping: { kind: "withheld" } });
    expect(calls).toEqual(["mend"]);
  });

  it("goes by the tolerance that it is given, and can go without a mend", async () => {
    const { mend: _mend, ...without } = { mend: undefined };
    const { auditor } = auditorAt(5 * MINUTE_MS + 1, { toleranceMs: 0, ...without });
    expect(await auditor.audit()).toMatchObject({ ping: { kind: "withheld" } });
    const bare = createEscalationAuditor({
      book: { open: () => [] },
      nowMs: () => START_MS,
      expected: () => [{ incidentId: "INC-002", sinceMs: 0 }],
    });
    expect(await bare.audit()).toMatchObject({ findings: [{ kind: "not-started" }], ping: { kind: "withheld" } });
  });

  it("has nobody to ping where nobody watches, and tells when the ping failed", async () => {
    const none = createEscalationAuditor({ book: { open: () => [] }, nowMs: () => START_MS });
    expect(await none.audit()).toEqual({ atMs: START_MS, findings: [], ping: { kind: "none" } });
    const failed = { kind: "failed", retryable: true, reason: "not reachable" } as const;
    const { auditor } = auditorAt(0, { deadMan: { ping: async () => failed } });
    expect(await auditor.audit()).toMatchObject({ findings: [], ping: failed });
  });
});
