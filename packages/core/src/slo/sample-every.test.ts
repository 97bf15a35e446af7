import { expect, it } from "vitest";
import { makeSlo } from "../evaluation/evaluation.fixture.js";
import { withSampleEvery } from "./sample-every.js";

const composite = (id: string, members: readonly string[], more: { readonly sampleEveryMs?: number } = {}) =>
  makeSlo({
    id,
    sli: { kind: "composite", rule: "all-of", members: members.map((slo) => ({ slo, weight: 1 })) },
    ...more,
  });
const measured = (id: string, sampleEveryMs?: number) =>
  makeSlo({ id, ...(sampleEveryMs === undefined ? {} : { sampleEveryMs }) });
const paces = (...slos: Parameters<typeof withSampleEvery>[0]) =>
  withSampleEvery(slos).map(({ sampleEveryMs }) => sampleEveryMs);

it("a composite has a sample as often as its slowest member, through composites too", () => {
  expect(
    paces(
      composite("all", ["inner", "fast"]),
      composite("inner", ["slow", "slower"]),
      measured("fast"),
      measured("slow", 60_000),
      measured("slower", 300_000),
    ),
  ).toEqual([300_000, 300_000, undefined, 60_000, 300_000]);
});

it("a composite of members that keep up with the slices keeps up too, and is left as it is", () => {
  const slos = [composite("all", ["fast", "gone"]), measured("fast")];
  const after = withSampleEvery(slos);
  expect(after[0]).toBe(slos[0]);
  expect(after[1]).toBe(slos[1]);
});

it("what an SLO says of itself stands", () => {
  expect(paces(composite("all", ["slow"], { sampleEveryMs: 5 }), measured("slow", 60_000))).toEqual([5, 60_000]);
});

it("composites in a circle end", () => {
  expect(paces(composite("a", ["b", "slow"]), composite("b", ["a"]), measured("slow", 9))).toEqual([9, 9, 9]);
});
