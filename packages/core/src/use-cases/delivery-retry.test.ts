import { describe, expect, it } from "vitest";
import type { NotificationFailure } from "../ports/notifier.js";
import { RETRY_TABLE, retryWaitMs } from "./delivery-retry.js";

const failed = { kind: "failed", retryable: true, reason: "busy" } as const;
const page = (attempts: number) => ({ attempts, notification: { urgency: "page" as const } });
const calm = (attempts: number) => ({ attempts, notification: { urgency: "ticket" as const } });

describe("the retry table", () => {
  it("tries what a provider failed at again within seconds, and for a day", () => {
    expect(RETRY_TABLE.unavailable.page.slice(0, 4)).toEqual([5_000, 15_000, 60_000, 300_000]);
    expect(RETRY_TABLE.unavailable.calm.slice(0, 6)).toEqual([5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000]);
    expect(RETRY_TABLE.unreachable.page.slice(0, 5)).toEqual([2_000, 5_000, 15_000, 60_000, 300_000]);
    expect(RETRY_TABLE.unreachable.calm).toEqual(RETRY_TABLE.unavailable.calm);
    expect(RETRY_TABLE["rate-limited"].page.slice(0, 4)).toEqual([5_000, 15_000, 60_000, 300_000]);
    expect(RETRY_TABLE["rate-limited"].calm.slice(0, 4)).toEqual([30_000, 120_000, 600_000, 3_600_000]);
  });

  it.each(["rate-limited", "unavailable", "unreachable"] as const)("goes on for a day when %s", (failure) => {
    for (const waits of Object.values(RETRY_TABLE[failure])) {
      const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
      expect(days).toBeGreaterThanOrEqual(1);
      expect(days).toBeLessThan(1.02);
    }
  });

  it("tries a few times what was taken or not, nobody knows: for a minute and a half a page, for twenty minutes all else", () => {
    expect(RETRY_TABLE.doubtful).toEqual({
      page: [5_000, 15_000, 60_000],
      calm: [5_000, 15_000, 60_000, 300_000, 900_000],
    });
  });

  it("leaves no page without an attempt for longer than five minutes", () => {
    for (const { page: waits } of Object.values(RETRY_TABLE))
      expect(Math.max(0, ...waits)).toBeLessThanOrEqual(300_000);
  });
});

describe("the wait before the next attempt", () => {
  it("is that of the attempt, the urgency and the cause", () => {
    expect(retryWaitMs({ ...failed, failure: "unreachable" }, page(0))).toBe(2_000);
    expect(retryWaitMs({ ...failed, failure: "rate-limited" }, calm(1))).toBe(120_000);
    expect(
      retryWaitMs({ ...failed, failure: "rate-limited" }, { attempts: 0, notification: { urgency: "info" } }),
    ).toBe(30_000);
  });

  it("is that of a provider which failed where no cause is given, or one that does not fit", () => {
    expect(retryWaitMs(failed, calm(4))).toBe(900_000);
    expect(retryWaitMs({ ...failed, failure: "refused" }, calm(4))).toBe(900_000);
  });

  it.each<NotificationFailure>(["refused", "unavailable"])("is none for what is final, as with %s", (failure) => {
    expect(retryWaitMs({ ...failed, retryable: false, failure }, page(0))).toBeUndefined();
  });

  it("is none when the table has ended", () => {
    expect(retryWaitMs(failed, calm(28))).toBe(3_600_000);
    expect(retryWaitMs(failed, calm(29))).toBeUndefined();
    expect(retryWaitMs(failed, page(290))).toBe(300_000);
    expect(retryWaitMs(failed, page(291))).toBeUndefined();
  });

  it("is that of the doubts where it is in doubt whether the message was taken, whatever else had failed before", () => {
    const doubtful = { ...failed, failure: "doubtful" } as const;
    expect(retryWaitMs(doubtful, page(0))).toBe(5_000);
    expect(retryWaitMs(doubtful, page(100))).toBe(5_000);
    expect(retryWaitMs(doubtful, { ...page(102), doubts: 2 })).toBe(60_000);
    expect(retryWaitMs(doubtful, { ...page(103), doubts: 3 })).toBeUndefined();
    expect(retryWaitMs(doubtful, { ...calm(4), doubts: 4 })).toBe(900_000);
    expect(retryWaitMs(doubtful, { ...calm(5), doubts: 5 })).toBeUndefined();
    expect(retryWaitMs({ ...failed, failure: "unreachable" }, { ...page(3), doubts: 1 })).toBe(60_000);
  });

  it("is no less than the provider asks for, up to an hour", () => {
    expect(retryWaitMs({ ...failed, retryAfterMs: 4_999 }, page(0))).toBe(5_000);
    expect(retryWaitMs({ ...failed, retryAfterMs: 5_001 }, page(0))).toBe(5_001);
    expect(retryWaitMs({ ...failed, retryAfterMs: 3_600_001 }, page(0))).toBe(3_600_000);
    expect(retryWaitMs({ ...failed, retryAfterMs: Number.POSITIVE_INFINITY }, calm(10))).toBe(3_600_000);
    expect(retryWaitMs({ ...failed, retryAfterMs: Number.NaN }, page(0))).toBe(5_000);
  });
});
