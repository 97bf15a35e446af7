import { counterIncrease, type CounterPast } from "@plimsoll/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MetricsPage } from "./metrics-page.js";
import { parseSeriesSelector } from "./series-selector.js";
import { SeriesIndex } from "./series-index.js";

function selector(text: string) {
  const parsed = parseSeriesSelector(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function follow(pages: readonly string[], text: string): readonly (number | undefined)[] {
  const page = new MetricsPage();
  const index = new SeriesIndex(page, new Map());
  return pages.map((content) => {
    page.read(Buffer.from(content), "text");
    index.select(selector(text));
    index.settle();
    const states = new Set(index.select(selector(text)).lines.map(({ state }) => state));
    return [...states].reduce((sum, state) => sum + (state?.running ?? 0), 0);
  });
}

it("counts a series as core's rule for counters does, over resets, absences and first values", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20), { nil: undefined }), { minLength: 1 }), (readings) => {
      const running = follow(
        readings.map((value) => (value === undefined ? "other 1\n" : `other 1\nc_total ${value}\n`)),
        "c_total",
      );
      let past: CounterPast = { kind: "unknown" };
      let expected = 0;
      for (const [atMs, value] of readings.entries()) {
        if (value === undefined) {
          if (past.kind !== "reading") past = { kind: "absent", atMs };
        } else {
          const increase = counterIncrease(past, { atMs, value }, 0);
          if (increase.kind === "counted") expected += increase.increase;
          past = { kind: "reading", reading: { atMs, value } };
        }
        expect(running[atMs]).toBe(expected);
      }
    }),
  );
});

it("counts every bucket from zero when one of them fell", () => {
  const before = 'h_bucket{le="1"} 5\nh_bucket{le="+Inf"} 100\n';
  const after = 'h_bucket{le="1"} 8\nh_bucket{le="+Inf"} 20\n';
  expect(follow([before, after], 'h_bucket{le="1"}')).toEqual([0, 8]);
  expect(follow([before, after], 'h_bucket{le="+Inf"}')).toEqual([0, 20]);
});

it("counts from zero when the created timestamp is newer, even if the value did not fall", () => {
  expect(
    follow(["c_total 5\nc_created 100\n", "c_total 9\nc_created 200\n", "c_total 10\nc_created 200\n"], "c_total"),
  ).toEqual([0, 9, 10]);
});

it("does not take a series for a new one because its labels come in another order", () => {
  expect(follow(['c{a="1",b="2"} 1000\n', 'c{b="2",a="1"} 1003\n', 'c{a="1",b="2"} 1004\n'], "c")).toEqual([0, 3, 4]);
});
