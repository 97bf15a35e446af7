import { expect, it } from "vitest";
import { makeSlo } from "../evaluation/evaluation.fixture.js";
import { compositeEventEvery, withSampleEvery } from "./sample-every.js";

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

const MINUTE_MS = 60_000;
const probe = (id: string, sampleEveryMs?: number) =>
  makeSlo({
    id,
    sli: { kind: "probe", selector: { source: "p", query: {} } },
    ...(sampleEveryMs === undefined ? {} : { sampleEveryMs }),
  });
const slices = (id: string) =>
  makeSlo({
    id,
    sli: {
      kind: "time-slices",
      selector: { source: "p", query: {} },
      goodWhen: { of: "value", operator: "<", limit: 1 },
    },
  });
const events = (known: Readonly<Record<string, number>>, ...slos: Parameters<typeof withSampleEvery>[0]) =>
  Object.fromEntries(compositeEventEvery(slos, { everyMs: ({ id }) => known[id], sliceMs: MINUTE_MS }));

it("a composite has events as often as its busiest member, through composites too", () => {
  const slos = [probe("p5", 300_000), probe("p9"), composite("both", ["p5", "p9"]), composite("outer", ["both", "p9"])];
  expect(events({ p9: 540_000 }, ...slos)).toEqual({ both: 300_000, outer: 300_000 });
  expect(events({ p5: 240_000, p9: 120_000 }, ...slos)).toEqual({ both: 120_000, outer: 120_000 });
  expect(events({}, composite("mixed", ["p5", "s"]), probe("p5", 300_000), slices("s"))).toEqual({ mixed: MINUTE_MS });
});

it("a composite has any number of events where nobody says how many one of its members has", () => {
  const slow = probe("slow", 300_000);
  expect(events({}, slow, probe("unknown"), composite("a", ["slow", "unknown"]))).toEqual({});
  expect(events({}, slow, measured("traffic"), composite("a", ["traffic", "slow"]))).toEqual({});
  expect(events({}, slow, composite("a", ["slow", "gone"]))).toEqual({});
  expect(events({}, slow, composite("a", ["b", "slow"]), composite("b", ["a"]))).toEqual({});
  expect(events({}, composite("none", []), composite("of-none", ["none"]))).toEqual({});
});
