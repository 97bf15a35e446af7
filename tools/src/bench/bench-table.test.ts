import { expect, test } from "vitest";
import { benchTable } from "./bench-table.ts";

test("figures stand under each other, with what was aimed at and whether it was met", () => {
  const rows = [
    { metric: "record", value: 12.34567, unit: "ms", aim: "< 50", met: true },
    { metric: "rows", value: 63_000.4, unit: "1/s", aim: 70_000, met: false },
    { metric: "noted", value: 1, unit: "MB" },
  ];
  expect(benchTable({ name: "ledger", rows, notes: ["quick"] })).toBe(
    [
      "ledger",
      "metric   value  unit  aim",
      "record   12.35  ms    < 50   met",
      "rows    63,000  1/s   70000  MISSED",
      "noted        1  MB",
      "- quick",
    ].join("\n"),
  );
});
