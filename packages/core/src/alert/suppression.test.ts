import { describe, expect, test } from "vitest";
import { makeSlo } from "../evaluation/evaluation.fixture.js";
import type { AlertState } from "./alert.js";
import { inSuppressionOrder, isPaging, suppressorOf } from "./suppression.js";

const slo = (id: string, suppressedBy: readonly string[] = []) => {
  const plain = makeSlo({ id });
  return { ...plain, alerting: { ...plain.alerting, suppressedBy } };
};
const order = (...slos: ReturnType<typeof slo>[]) => inSuppressionOrder(slos).map(({ id }) => id);

describe("suppression", () => {
  test("is by the first dependency that pages, never by oneself", () => {
    const one = slo("a", ["a", "b", "c"]);
    expect(suppressorOf(one, () => true)).toBe("b");
    expect(suppressorOf(one, (id) => id === "c")).toBe("c");
    expect(suppressorOf(one, (id) => id === "a")).toBeUndefined();
  });

  test("comes from an alert that really pages", () => {
    const firing = {
      status: "firing",
      alertId: "x",
      tier: "page",
      sinceMs: 0,
      frozen: false,
      explanation: "",
    } as const;
    expect(isPaging(firing)).toBe(true);
    expect(isPaging({ ...firing, frozen: true })).toBe(true);
    expect(isPaging({ ...firing, tier: "ticket" })).toBe(false);
    expect(isPaging({ ...firing, status: "suppressed", suppressedBy: "y" } satisfies AlertState)).toBe(false);
    expect(isPaging({ status: "quiet" })).toBe(false);
  });

  test("is decided after what suppresses", () => {
    expect(
      order(
        slo("gateway", ["checkout"]),
        slo("checkout", ["payments", "catalog"]),
        slo("catalog"),
        slo("payments", ["catalog"]),
      ),
    ).toEqual(["catalog", "payments", "checkout", "gateway"]);
  });

  test("keeps the order of what has nothing to do with one another, and ignores the unknown", () => {
    expect(order(slo("b"), slo("a", ["nobody"]), slo("c", ["a"]))).toEqual(["b", "a", "c"]);
  });

  test("a circle is cut, and nobody is lost", () => {
    expect(order(slo("a", ["b"]), slo("b", ["c"]), slo("c", ["a"]))).toEqual(["c", "b", "a"]);
    expect(order(slo("a", ["a"]))).toEqual(["a"]);
    expect(order(slo("a", ["b", "c"]), slo("b", ["c"]), slo("c"))).toEqual(["c", "b", "a"]);
  });

  test("a chain may be long", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => slo(`s${index}`, [`s${index + 1}`]));
    expect(order(...chain)[0]).toBe("s19999");
  });
});
