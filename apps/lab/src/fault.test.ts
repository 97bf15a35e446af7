import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeFault, faultOutcome, mergeFaults, type Fault } from "./fault.js";

const ratio = fc.double({ min: 0.001, max: 1, noNaN: true });
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("faults on one request", () => {
  it("fail exactly the draws below the ratio, so that a ratio of 1 fails all", () => {
    fc.assert(
      fc.property(ratio, draw, (share, number) => {
        expect(faultOutcome([{ kind: "errors", ratio: share }], () => number).fail).toBe(number < share);
      }),
    );
  });

  it("delay exactly the draws below the share", () => {
    fc.assert(
      fc.property(ratio, draw, (share, number) => {
        const { delayMs, fail } = faultOutcome([{ kind: "latency", addedMs: 800, ratio: share }], () => number);
        expect(delayMs).toBe(number < share ? 800 : 0);
        expect(fail).toBe(false);
      }),
    );
  });

  it("are drawn apart, so that slow and failing requests need not be the same ones", () => {
    const draws = [0.9, 0.1];
    const faults: readonly Fault[] = [
      { kind: "errors", ratio: 0.5 },
      { kind: "latency", addedMs: 5, ratio: 0.5 },
    ];
    expect(faultOutcome(faults, () => draws.shift() ?? 1)).toEqual({ delayMs: 5, fail: false });
  });

  it("do nothing when there are none", () => {
    expect(faultOutcome([], () => 0)).toEqual({ delayMs: 0, fail: false });
  });
});

describe("faults in force", () => {
  it("hold one of each kind, the latest", () => {
    const merged = mergeFaults([{ kind: "errors", ratio: 0.4 }, { kind: "crash" }], [{ kind: "errors", ratio: 0.1 }]);
    expect(merged).toEqual([{ kind: "errors", ratio: 0.1 }, { kind: "crash" }]);
  });

  it("are said in words", () => {
    expect(describeFault({ kind: "errors", ratio: 0.07 })).toBe("errors 7 %");
    expect(describeFault({ kind: "latency", addedMs: 800, ratio: 1 })).toBe("latency +800 ms");
    expect(describeFault({ kind: "latency", addedMs: 800, ratio: 0.5 })).toBe("latency +800 ms on 50 %");
    expect(describeFault({ kind: "crash" })).toBe("crash");
  });
});
