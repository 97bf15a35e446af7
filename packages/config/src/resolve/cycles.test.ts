import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { findCycles } from "./cycles.js";

const names = ["a", "b", "c", "d", "e", "f"];
const graph = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 12 })
  .map((edges) => new Map(names.map((name) => [name, edges.filter(([from]) => from === name).map(([, to]) => to)])));

/** Whether a name is reached from itself, by trying every way. */
function isOnCircle(name: string, edges: ReadonlyMap<string, readonly string[]>): boolean {
  const reached = new Set<string>();
  const open = [...(edges.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(edges.get(next) ?? []));
  }
  return reached.has(name);
}

test.prop({ edges: graph })("finds a circle exactly when there is one, and only real ones", ({ edges }) => {
  const cycles = findCycles(edges);
  expect(cycles.length > 0).toBe(names.some((name) => isOnCircle(name, edges)));
  for (const cycle of cycles) {
    cycle.forEach((name, index) => expect(edges.get(name)).toContain(cycle[(index + 1) % cycle.length]));
  }
  expect(new Set(cycles.flat()).size).toBe(cycles.flat().length);
});

it("finds the end of a chain of twenty thousand", () => {
  const edges = new Map(Array.from({ length: 20_000 }, (_, index) => [`${index}`, [`${(index + 1) % 20_000}`]]));
  expect(findCycles(edges)[0]?.length).toBe(20_000);
});
