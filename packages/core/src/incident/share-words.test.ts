import { describe, expect, it } from "vitest";
import { MINUTE_MS, shareOf, START_MS } from "./alert.fixture.js";
import { shareWords } from "./share-words.js";
import { utcWords } from "./instant-words.js";

const interval = `measured from ${utcWords(START_MS)} to ${utcWords(START_MS + 42 * MINUTE_MS)}`;

describe("what an incident spent, in words", () => {
  it("is a share of the period's budget, with its counts and its time", () => {
    expect(shareWords(shareOf(123.456))).toBe(
      `12.3 % of the period's budget (123.46 bad events of 1000 that the period allows, ${interval})`,
    );
  });

  it("is the most that it can be where no alert of the engine opened it, and names the objective", () => {
    expect(shareWords(shareOf(20, { basis: "service", sloId: "cards" }))).toBe(
      `at most 2 % of the period's budget of cards (20 bad events of 1000 that the period allows, ${interval}): what went bad while it lasted, whoever's doing it was`,
    );
  });

  it("says what it leaves out, and how exact it is", () => {
    expect(shareWords(shareOf(20, { reach: "period-only", edgeBad: 3 }))).toBe(
      `2 % of the period's budget (20 bad events of 1000 that the period allows, ${interval}). It began before this period, and only what is in it is counted. At most 3 of the bad events may lie outside that time`,
    );
  });
});
