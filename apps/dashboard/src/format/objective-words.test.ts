import { expect, test } from "vitest";
import { keepUnits } from "./keep-units.js";
import { objectiveWords } from "./objective-words.js";

const DAY = 86_400_000;

test("says target and window in words", () => {
  const rolling = { kind: "rolling", text: "30 d rolling", lengthMs: 30 * DAY, from: "", to: "" } as const;
  const month = {
    kind: "calendar",
    text: "calendar month, Europe/Berlin",
    lengthMs: 30 * DAY,
    from: "",
    to: "",
  } as const;
  expect(objectiveWords({ target: 0.999, kind: "events", window: rolling })).toBe("99.9 % of events good over 30 days");
  expect(objectiveWords({ target: 0.99, kind: "probe", window: month })).toBe(
    "99 % of probes good per calendar month (Europe/Berlin)",
  );
  expect(objectiveWords({ target: 0.95, kind: "latency", window: { ...rolling, lengthMs: DAY / 2 } })).toBe(
    "95 % of events fast enough over 12 h",
  );
});

test("keeps a figure and its unit on one line", () => {
  expect(keepUnits("2 % in 1 h 36 min, 5 days")).toBe("2\u00a0% in 1\u00a0h 36\u00a0min, 5 days");
});
