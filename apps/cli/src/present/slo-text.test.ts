import type { SloStatus } from "@plimsoll/service/api";
import { expect, it } from "vitest";
import { healthy } from "../testing/answers.js";
import type { Paint } from "./paint.js";
import { sloListMarkdown, sloStatusMarkdown } from "./slo-markdown.js";
import { sloListText, sloStatusText } from "./slo-text.js";

const same = (text: string): string => text;
const paint: Paint = { bold: same, cyan: same, dim: same, green: same, red: same, yellow: same };
const unmeasured: SloStatus = {
  ...healthy,
  verdict: { kind: "no-data", reasons: [] },
  budget: { ...healthy.budget, remainingRatio: 1, consumedRatio: 0, bad: 0, total: 0, allowedBad: 0 },
  level: { name: "full-velocity", action: "Release at full velocity." },
};
const shown = [
  sloListText([unmeasured], paint),
  sloStatusText(unmeasured, paint),
  sloListMarkdown([unmeasured]),
  sloStatusMarkdown(unmeasured),
];

it("an objective that was never measured has no budget that looks full, and no level", () => {
  for (const text of shown) {
    expect(text).toContain("not measured yet");
    expect(text).not.toMatch(/100 % is left|100 %\s+of the budget|█|full velocity/);
  }
  expect(shown[0]).toContain("░░░░░░░░░░  not measured yet");
  expect(shown[1]).toMatch(
    /exhausted\s+not known: nothing was measured yet\n\s+level\s+unknown: nothing was measured yet\n/,
  );
});

it("a budget of a calendar month that outlasts it is said to begin anew, not to be gone later", () => {
  const to = "2026-12-01T00:00:00.000Z";
  const month = (at: string): SloStatus => ({
    ...healthy,
    window: { ...healthy.window, kind: "calendar", to },
    exhaustion: { kind: "in", durationMs: 864_000_000, at },
  });
  expect(sloStatusText(month(to), paint)).toContain(
    "lasts until it begins anew on 2026-12-01 00:00:00 UTC at this rate\n",
  );
  expect(sloStatusText(month("2026-11-30T23:59:59.999Z"), paint)).toContain("in 10 d at this rate\n");
  const rolling = { ...month(to), window: { ...healthy.window, to } };
  expect(sloStatusText(rolling, paint)).toContain("in 10 d at this rate\n");
});

it("one that was measured shows what is left, and its level", () => {
  const status = sloStatusText(healthy, paint);
  expect(status).toContain("bad events spent");
  expect(status).toContain(`${healthy.level.name}: ${healthy.level.action}`);
});
