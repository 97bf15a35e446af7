import { describe, expect, it } from "vitest";
import { createRoundCache } from "./round-cache.js";

function counted(state: { roundMs: number | undefined; revision: number }): () => string {
  let written = 0;
  return createRoundCache(
    () => state,
    (roundMs) => `${(written += 1)} of ${roundMs ?? "no round"}`,
  );
}

describe("what changes with a round only", () => {
  it("is written once until there is another round, or another revision within it", () => {
    const state = { roundMs: 15_000, revision: 1 };
    const text = counted(state);
    expect([text(), text()]).toEqual(["1 of 15000", "1 of 15000"]);
    state.roundMs = 30_000;
    expect([text(), text()]).toEqual(["2 of 30000", "2 of 30000"]);
    state.revision = 2;
    expect([text(), text()]).toEqual(["3 of 30000", "3 of 30000"]);
  });

  it("is written each time before the first round, and anew with it", () => {
    const state: { roundMs: number | undefined; revision: number } = { roundMs: undefined, revision: 0 };
    const text = counted(state);
    expect([text(), text()]).toEqual(["1 of no round", "2 of no round"]);
    state.roundMs = 0;
    expect([text(), text()]).toEqual(["3 of 0", "3 of 0"]);
  });
});
