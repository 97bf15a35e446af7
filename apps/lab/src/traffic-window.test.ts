import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRAFFIC_WINDOW_SECONDS, TrafficWindow } from "./traffic-window.js";

const START_MS = 1_000_000_000;

describe("traffic of the last ten seconds", () => {
  it("equals a count over all requests by brute force", () => {
    const gaps = fc.array(fc.record({ gapMs: fc.nat({ max: 4_000 }), isError: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, fc.nat({ max: 12_000 }), (steps, restMs) => {
        const window = new TrafficWindow(START_MS);
        let now = START_MS;
        const requests = steps.map(({ gapMs, isError }) => {
          now += gapMs;
          window.record(now, isError);
          return { second: Math.floor(now / 1_000), isError };
        });
        now += restMs;
        const alive = requests.filter(({ second }) => second > Math.floor(now / 1_000) - TRAFFIC_WINDOW_SECONDS);
        expect(window.read(now)).toMatchObject({
          requests: alive.length,
          errors: alive.filter(({ isError }) => isError).length,
        });
      }),
    );
  });

  it("covers only what has passed since the start", () => {
    const window = new TrafficWindow(START_MS);
    expect(window.read(START_MS + 2_500).seconds).toBe(2.5);
    expect(window.read(START_MS + 60_000).seconds).toBe(TRAFFIC_WINDOW_SECONDS);
  });
});
