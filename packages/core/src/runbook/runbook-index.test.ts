import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, makeSlo, NOW_MS } from "../evaluation/evaluation.fixture.js";
import { rehearsalStanding } from "./rehearsal-standing.js";
import { fittingRunbooks, indexRunbooks } from "./runbook-index.js";
import { runbook } from "./runbook.fixture.js";
import type { Runbook } from "./runbook.js";
import { unpreparedPages } from "./unprepared-pages.js";

const named = (id: string, symptoms: readonly string[], change: Partial<Runbook> = {}) =>
  runbook([], { id, symptoms, lastRehearsedMs: NOW_MS, ...change });

function fit(books: readonly Runbook[], ...seen: readonly string[]) {
  return fittingRunbooks(indexRunbooks(books), seen).map(({ runbook: { id }, symptoms }) => [id, ...symptoms]);
}

describe("runbooks by symptom", () => {
  it("are those that name something of what is seen, in any case and with any space around it", () => {
    const books = [
      named("a", ["High-Latency", "queue"]),
      named("b", ["queue "]),
      named("c", ["other"]),
      named("d", []),
    ];
    expect(fit(books, "high-latency")).toEqual([["a", "High-Latency"]]);
    expect(fit(books, " QUEUE")).toEqual([
      ["a", "queue"],
      ["b", "queue "],
    ]);
    expect(fit(books, "latency")).toEqual([]);
    expect(fit(books)).toEqual([]);
  });

  it("are found once, though they name it twice or it is seen twice", () => {
    expect(fit([named("a", ["queue", "Queue"])], "queue", "QUEUE")).toEqual([["a", "queue", "Queue"]]);
  });

  it("come by how much of it they name, then by level, then by id", () => {
    const books = [
      named("z", ["one"], { level: 3 }),
      named("y", ["one"], { level: 3 }),
      named("x", ["one"], { level: 4 }),
      named("w", ["one", "two"], { level: 0 }),
    ];
    expect(fit(books, "two", "one").map(([id]) => id)).toEqual(["w", "x", "y", "z"]);
    expect(fit(books.toReversed(), "one", "two").map(([id]) => id)).toEqual(["w", "x", "y", "z"]);
  });
});

describe("a rehearsal", () => {
  it("is fresh up to its greatest age, and no proof when it is yet to come in every zone", () => {
    const standing = (lastRehearsedMs: number) =>
      rehearsalStanding({ lastRehearsedMs, maximumAgeMs: 30 * DAY_MS }, NOW_MS);
    expect(standing(NOW_MS - 30 * DAY_MS)).toBe("fresh");
    expect(standing(NOW_MS - 30 * DAY_MS - 1)).toBe("stale");
    expect(standing(NOW_MS + 14 * HOUR_MS)).toBe("fresh");
    expect(standing(NOW_MS + 14 * HOUR_MS + 1)).toBe("ahead");
    expect(rehearsalStanding({ maximumAgeMs: DAY_MS }, NOW_MS)).toBe("never");
  });
});

describe("a rule that pages", () => {
  const found = (books: readonly Runbook[], slo: Parameters<typeof makeSlo>[0] = {}) =>
    unpreparedPages([makeSlo(slo)], { index: indexRunbooks(books), nowMs: NOW_MS });

  it("without a runbook for its SLO or service is a finding; one that makes a ticket is none", () => {
    expect(found([named("a", ["other"])])).toEqual(
      ["page-1h", "page-6h"].map((ruleId) => ({
        code: "page-without-runbook",
        sloId: "payments-availability",
        ruleId,
        message: `The rule ${ruleId} of payments-availability pages without a rehearsed runbook: no runbook names payments-availability or payments among its symptoms. Write one, and rehearse it.`,
      })),
    );
    expect(found([named("a", ["payments-availability"])])).toEqual([]);
    expect(found([named("a", ["payments"])])).toEqual([]);
    expect(found([], { mode: "shadow" })).toEqual([]);
  });

  it("is a finding where no rehearsal of its runbooks counts", () => {
    const { lastRehearsedMs: _last, ...never } = named("a", ["payments"], { level: 4 });
    const old = named("b", ["payments"], { lastRehearsedMs: NOW_MS - 91 * DAY_MS, level: 3 });
    expect(found([never])[0]?.message).toBe(
      "The rule page-1h of payments-availability pages without a rehearsed runbook: a would help, but its last rehearsal does not count. Rehearse a, and write down when.",
    );
    expect(found([old, never])[0]?.message).toContain(
      ": a, b would help, but their last rehearsal does not count. Rehearse a, and",
    );
    expect(found([old, never, named("c", ["payments"])])).toEqual([]);
  });
});
