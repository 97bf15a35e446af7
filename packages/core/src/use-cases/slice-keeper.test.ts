import { describe, expect, it } from "vitest";
import type { HistorySlice, SliHistory } from "../ports/sli-history.js";
import { openSliceKeeper } from "./slice-keeper.js";

const SLICE_MS = 15_000;
const NOW_MS = 1_800_000_000_000;

/** A history that answers when it is told to, and remembers how many slices each append had. */
function slowHistory(): { readonly history: SliHistory; readonly sizes: number[]; answer(): void } {
  const sizes: number[] = [];
  const answers: (() => void)[] = [];
  let sequence = 0;
  async function* nothing(): AsyncGenerator<never> {}
  return {
    sizes,
    answer: () => answers.shift()?.(),
    history: {
      append: async (slices) => {
        sizes.push(slices.length);
        await new Promise<void>((resolve) => answers.push(resolve));
        return { appended: slices.map((slice) => ({ ...slice, sequence: (sequence += 1) })), alreadyThere: 0 };
      },
      load: nothing,
      loadSince: nothing,
      prune: async () => 0,
      checkpoints: { save: async () => undefined, load: async () => undefined },
    },
  };
}

const slice = (sloId: string, index: number): HistorySlice => ({
  sloId,
  sliceMs: NOW_MS + index * SLICE_MS,
  good: 9,
  total: 10,
  slices: 1,
});

describe("slices that are taken at the same time", () => {
  it("are stored together with all that came while the append before was under way, not one by one", async () => {
    const { answer, history, sizes } = slowHistory();
    const sloIds = Array.from({ length: 50 }, (_, index) => `slo-${index}`);
    const births = new Map(sloIds.map((id) => [id, NOW_MS]));
    const keeper = await openSliceKeeper(
      history,
      { sliceMs: SLICE_MS, longestWindowMs: 3_600_000, births, corrections: [] },
      NOW_MS,
    );
    keeper.advance(NOW_MS + 2 * SLICE_MS);
    const taken = sloIds.map(async (id) => {
      const first = await keeper.take([slice(id, 0)], id, NOW_MS + SLICE_MS);
      return first + (await keeper.take([slice(id, 1)], id, NOW_MS + 2 * SLICE_MS));
    });
    const all = Promise.all(taken);
    for (let turn = 0; turn < 110; turn += 1) {
      // More steps than any promise of the keeper takes, so that all who can go on have done so.
      for (let step = 0; step < 200; step += 1) await Promise.resolve();
      answer();
    }
    expect(await all).toEqual(sloIds.map(() => 2));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
    expect(sizes.length).toBeLessThanOrEqual(4);
    expect(keeper.readTo("slo-49")).toBe(NOW_MS + 2 * SLICE_MS);
  });
});
