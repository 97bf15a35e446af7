import { describe, expect, test } from "vitest";
import { makeSlo } from "../evaluation/evaluation.fixture.js";
import { nextVersion } from "./slo-version.js";

const before = makeSlo({ version: 4 });

describe("an SLO's version", () => {
  test("starts at one", () => {
    expect(nextVersion(undefined, before)).toBe(1);
  });

  test("grows when target, window or SLI change", () => {
    expect(nextVersion(before, makeSlo({ target: 0.99 }))).toBe(5);
    expect(nextVersion(before, makeSlo({ window: { kind: "rolling", lengthMs: 1 } }))).toBe(5);
    expect(nextVersion(before, makeSlo({ sli: { kind: "probe", selector: { source: "test", query: {} } } }))).toBe(5);
    expect(
      nextVersion(before, makeSlo({ sli: { kind: "events", selector: { source: "test", query: { a: [1, null] } } } })),
    ).toBe(5);
  });

  test("stays when anything else does", () => {
    expect(nextVersion(before, makeSlo({ title: "Payments", mode: "shadow", rules: [], gapIs: "bad" }))).toBe(4);
  });

  test("does not care for the order of fields, nor for absent ones", () => {
    const one = makeSlo({
      version: 2,
      sli: { kind: "events", selector: { source: "s", query: { a: { x: 1, y: [2] }, b: undefined } } },
    });
    const other = makeSlo({ sli: { selector: { query: { a: { y: [2], x: 1 } }, source: "s" }, kind: "events" } });
    expect(nextVersion(one, other)).toBe(2);
  });
});
