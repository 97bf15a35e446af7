import { expect, it } from "vitest";
import { gathering } from "./gathering.js";

/** Work that a test lets end, and what it was given. */
function slowWork() {
  const given: (readonly number[])[] = [];
  const ends: ((failure?: Error) => void)[] = [];
  const work = (items: readonly number[]): Promise<readonly number[]> => {
    given.push(items);
    return new Promise((resolve, reject) => {
      ends.push((failure) => (failure === undefined ? resolve(items.map((item) => item * 10)) : reject(failure)));
    });
  };
  return { given, work, end: async (failure?: Error) => ends.shift()?.(failure) };
}

it("does the first at once and alone, and what comes meanwhile together, in its order", async () => {
  const { end, given, work } = slowWork();
  const ask = gathering(work, { most: 10 });
  const answers = Promise.all([1, 2, 3].map(ask));
  expect(given).toEqual([[1]]);
  await end();
  await expect.poll(() => given).toEqual([[1], [2, 3]]);
  await end();
  expect(await answers).toEqual([10, 20, 30]);
  const later = ask(4);
  expect(given.at(-1)).toEqual([4]);
  await end();
  expect(await later).toBe(40);
});

it("does no more at once than the bound, and what is heavier alone", async () => {
  const { end, given, work } = slowWork();
  const ask = gathering(work, { most: 5, weight: (item: number) => item });
  const answers = Promise.all([1, 2, 3, 1, 9, 1].map(ask));
  for (let round = 1; round <= 4; round += 1) {
    await end();
    await expect.poll(() => given.length).toBe(Math.min(round + 1, 5));
  }
  await end();
  expect(given).toEqual([[1], [2, 3], [1], [9], [1]]);
  expect(await answers).toEqual([10, 20, 30, 10, 90, 10]);
});

it("fails for those that were together, and for no others", async () => {
  const { end, given, work } = slowWork();
  const ask = gathering(work, { most: 10 });
  const answers = Promise.allSettled([1, 2, 3].map(ask));
  await end();
  const away = new Error("away");
  await expect.poll(() => given.length).toBe(2);
  await end(away);
  expect(await answers).toEqual([
    { status: "fulfilled", value: 10 },
    { status: "rejected", reason: away },
    { status: "rejected", reason: away },
  ]);
  const after = ask(4);
  await end();
  expect(await after).toBe(40);
});
