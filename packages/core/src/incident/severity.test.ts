import { describe, expect, it } from "vitest";
import { evaluationAt, factsAt, MINUTE_MS, START_MS } from "./alert.fixture.js";
import { alertErrorRatio, isWorseSeverity, openingSeverity, RESPONSE_TARGETS, SEVERITIES } from "./severity.js";

const failing = (shortBad: number, shortTotal: number) => ({
  evaluation: evaluationAt(START_MS, { shortBad, shortTotal }),
});

describe("the severity at which an alert opens an incident", () => {
  it("is SEV1 for a page on a tier-1 service of which half the events fail", () => {
    expect(openingSeverity(factsAt(START_MS, failing(50, 100)), 1)).toEqual({
      severity: "SEV1",
      because: "a page on a tier-1 service of which half or more of the events fail",
    });
  });

  it("treats a service of unknown tier as tier 1", () => {
    expect(openingSeverity(factsAt(START_MS, failing(100, 100)), undefined).severity).toBe("SEV1");
  });

  it.each([
    ["fewer than half of the events fail", failing(49, 100), 1],
    ["the service is tier 2", failing(100, 100), 2],
    ["the service is tier 4", failing(100, 100), 4],
    ["nothing was measured in the short window", failing(0, 0), 1],
    ["no rule is named", { ...failing(100, 100), ruleId: "another-rule" }, 1],
  ] as const)("is SEV2 for a page when %s", (_why, changes, tier) => {
    expect(openingSeverity(factsAt(START_MS, changes), tier)).toEqual({ severity: "SEV2", because: "a page" });
  });

  it("is SEV3 for a ticket, however much fails", () => {
    const facts = factsAt(START_MS, { ...failing(100, 100), tier: "ticket" });
    expect(openingSeverity(facts, 1)).toEqual({ severity: "SEV3", because: "a ticket" });
  });

  it.each(["page", "ticket"] as const)("is SEV3 for lost data as a %s", (tier) => {
    const facts = factsAt(START_MS, { ...failing(100, 100), kind: "data-loss", tier });
    expect(openingSeverity(facts, 1)).toEqual({
      severity: "SEV3",
      because: "data are missing, users are not known to be affected",
    });
  });

  it("falls back to SEV2 and SEV3 where a table of one's own has no row", () => {
    expect(openingSeverity(factsAt(START_MS), 1, [])).toEqual({
      severity: "SEV2",
      because: "a page that no row of the table covers",
    });
    expect(openingSeverity(factsAt(START_MS, { tier: "ticket" }), 1, [])).toEqual({
      severity: "SEV3",
      because: "a ticket that no row of the table covers",
    });
  });
});

describe("the error ratio of an alert", () => {
  it("is bad over total in the short window of the rule that fired", () => {
    expect(alertErrorRatio(factsAt(START_MS, failing(30, 120)))).toBe(0.25);
  });

  it("is unknown without events, and without the rule", () => {
    expect(alertErrorRatio(factsAt(START_MS, failing(0, 0)))).toBeUndefined();
    expect(alertErrorRatio(factsAt(START_MS, { ruleId: "gone" }))).toBeUndefined();
  });
});

describe("severities", () => {
  it("are in order from the worst", () => {
    expect(SEVERITIES).toEqual(["SEV1", "SEV2", "SEV3", "SEV4"]);
    expect(isWorseSeverity("SEV1", "SEV2")).toBe(true);
    expect(isWorseSeverity("SEV2", "SEV2")).toBe(false);
    expect(isWorseSeverity("SEV4", "SEV3")).toBe(false);
  });

  it("ask for an answer in 5, 15 and 60 minutes, and for a word to stakeholders in 15, 30 and 120", () => {
    const minutes = SEVERITIES.map((severity) => {
      const { acknowledgeMs = 0, stakeholdersMs = 0, channel, meaning } = RESPONSE_TARGETS[severity];
      return [severity, acknowledgeMs / MINUTE_MS, stakeholdersMs / MINUTE_MS, channel, meaning];
    });
    expect(minutes).toEqual([
      ["SEV1", 5, 15, "page", "complete outage for all users"],
      ["SEV2", 15, 30, "chat", "more than 10 % of users affected"],
      ["SEV3", 60, 120, "ticket", "fewer than 10 % of users affected"],
      ["SEV4", 0, 0, "none", "no user impact"],
    ]);
  });
});
