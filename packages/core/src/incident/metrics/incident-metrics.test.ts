import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, historyReader } from "../../evaluation/evaluation.fixture.js";
import { DAY_MS, declareFromAlert, factsAt, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { alertImpactStart } from "../incident-budget-share.js";
import { incidentTimes } from "../incident-clocks.js";
import type { IncidentCommand } from "../incident-command.js";
import type { IncidentState } from "../incident.js";
import { SEVERITIES } from "../severity.js";
import { durationFigures, incidentFigures, incidentMetrics, type MetricsPeriod } from "./incident-metrics.js";

const base = incidentAfter(declareFromAlert()).state;
const PERIODS: readonly MetricsPeriod[] = ["day", "week", "month", "quarter"];

/** Incidents as they may stand, by their times alone. */
const incident: fc.Arbitrary<IncidentState> = fc
  .record({
    declared: fc.integer({ min: -60, max: 120 }),
    service: fc.constantFrom("payments", "search", "cart"),
    severity: fc.constantFrom(...SEVERITIES),
    started: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
    acknowledged: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
    mitigated: fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined }),
    resolved: fc.option(fc.integer({ min: 0, max: 6000 }), { nil: undefined }),
    merged: fc.boolean(),
  })
  .map(({ acknowledged, declared, merged, mitigated, resolved, service, severity, started }): IncidentState => {
    const atMs = START_MS + declared * DAY_MS;
    const after = (minutes: number) => atMs + minutes * MINUTE_MS;
    return {
      ...base,
      service,
      severity,
      declaredAtMs: atMs,
      detectedAtMs: atMs,
      status: resolved === undefined ? "acknowledged" : "resolved",
      ...(started === undefined ? {} : { startedAtMs: after(-started) }),
      ...(merged && declared % 5 === 0 ? { mergedInto: "INC-999" } : {}),
      rounds: [
        {
          openedAtMs: atMs,
          ...(acknowledged === undefined ? {} : { acknowledgedAtMs: after(acknowledged) }),
          ...(mitigated === undefined ? {} : { mitigatedAtMs: after(mitigated) }),
          ...(resolved === undefined ? {} : { resolvedAtMs: after(resolved) }),
        },
      ],
    };
  });

/** The figures as a book would count them: how many values lie below, one by one. */
function bruteForce(values: readonly number[]) {
  const atMost = (limit: number) => values.filter((value) => value <= limit).length;
  const ranked = (rank: number) => Math.min(...values.filter((value) => atMost(value) >= rank));
  const half = values.length / 2;
  return values.length === 0
    ? { count: 0, meanMs: undefined, medianMs: undefined, p90Ms: undefined }
    : {
        count: values.length,
        meanMs: values.reduce((sum, value) => sum + value, 0) / values.length,
        medianMs: (ranked(Math.ceil(half)) + ranked(Math.floor(half) + 1)) / 2,
        p90Ms: ranked(values.length * 0.9),
      };
}

describe("the figures of durations", () => {
  it("are those of brute force", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined }), { maxLength: 40 }),
        (all) => {
          const found = durationFigures(all);
          const { meanMs, ...rest } = bruteForce(all.filter((one) => one !== undefined));
          expect(found).toMatchObject(rest);
          if (meanMs === undefined) expect(found.meanMs).toBeUndefined();
          else expect(found.meanMs).toBeCloseTo(meanMs, 9);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    [[7], 7, 7, 7],
    [[1, 2], 1.5, 1.5, 2],
    [[3, 1, 2], 2, 2, 3],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.5, 5.5, 9],
    [[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 6, 10],
  ])("of %j are these", (values, meanMs, medianMs, p90Ms) => {
    expect(durationFigures(values)).toEqual({ count: values.length, meanMs, medianMs, p90Ms });
  });
});

describe("the metrics of incidents", () => {
  it("are those of brute force, and every part adds up to the whole", () => {
    const query = fc.record({
      from: fc.integer({ min: -50, max: 60 }),
      days: fc.integer({ min: 0, max: 100 }),
      period: fc.constantFrom(...PERIODS),
      services: fc.option(fc.subarray(["payments", "search"]), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(incident, { maxLength: 25 }), query, (states, { days, from, period, services }) => {
        const fromMs = START_MS + from * DAY_MS + 1234;
        const toMs = fromMs + days * DAY_MS;
        const found = incidentMetrics(states, { fromMs, toMs, period, ...(services && { services }) });
        const within = states.filter(
          (state) =>
            !(state.declaredAtMs < fromMs || state.declaredAtMs >= toMs) &&
            (services === undefined || services.includes(state.service)),
        );
        const counted = within.filter((state) => !("mergedInto" in state));
        expect(found.merged).toBe(within.length - counted.length);
        expect(found.total).toEqual(incidentFigures(counted));
        const times = counted.map(incidentTimes);
        expect(found.total.timeToResolve.count).toBe(times.filter((one) => "timeToResolveMs" in one).length);
        for (const parts of [found.byService, found.bySeverity, found.byPeriod]) {
          expect(parts.reduce((sum, { figures }) => sum + figures.count, 0)).toBe(counted.length);
        }
        for (const { figures, service } of found.byService) {
          expect(figures).toEqual(incidentFigures(counted.filter((state) => state.service === service)));
        }
        for (const { figures, severity } of found.bySeverity) {
          expect(figures).toEqual(incidentFigures(counted.filter((state) => state.severity === severity)));
          expect(found.total.bySeverity[severity]).toBe(figures.count);
        }
        let nextMs = fromMs;
        for (const span of found.byPeriod) {
          expect(span.fromMs).toBe(nextMs);
          expect(span.toMs).toBeGreaterThan(span.fromMs);
          nextMs = span.toMs;
        }
        expect(nextMs).toBe(toMs);
      }),
      { numRuns: 200 },
    );
  });

  it("give the four durations of one incident", () => {
    const rounds = [
      {
        openedAtMs: START_MS,
        acknowledgedAtMs: START_MS + 1,
        mitigatedAtMs: START_MS + 2,
        resolvedAtMs: START_MS + 3,
      },
    ] as const;
    const figures = incidentFigures([{ ...base, status: "resolved", startedAtMs: START_MS - 4, rounds }]);
    expect(figures).toMatchObject({
      count: 1,
      bySeverity: { SEV1: 0, SEV2: 1, SEV3: 0, SEV4: 0 },
      timeToDetect: { meanMs: 4 },
      timeToAcknowledge: { meanMs: 1 },
      timeToMitigate: { meanMs: 2 },
      timeToResolve: { meanMs: 3 },
    });
  });

  it("measure how long an alert of the engine took to detect it, from where its counts began to burn", () => {
    const slices = history({ fromMs: START_MS - 2 * HOUR_MS, toMs: START_MS }, (atMs) => ({
      bad: atMs < START_MS - 7 * MINUTE_MS ? 0 : 20,
      total: 100,
    }));
    const held = { sliceMs: MINUTE_MS, oldestMs: START_MS - 2 * HOUR_MS, read: historyReader(slices) };
    const startedAtMs = alertImpactStart(factsAt(START_MS), held) ?? Number.NaN;
    const { state } = incidentAfter({ ...declareFromAlert(), startedAtMs } as IncidentCommand);
    expect(incidentTimes(state)).toMatchObject({ startedAtMs, timeToDetectMs: 7 * MINUTE_MS });
    // One whose start is not known, as in streams of before it was looked for, is in no time to detect.
    expect(incidentFigures([state, base]).timeToDetect).toEqual({
      count: 1,
      meanMs: 7 * MINUTE_MS,
      medianMs: 7 * MINUTE_MS,
      p90Ms: 7 * MINUTE_MS,
    });
  });

  it("name services by name, severities worst first, and leave out those without incidents", () => {
    const states = [
      { ...base, service: "search", severity: "SEV3" },
      { ...base, service: "cart", severity: "SEV1" },
    ] as const;
    const found = incidentMetrics(states, { fromMs: START_MS, toMs: START_MS + 1, period: "day" });
    expect(found.byService.map(({ service }) => service)).toEqual(["cart", "search"]);
    expect(found.bySeverity.map(({ severity }) => severity)).toEqual(["SEV1", "SEV3"]);
    expect(found).toMatchObject({ fromMs: START_MS, toMs: START_MS + 1 });
  });

  it.each([
    ["day", ["2026-11-19", "2026-11-20", "2026-11-21"]],
    ["week", ["2026-11-19", "2026-11-23", "2026-11-30"]],
    ["month", ["2026-11-19", "2026-12-01", "2027-01-01"]],
    ["quarter", ["2026-11-19", "2027-01-01", "2027-04-01"]],
  ] as const)("count by %s from the first instant on", (period, starts) => {
    const fromMs = Date.parse("2026-11-19T00:00:00Z");
    const { byPeriod } = incidentMetrics([], { fromMs, toMs: fromMs + 200 * DAY_MS, period });
    expect(byPeriod.slice(0, 3).map((span) => new Date(span.fromMs).toISOString().slice(0, 10))).toEqual(starts);
    const midway = incidentMetrics([], { fromMs: fromMs + 5, toMs: fromMs + 9, period });
    expect(midway.byPeriod.map((span) => [span.fromMs, span.toMs])).toEqual([[fromMs + 5, fromMs + 9]]);
  });
});
