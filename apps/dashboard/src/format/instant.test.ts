import { expect, test } from "vitest";
import { formatClockNear, formatInstant, formatLocal } from "./instant.js";

const AT = Date.UTC(2026, 10, 21, 3, 12, 45);

test("an instant is in UTC and says so", () => {
  expect(formatInstant(AT)).toBe("21 Nov 2026 03:12:45 UTC");
});

test("an instant of today leaves out the day, one of another day keeps it", () => {
  expect(formatClockNear(AT, AT + 3_600_000)).toBe("03:12:45 UTC");
  expect(formatClockNear(AT, AT + 86_400_000)).toBe("21 Nov 03:12 UTC");
});

test("the reader's own time names its zone", () => {
  expect(formatLocal(AT, "Europe/Berlin")).toMatch(/^Sat,? 21 Nov 2026.*04:12:45 \(Europe\/Berlin\)$/);
});
