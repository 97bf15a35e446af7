import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { healthyFleet, pagingFleet } from "../../test/fleet.js";
import { openIncident, resolvedIncident } from "../../test/incident-fleet.js";
import { pagingSlo, slo } from "../../test/slo-fleet.js";
import { budgetSpan, ZERO_AT } from "./budget-scale.js";
import { burnPosition, highestBurn } from "./burn-scale.js";
import { commandWords } from "./command-words.js";
import { freshness } from "./freshness.js";
import { headline, headlineWords } from "./headline.js";
import { historySeries } from "./history-series.js";
import { incidentBySlo, orderIncidents } from "./incident-order.js";
import { shownVerdict } from "./shown-verdict.js";
import { filterSlos, readFilter, writeFilter } from "./slo-filter.js";
import { sortSlos } from "./sort-slos.js";

describe("the budget bar", () => {
  test("goes to the left of the zero line exactly when the budget is overspent, and further the more it is", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1, noNaN: true }),
        fc.double({ min: -1e4, max: 1, noNaN: true }),
        (one, other) => {
          const a = budgetSpan(one);
          const b = budgetSpan(other);
          expect(a.from).toBeGreaterThanOrEqual(0);
          expect(a.to).toBeLessThanOrEqual(1);
          if (one < 0) expect(a.to).toBe(ZERO_AT);
          else expect(a.from).toBe(ZERO_AT);
          if (one < other) expect(a.from + a.to).toBeLessThanOrEqual(b.from + b.to);
        },
      ),
    );
  });
});

describe("the burn gauge", () => {
  test("ends where everything fails", () => {
    expect(highestBurn(0.999)).toBe(1000);
    expect(burnPosition(1000, 1000)).toBe(1);
    expect(burnPosition(0, 1000)).toBe(0);
  });

  test("leaves room for what matters: from 1x to 14.4x is more than a fifth of the scale at 99.9 %", () => {
    expect(burnPosition(14.4, 1000) - burnPosition(1, 1000)).toBeGreaterThan(0.2);
  });
});

describe("what an SLO is called", () => {
  test("a page whose data are missing is still a page", () => {
    const frozen = pagingSlo({
      verdict: { kind: "frozen", reasons: [] },
      alert: { status: "firing", tier: "page", frozen: true },
    });
    expect(shownVerdict(frozen)).toMatchObject({
      kind: "page",
      quiet: false,
      notes: ["its data are missing: frozen as it was"],
    });
  });

  test("what is held back says by whom, and wakes nobody", () => {
    const held = pagingSlo({ alert: { status: "suppressed", tier: "page", frozen: false, suppressedBy: "db" } });
    expect(shownVerdict(held)).toMatchObject({ words: "Would page", quiet: true, notes: ["held back while db pages"] });
  });

  test("a shadow that fires is quiet", () => {
    const shadow = slo("x", { mode: "shadow", verdict: { kind: "firing", tier: "page", reasons: [] } });
    expect(shownVerdict(shadow)).toMatchObject({ kind: "page", quiet: true });
  });
});

describe("the list", () => {
  test("has the worst first", () => {
    expect(sortSlos(pagingFleet().slos).map(({ id }) => id)).toEqual([
      "payments-availability",
      "catalog-latency",
      "checkout-availability",
      "search-freshness",
      "dns-probe",
      "gateway-latency",
      "gateway-availability",
      "catalog-availability",
      "gateway-availability-next",
    ]);
  });

  test("is narrowed by every word, by service and by verdict", () => {
    const { slos } = pagingFleet();
    const ids = (query: string) => filterSlos(slos, readFilter(new URLSearchParams(query))).map(({ id }) => id);
    expect(ids("q=GATEWAY lat")).toEqual(["gateway-latency"]);
    expect(ids("verdict=page")).toEqual(["payments-availability"]);
    expect(ids("verdict=silent")).toEqual(["checkout-availability", "gateway-availability-next"]);
    expect(ids("service=dns&verdict=nonsense")).toEqual(["dns-probe"]);
  });

  test("keeps its filter in the address", () => {
    const filter = { text: "a & b", service: "dns", verdict: "frozen" } as const;
    expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
    expect(writeFilter({ text: "", service: "", verdict: "" })).toBe("");
  });
});

describe("the headline", () => {
  const words = (slos: Parameters<typeof headline>[0]) => headlineWords(headline(slos));

  test("names what pages", () => {
    expect(words(pagingFleet().slos)).toBe("payments-availability pages");
    expect(words([pagingSlo(), pagingSlo({ id: "b" })])).toBe("2 SLOs page");
  });

  test("is not calm while an incident is open, though nothing burns any more", () => {
    expect(headlineWords(headline(healthyFleet().slos, 2))).toBe("Nothing pages. 2 incidents are open");
  });

  test("counts what nobody is told of apart", () => {
    expect(headline(pagingFleet().slos).rest).toBe(
      "9 SLOs: 1 paging, 1 with a ticket, 1 frozen, 1 without data, 3 healthy, 2 held back or shadow",
    );
  });

  test("is calm only when everything that is heard is healthy", () => {
    expect(words(healthyFleet().slos)).toBe("All within budget");
    const unmeasured = slo("a", { verdict: { kind: "no-data", reasons: [] } });
    expect(words([unmeasured])).toBe("Nothing has been measured yet");
    expect(words([unmeasured, slo("b")])).toBe("Nothing pages");
    const overspent = slo("c", { budget: { ...slo("c").budget, remainingRatio: -0.1 } });
    expect(words([overspent, slo("b")])).toBe("Nothing pages. 1 budget is overspent");
  });
});

test("open incidents come first, the worst of them on top, then the newest", () => {
  const open = openIncident();
  const lesser = openIncident({ id: "b", severity: "SEV3", declaredAt: open.declaredAt });
  const over = resolvedIncident();
  expect(orderIncidents([over, lesser, open]).map(({ id }) => id)).toEqual([open.id, "b", over.id]);
});

test("of several incidents of one SLO the first in order is named, and one of no SLO beside none", () => {
  const open = openIncident();
  const newer = openIncident({ id: "b", severity: "SEV3", declaredAt: new Date().toISOString() });
  const over = { ...resolvedIncident(), sloId: "payments-availability" };
  const { sloId: _, ...ofNone } = openIncident({ id: "c" });
  const other = openIncident({ id: "d", sloId: "other" });
  for (const incidents of [
    [open, newer, over, ofNone, other],
    [other, ofNone, over, newer, open],
  ]) {
    const named = Object.fromEntries([...incidentBySlo(incidents)].map(([sloId, { id }]) => [sloId, id]));
    expect(named).toEqual({ other: "d", "payments-availability": open.id });
  }
});

test("what was hardly measured is a gap in the line, and bad events that were counted stay", () => {
  const point = { total: 10, remainingRatio: 0.5 };
  const series = historySeries({
    stepMs: 60_000,
    points: [
      { ...point, at: "2026-11-21T00:01:00Z", bad: 1, coverageRatio: 1 },
      { ...point, at: "2026-11-21T00:02:00Z", bad: 0, coverageRatio: 0.1 },
      { ...point, at: "2026-11-21T00:03:00Z", bad: 4, coverageRatio: 0.5 },
      { ...point, at: "2026-11-21T00:04:00Z", bad: 0, coverageRatio: 0.9 },
    ],
  });
  expect(series.remainingPercent).toEqual([50, null, null, 50]);
  expect(series.bad).toEqual([1, null, 4, 0]);
  const start = Date.UTC(2026, 10, 21) / 1000;
  expect(series.gaps).toEqual([{ from: start + 60, to: start + 180 }]);
});

describe("freshness", () => {
  const facts = { nowMs: 100_000, evaluatedAtMs: 90_000, sliceMs: 15_000 };

  test("a service that answers but does not evaluate is late", () => {
    expect(freshness({ ...facts, live: { status: "live" } })).toEqual({ kind: "fresh", words: "live", ageMs: 10_000 });
    expect(freshness({ ...facts, nowMs: 151_000, live: { status: "live" } }).kind).toBe("late");
  });

  test("what is lost is lost, however new the last answer", () => {
    expect(freshness({ ...facts, live: { status: "lost", lastContactMs: 5 } })).toEqual({ kind: "lost", asOfMs: 5 });
    expect(freshness({ ...facts, live: { status: "lost" } })).toEqual({ kind: "lost" });
  });
});

test("a command to copy is one that a shell reads as it is meant", () => {
  expect(commandWords("slo", "explain", "it's; rm")).toBe(String.raw`plimsoll slo explain 'it'\''s; rm'`);
});
