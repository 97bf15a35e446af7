import { describe, expect, it } from "vitest";
import type { Shift } from "../api/on-call-resources.js";
import { initials, joinShifts, mondayOf, weekRows } from "./week-rows.js";

const person = (id: string, override?: string) => ({
  id,
  name: id,
  because:
    override === undefined
      ? [{ kind: "layer" as const, layer: "week", from: "2026-11-23T00:00:00Z", to: "2026-11-30T00:00:00Z" }]
      : [{ kind: "override" as const, override }],
});
const shift = (from: string, to: string, ...people: ReturnType<typeof person>[]): Shift => ({
  from: `2026-11-${from}:00Z`,
  to: `2026-11-${to}:00Z`,
  people,
});

describe("rows of a week", () => {
  it("begin on Mondays in UTC", () => {
    const monday = Date.parse("2026-11-23T00:00:00Z");
    expect([mondayOf(monday), mondayOf(monday - 1), mondayOf(monday + 6.5 * 86_400_000)]).toEqual([
      monday,
      monday - 7 * 86_400_000,
      monday,
    ]);
  });

  it("cut a shift where a week ends", () => {
    const rows = weekRows([shift("27T12:00", "30T12:00", person("ada")), shift("30T12:00", "30T18:00")]);
    expect(rows.map(({ fromMs, parts }) => [new Date(fromMs).toISOString().slice(0, 10), parts.length])).toEqual([
      ["2026-11-23", 1],
      ["2026-11-30", 2],
    ]);
    expect(rows[0]?.parts[0]).toMatchObject({ fromRatio: 4.5 / 7, widthRatio: 2.5 / 7, cut: false });
    expect(rows[1]?.parts[0]).toMatchObject({ fromRatio: 0, widthRatio: 0.5 / 7, cut: true });
    expect(rows[1]?.parts[1]).toMatchObject({ fromRatio: 0.5 / 7, widthRatio: 0.25 / 7, cut: false });
  });

  it("are none without shifts", () => expect(weekRows([])).toEqual([]));
});

it("shifts of the same people are one, unless an override makes them", () => {
  const joined = joinShifts([
    shift("23T00:00", "24T00:00", person("ada")),
    shift("24T00:00", "25T00:00", person("ada")),
    shift("25T00:00", "26T00:00", person("ada", "o1")),
    shift("26T00:00", "27T00:00", person("ben")),
  ]);
  expect(joined.map(({ from, to }) => [from.slice(8, 10), to.slice(8, 10)])).toEqual([
    ["23", "25"],
    ["25", "26"],
    ["26", "27"],
  ]);
});

it("a name is short in its first letters", () => {
  expect(["Ada Byron", "ben", "Ana María de la Cruz"].map(initials)).toEqual(["AB", "B", "AMD"]);
});
