import { describe, expect, it } from "vitest";
import { lastDueMs } from "./report-schedule.js";

const due = (schedule: Parameters<typeof lastDueMs>[0], now: string): string =>
  new Date(lastDueMs(schedule, Date.parse(now))).toISOString();
const berlin = (time: string) => ({ time, zone: "Europe/Berlin" });

describe("a report's schedule", () => {
  it.each([
    ["today, once the time has come", berlin("09:00"), "2026-07-10T07:00:00Z", "2026-07-10T07:00:00.000Z"],
    ["yesterday, before it", berlin("09:00"), "2026-07-10T06:59:59Z", "2026-07-09T07:00:00.000Z"],
    ["last Monday", { ...berlin("08:00"), weekday: 1 }, "2026-07-10T12:00:00Z", "2026-07-06T06:00:00.000Z"],
    [
      "a week ago, on Monday before the time",
      { ...berlin("08:00"), weekday: 1 },
      "2026-07-06T05:00:00Z",
      "2026-06-29T06:00:00.000Z",
    ],
    [
      "the first, a whole month ago",
      { ...berlin("08:00"), dayOfMonth: 1 },
      "2026-02-01T06:00:00Z",
      "2026-01-01T07:00:00.000Z",
    ],
    [
      "the month's last day where there is no 31st",
      { ...berlin("08:00"), dayOfMonth: 31 },
      "2026-03-30T12:00:00Z",
      "2026-02-28T07:00:00.000Z",
    ],
    [
      "the last day, from the end",
      { ...berlin("08:00"), dayOfMonth: -1 },
      "2028-03-01T12:00:00Z",
      "2028-02-29T07:00:00.000Z",
    ],
    ["after the gap, when the time is skipped", berlin("02:30"), "2026-03-29T12:00:00Z", "2026-03-29T01:00:00.000Z"],
    [
      "at the first of two, when the time is repeated",
      berlin("02:30"),
      "2026-10-25T12:00:00Z",
      "2026-10-25T00:30:00.000Z",
    ],
    [
      "after a midnight that is skipped",
      { time: "00:00", zone: "Asia/Beirut" },
      "2026-03-29T10:00:00Z",
      "2026-03-28T22:00:00.000Z",
    ],
  ])("is due %s", (_name, schedule, now, expected) => expect(due(schedule, now)).toBe(expected));

  it("is due once a day over every change of clocks, never in the future, never going back", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe"]) {
      const seen = new Set<number>();
      let before = Number.NEGATIVE_INFINITY;
      for (let now = Date.UTC(2026, 0, 2); now < Date.UTC(2027, 0, 2); now += 7_200_000) {
        const at = lastDueMs({ time: "02:30", zone }, now);
        expect(at).toBeLessThanOrEqual(now);
        expect(at).toBeGreaterThanOrEqual(before);
        before = at;
        seen.add(at);
      }
      expect(seen.size).toBeGreaterThanOrEqual(365);
      expect(seen.size).toBeLessThanOrEqual(366);
    }
  });
});
