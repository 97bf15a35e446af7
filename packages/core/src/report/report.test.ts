import { describe, expect, test } from "vitest";
import {
  DAY_MS,
  history,
  historyReader,
  HOUR_MS,
  makeSlo,
  MINUTE_MS,
  NOW_MS,
  SLICE_MS,
} from "../evaluation/evaluation.fixture.js";
import { columnReader } from "../evaluation/window-reader.js";
import { createLedger, planTiers } from "../ledger/index.js";
import type { Slo } from "../slo/slo.js";
import { buildReport } from "./build-report.js";
import { measureReport } from "./measure-report.js";
import { markdownText, plainText } from "./plain-text.js";
import { renderReport } from "./render-report.js";
import type { ReportFigures, ReportIncident } from "./report.js";

const PERIOD = { fromMs: NOW_MS - 6 * HOUR_MS, toMs: NOW_MS };
const QUARTER = { fromMs: NOW_MS - 90 * DAY_MS, toMs: NOW_MS };
const DAY_LONG = { kind: "rolling", lengthMs: DAY_MS } as const;
const SLO = makeSlo({ title: "Payments", window: DAY_LONG, rules: [] });

/** A day of a thousand events a minute; one hour of the period has so many bad ones a minute, and a gap may be cut out. */
function figuresOf(
  slo: Slo,
  options: { bad?: number; gapMinutes?: number; period?: typeof PERIOD; total?: number } = {},
): ReportFigures {
  const { bad = 0, gapMinutes = 0, period = PERIOD, total = 1000 } = options;
  const slices = history({ fromMs: NOW_MS - 2 * DAY_MS, toMs: NOW_MS }, (atMs) => {
    if (atMs < NOW_MS - 2 * HOUR_MS && atMs >= NOW_MS - 2 * HOUR_MS - gapMinutes * MINUTE_MS) return undefined;
    return { bad: atMs >= NOW_MS - 2 * HOUR_MS && atMs < NOW_MS - HOUR_MS ? bad : 0, total };
  });
  return measureReport(slo, historyReader(slices), {
    period,
    context: { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS },
  });
}

const incident = (part: Partial<ReportIncident> = {}): ReportIncident => ({
  id: "INC-1",
  title: "Card provider down",
  sloId: SLO.id,
  openedMs: NOW_MS - 2 * HOUR_MS,
  resolvedMs: NOW_MS - HOUR_MS,
  bad: 300,
  budgetShare: 300 / 1440,
  needsPostmortemWithP0: true,
  ...part,
});
const build = (part: Partial<Parameters<typeof buildReport>[0]> = {}) =>
  buildReport({
    period: PERIOD,
    slos: [SLO],
    current: [figuresOf(SLO, { bad: 5 })],
    previous: [figuresOf(SLO, { bad: 1 })],
    incidents: [],
    quarter: { period: QUARTER, totals: new Map(), incidents: [] },
    ...part,
  });

describe("measuring a report's period", () => {
  test("finds its counts, its worst hour and its coverage", () => {
    const figures = figuresOf(SLO, { bad: 5 });
    expect(figures).toMatchObject({
      sloId: SLO.id,
      bad: 300,
      total: 360_000,
      coverageRatio: 1,
      thinHours: 0,
      worstBurn: { burnRate: expect.closeTo(5, 9), atMs: NOW_MS - 2 * HOUR_MS, lengthMs: HOUR_MS },
      coveredFromMs: PERIOD.fromMs,
    });
    expect(figures.evaluation.budget).toMatchObject({ bad: 300, total: 1_440_000 });
  });

  test("counts the hours that were measured too thinly", () => {
    expect(figuresOf(SLO, { gapMinutes: 66 })).toMatchObject({ coverageRatio: 294 / 360, thinHours: 1 });
    expect(figuresOf(SLO, { gapMinutes: 67 })).toMatchObject({ thinHours: 2 });
  });

  test("an hour without events is not the worst, and of two alike the first is", () => {
    expect(figuresOf(SLO, { total: 0 }).worstBurn).toBeUndefined();
    expect(figuresOf(SLO).worstBurn).toEqual({ burnRate: 0, atMs: PERIOD.fromMs, lengthMs: HOUR_MS });
  });

  test("looks at hours of the clock, as a sum over any other hour is one over two cells", () => {
    const period = { fromMs: NOW_MS - 6 * HOUR_MS + 12 * MINUTE_MS, toMs: NOW_MS - 12 * MINUTE_MS };
    expect(figuresOf(SLO, { bad: 5, period }).worstBurn).toEqual({
      burnRate: expect.closeTo(5, 9),
      atMs: NOW_MS - 2 * HOUR_MS,
      lengthMs: HOUR_MS,
    });
  });

  test("an hour that the period's end cuts is measured over the part inside", () => {
    const toMs = NOW_MS - 2 * HOUR_MS + 20 * MINUTE_MS;
    expect(figuresOf(SLO, { bad: 5, period: { fromMs: PERIOD.fromMs, toMs } }).worstBurn).toEqual({
      burnRate: expect.closeTo(5, 9),
      atMs: NOW_MS - 2 * HOUR_MS,
      lengthMs: 20 * MINUTE_MS,
    });
  });

  test("an hour that the period's start cuts is measured over the part inside", () => {
    const fromMs = NOW_MS - 2 * HOUR_MS + 50 * MINUTE_MS;
    expect(figuresOf(SLO, { bad: 5, period: { fromMs, toMs: NOW_MS } }).worstBurn).toEqual({
      burnRate: expect.closeTo(5, 9),
      atMs: fromMs,
      lengthMs: 10 * MINUTE_MS,
    });
  });

  test("a period within one hour is one part of it", () => {
    const period = { fromMs: NOW_MS - 90 * MINUTE_MS, toMs: NOW_MS - 75 * MINUTE_MS };
    expect(figuresOf(SLO, { bad: 5, period }).worstBurn).toEqual({
      burnRate: expect.closeTo(5, 9),
      atMs: period.fromMs,
      lengthMs: 15 * MINUTE_MS,
    });
  });

  test("the newest hour ends where the data do, and what is on its way makes it neither thin nor bad", () => {
    const nowMs = NOW_MS + 5 * MINUTE_MS;
    const slices = history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS + 3 * MINUTE_MS }, (atMs) => ({
      bad: atMs < NOW_MS ? 0 : 5,
      total: 1000,
    }));
    const measured = (watermarkMs: number, slo = SLO) =>
      measureReport(slo, historyReader(slices), {
        period: { fromMs: PERIOD.fromMs, toMs: nowMs },
        context: { nowMs, sliceMs: SLICE_MS, watermarkMs },
      });
    const fresh = {
      worstBurn: { burnRate: expect.closeTo(5, 9), atMs: NOW_MS, lengthMs: 3 * MINUTE_MS },
      thinHours: 0,
    };
    expect(measured(NOW_MS + 3 * MINUTE_MS)).toMatchObject(fresh);
    expect(measured(NOW_MS + 3 * MINUTE_MS, makeSlo({ window: DAY_LONG, rules: [], gapIs: "bad" }))).toMatchObject(
      fresh,
    );
    // A source that is late has lost what is missing.
    expect(measured(NOW_MS)).toMatchObject({ worstBurn: { lengthMs: 5 * MINUTE_MS }, thinHours: 1 });
  });

  test("takes no longer cell for an hour", () => {
    const slices = history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, () => ({ bad: 5, total: 1000 }));
    const read = historyReader(slices);
    const figures = measureReport(SLO, (fromMs, toMs) => ({ ...read(fromMs, toMs), fromMs: fromMs - 1 }), {
      period: PERIOD,
      context: { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS },
    });
    expect(figures).toMatchObject({ worstBurn: undefined, thinHours: 0, bad: 1800 });
  });

  test("looks at no part of an hour that the ledger holds only as a whole", () => {
    const periodMs = 5 * DAY_MS;
    const ledger = createLedger({
      tiers: planTiers({ sliceMs: SLICE_MS, longestWindowMs: periodMs }),
      nowMs: NOW_MS - periodMs,
    });
    const column = ledger.addColumn(SLO.id, NOW_MS - periodMs);
    const untilMs = NOW_MS + 10 * MINUTE_MS;
    for (let atMs = NOW_MS - periodMs; atMs < untilMs; atMs += SLICE_MS) {
      ledger.advanceTo(atMs + SLICE_MS);
      const outage = atMs < NOW_MS - periodMs + 2 * HOUR_MS && atMs >= NOW_MS - periodMs + HOUR_MS;
      ledger.record(column, atMs, { bad: outage ? 50 : atMs < NOW_MS ? 0 : 5, total: 1000 });
    }
    const worstFrom = (fromMs: number) =>
      measureReport(SLO, columnReader(ledger, column), {
        period: { fromMs, toMs: untilMs },
        context: { nowMs: untilMs, sliceMs: SLICE_MS, watermarkMs: untilMs },
      }).worstBurn;
    const fromMs = NOW_MS - periodMs + HOUR_MS;
    expect(worstFrom(fromMs)).toEqual({ burnRate: expect.closeTo(50, 9), atMs: fromMs, lengthMs: HOUR_MS });
    expect(worstFrom(fromMs + MINUTE_MS)).toEqual({
      burnRate: expect.closeTo(5, 9),
      atMs: NOW_MS,
      lengthMs: 10 * MINUTE_MS,
    });
  });

  test("says from when on it counts where measuring began later", () => {
    const measured = (bornMs: number) =>
      measureReport(SLO, historyReader(new Map()), {
        period: PERIOD,
        bornMs,
        context: { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS },
      });
    expect(measured(PERIOD.fromMs - 1)).toMatchObject({ coveredFromMs: PERIOD.fromMs, thinHours: 6 });
    expect(measured(PERIOD.fromMs + 1)).toMatchObject({ coveredFromMs: PERIOD.fromMs + 1, thinHours: 6 });
    expect(measured(PERIOD.fromMs + HOUR_MS)).toMatchObject({ thinHours: 5 });
    expect(measured(PERIOD.toMs - MINUTE_MS)).toMatchObject({ thinHours: 1 });
    expect(measured(PERIOD.toMs + 1)).toMatchObject({ coveredFromMs: PERIOD.toMs, thinHours: 0 });
  });

  test("counts gaps as bad where the objective does", () => {
    expect(figuresOf(makeSlo({ window: DAY_LONG, rules: [], gapIs: "bad" }), { gapMinutes: 60 })).toMatchObject({
      bad: 60,
      coverageRatio: 1,
      thinHours: 0,
      worstBurn: { burnRate: 1000, atMs: NOW_MS - 3 * HOUR_MS, lengthMs: HOUR_MS },
    });
  });
});

describe("building a report", () => {
  test("says of every objective what it did and what is left", () => {
    expect(build({ incidents: [incident()] })).toEqual({
      period: PERIOD,
      quarter: QUARTER,
      slos: [
        {
          sloId: "payments-availability",
          title: "Payments",
          service: "payments",
          mode: "active",
          coveredFromMs: PERIOD.fromMs,
          targetRatio: 0.999,
          sliRatio: 359_700 / 360_000,
          previousSliRatio: 359_940 / 360_000,
          trend: "worse",
          remainingRatio: expect.closeTo(1 - 300 / 1440, 9),
          spentRatio: expect.closeTo(300 / 1440, 9),
          worstBurn: { burnRate: expect.closeTo(5, 9), atMs: NOW_MS - 2 * HOUR_MS, lengthMs: HOUR_MS },
          coverageRatio: 1,
          thinHours: 0,
          frozenBecause: [],
          incidents: [incident()],
          outageClasses: [],
        },
      ],
      totals: { slos: 1, missed: 0, overspent: 0, incidents: 1, meanTimeToResolveMs: HOUR_MS },
    });
  });

  test("tells better from worse and steady by the part of the budget", () => {
    const trend = (now: number, before: number) =>
      build({ current: [figuresOf(SLO, { bad: now })], previous: [figuresOf(SLO, { bad: before })] }).slos[0]?.trend;
    expect(trend(1, 5)).toBe("better");
    expect(trend(5, 1)).toBe("worse");
    expect(trend(5, 5)).toBe("steady");
    expect(trend(0.3, 0)).toBe("steady"); // 5 % of the budget
    expect(trend(0.31, 0)).toBe("worse");
    expect(build({ previous: [] }).slos[0]?.trend).toBe("new");
    expect(build({ previous: [figuresOf(SLO, { total: 0 })] }).slos[0]).toMatchObject({
      trend: "new",
      previousSliRatio: undefined,
    });
    expect(build({ current: [figuresOf(SLO, { total: 0 })] }).slos[0]).toMatchObject({
      trend: "new",
      sliRatio: undefined,
    });
  });

  test("counts what missed its target, what is overspent, and how long incidents took", () => {
    const other = makeSlo({ id: "other", window: DAY_LONG, rules: [], mode: "shadow" });
    const report = build({
      slos: [SLO, other, makeSlo({ id: "unmeasured" })],
      current: [figuresOf(SLO, { bad: 500 }), figuresOf(other)],
      incidents: [
        incident(),
        incident({ id: "INC-2", openedMs: NOW_MS - 4 * HOUR_MS }),
        incident({ id: "INC-3", sloId: "gone" }),
      ],
    });
    expect(report.slos.map(({ sloId, title, mode }) => [sloId, title, mode])).toEqual([
      ["payments-availability", "Payments", "active"],
      ["other", "other", "shadow"],
    ]);
    expect(report.totals).toEqual({
      slos: 2,
      missed: 1,
      overspent: 1,
      incidents: 3,
      meanTimeToResolveMs: (5 / 3) * HOUR_MS,
    });
    expect(renderReport(report, "markdown")).toContain("| overspent 19.8 times |");
    const open = incident();
    const { resolvedMs: _, ...unresolved } = open;
    expect(build({ incidents: [unresolved] }).totals.meanTimeToResolveMs).toBeUndefined();
    expect(build({ incidents: [unresolved, open] }).totals.meanTimeToResolveMs).toBe(HOUR_MS);
  });

  test("says why an objective cannot be judged at the end", () => {
    const late = { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS - HOUR_MS };
    const reader = historyReader(history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, () => ({ bad: 0, total: 1 })));
    const figures = measureReport(SLO, reader, { period: PERIOD, context: late });
    expect(build({ current: [figures] }).slos[0]?.frozenBecause).toMatchObject([{ kind: "watermark" }]);
    const none = measureReport(SLO, historyReader(new Map()), {
      period: PERIOD,
      context: { ...late, watermarkMs: undefined },
    });
    expect(build({ current: [none] }).slos[0]?.frozenBecause).toMatchObject([
      { kind: "watermark", watermarkMs: undefined },
    ]);
  });
});

describe("classes of outage", () => {
  const { bad: _bad, budgetShare: _share, ...unknown } = incident({ title: "Slow" });
  const quarter = {
    period: QUARTER,
    totals: new Map([[SLO.id, 1_000_000]]),
    incidents: [
      incident({ bad: 110 }),
      incident({ bad: 100 }),
      incident({ title: "Slow *disk*", bad: 1 }),
      incident({ title: "No data", bad: 0 }),
      incident({ sloId: "other", bad: 500 }),
      unknown,
    ],
  };

  test("are incidents of one title, held against the quarter's budget", () => {
    const report = build({ quarter });
    expect(report.slos[0]?.outageClasses).toEqual([
      { outageClass: "Card provider down", incidents: 2, budgetShare: expect.closeTo(0.21, 9), needsP0InPlan: true },
      { outageClass: "Slow *disk*", incidents: 1, budgetShare: expect.closeTo(0.001, 9), needsP0InPlan: false },
    ]);
    const noted = [
      "Class of outage, Card provider down: 2 incidents, 21 % of the budget since 2026-08-22 12:00 UTC; over 20 %: next quarter's plan needs a P0",
      "Class of outage, Slow *disk*: 1 incident, 0.1 % of the budget since 2026-08-22 12:00 UTC",
    ];
    expect(renderReport(report, "text")).toContain(`Payments\n  ${noted.join("\n  ")}\n`);
    const escaped = noted.join("\n- ").replaceAll("*", "\\*");
    expect(renderReport(report, "markdown")).toContain(`## Payments\n\n- ${escaped}\n`);
  });
});

describe("rendering a report", () => {
  const { resolvedMs: _, ...open } = incident({
    id: "INC-2",
    title: "Slow",
    bad: 3,
    budgetShare: 3 / 1440,
    needsPostmortemWithP0: false,
  });
  const report = build({ incidents: [incident(), open] });

  test("as Markdown", () => {
    expect(renderReport(report, "markdown")).toBe(`# Service levels, 2026-11-20 06:00 UTC to 2026-11-20 12:00 UTC

1 objective: 0 under target, 0 overspent. 2 incidents, resolved in 1 h on average.

| Objective | Target | SLI | Trend | Budget left | Spent | Worst hour | Measured |
| --- | ---: | ---: | --- | ---: | ---: | --- | --- |
| Payments | 99.9 % | 99.9166 % | worse, down from 99.9833 % | 79 % | 21 % | 5x from 2026-11-20 10:00 UTC | 100 % |

## Payments

- INC-1, Card provider down: opened 2026-11-20 10:00 UTC, resolved after 1 h, cost 21 % of the budget; over 20 %: its postmortem needs a P0 action
- INC-2, Slow: opened 2026-11-20 10:00 UTC, still open, cost 0.21 % of the budget
`);
  });

  test("says so where it is not known what an incident cost", () => {
    const { bad: _bad, budgetShare: _share, ...unknown } = incident({ needsPostmortemWithP0: false });
    expect(renderReport(build({ incidents: [unknown] }), "text")).toContain("resolved after 1 h, cost not known\n");
  });

  test("says so where it covers only a part of its period", () => {
    const current = [{ ...figuresOf(SLO), coveredFromMs: PERIOD.fromMs + HOUR_MS }];
    const words = "Only from 2026-11-20 07:00 UTC on: before it, nothing was measured or is held any more";
    expect(renderReport(build({ current }), "markdown")).toContain(`## Payments\n\n- ${words}\n`);
    expect(renderReport(build({ current }), "text")).toContain(`Payments\n  ${words}\n`);
  });

  test("says of which part of an hour the worst burn is, and no length for a whole one", () => {
    const worst = (toMs: number) =>
      renderReport(build({ current: [figuresOf(SLO, { bad: 5, period: { fromMs: PERIOD.fromMs, toMs } })] }), "text");
    expect(worst(NOW_MS - HOUR_MS - 1000)).toContain("  5x from 2026-11-20 10:00 UTC, in 59 min 59 s  ");
    expect(worst(NOW_MS - HOUR_MS)).toContain("  5x from 2026-11-20 10:00 UTC  ");
  });

  test("as aligned text", () => {
    expect(renderReport(report, "text")).toBe(`Service levels, 2026-11-20 06:00 UTC to 2026-11-20 12:00 UTC
1 objective: 0 under target, 0 overspent. 2 incidents, resolved in 1 h on average.

Objective  Target  SLI        Trend                       Budget left  Spent  Worst hour                    Measured
Payments   99.9 %  99.9166 %  worse, down from 99.9833 %  79 %         21 %   5x from 2026-11-20 10:00 UTC  100 %

Payments
  INC-1, Card provider down: opened 2026-11-20 10:00 UTC, resolved after 1 h, cost 21 % of the budget; over 20 %: its postmortem needs a P0 action
  INC-2, Slow: opened 2026-11-20 10:00 UTC, still open, cost 0.21 % of the budget
`);
  });

  test("says what there is nothing of, and what is new, steady or better", () => {
    const row = (part: Parameters<typeof build>[0]) => renderReport(build(part), "markdown").split("\n")[6];
    expect(row({ current: [figuresOf(SLO, { total: 0 })], previous: [] })).toBe(
      "| Payments | 99.9 % | no events | nothing to compare | 100 % | 0 % | no events | 100 % |",
    );
    expect(row({ current: [figuresOf(SLO, { gapMinutes: 67 })], previous: [figuresOf(SLO)] })).toBe(
      "| Payments | 99.9 % | 100 % | steady | 100 % | 0 % | 0x from 2026-11-20 06:00 UTC | 81 %, 2 hours too thin |",
    );
    expect(row({ current: [figuresOf(SLO)], previous: [figuresOf(SLO, { bad: 5 })] })).toContain(
      "| better, up from 99.9166 % |",
    );
    expect(renderReport(build(), "markdown")).toContain("0 under target, 0 overspent. 0 incidents.\n");
    expect(renderReport(build(), "markdown")).not.toContain("##");
    expect(renderReport(build(), "text").trimEnd().split("\n")).toHaveLength(5);
    const shadow = makeSlo({ title: "Payments", window: DAY_LONG, rules: [], mode: "shadow" });
    expect(row({ slos: [shadow] })).toMatch(/^\| Payments \(shadow\) \|/);
  });

  test("says why an objective cannot be judged", () => {
    const failure = { source: "prom_1", code: "timeout", message: "no *answer*" };
    const reader = historyReader(history({ fromMs: NOW_MS - DAY_MS, toMs: NOW_MS }, () => ({ bad: 0, total: 1 })));
    const current = [
      measureReport(SLO, reader, {
        period: PERIOD,
        context: { nowMs: NOW_MS, sliceMs: SLICE_MS, watermarkMs: NOW_MS, failure },
      }),
    ];
    expect(renderReport(build({ current }), "markdown")).toContain(
      "- Cannot be judged: source prom\\_1 failed (timeout)\\: no \\*answer\\*\n",
    );
    expect(renderReport(build({ current }), "text")).toContain(
      "  Cannot be judged: source prom_1 failed (timeout): no *answer*\n",
    );
  });

  test("names cannot form Markdown of their own, nor move a terminal's cursor", () => {
    const slo = makeSlo({ title: "a | b\n# [x](http://evil) <script> `c`", window: DAY_LONG, rules: [] });
    const markdown = renderReport(
      build({ slos: [slo], incidents: [incident({ title: "@here **!** ~x~ &\u001b[2Jgone" })] }),
      "markdown",
    );
    expect(markdown).toContain("| a \\| b \\# \\[x\\](http\\://evil) \\<script\\> \\`c\\` |");
    expect(markdown).toContain("INC-1, \\@here \\*\\*\\!\\*\\* \\~x\\~ \\& \\[2Jgone:");
    expect(renderReport(build({ slos: [slo], incidents: [incident({ title: "\u001b[2Jgone" })] }), "text")).toContain(
      "INC-1, [2Jgone:",
    );
  });
});

test("plain and Markdown text", () => {
  expect(plainText(" a\u0000\u001bb\u2028c\u202ed ")).toBe("a b c d");
  expect(markdownText("- a")).toBe("\\- a");
  expect(markdownText("12. a")).toBe("12\\. a");
  expect(markdownText("+1 a-b")).toBe("\\+1 a-b");
  expect(markdownText("a\\b_c")).toBe("a\\\\b\\_c");
});
