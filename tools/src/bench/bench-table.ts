/** One figure of a benchmark, and what was aimed at. */
export interface BenchRow {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: string | number;
  readonly met?: boolean;
}

/** What a benchmark's `run` comes back with; bench/src/bench-result.ts is the benchmarks' own copy of this shape. */
export interface BenchResult {
  readonly name: string;
  readonly rows: readonly BenchRow[];
  readonly notes: readonly string[];
}

/** The result as an aligned table for people. */
export function benchTable({ name, rows, notes }: BenchResult): string {
  const cells = rows.map(({ metric, value, unit, aim, met }) => [
    metric,
    readable(value),
    unit,
    aim === undefined ? "" : String(aim),
    met === undefined ? "" : met ? "met" : "MISSED",
  ]);
  const table = [["metric", "value", "unit", "aim", ""], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [name, ...lines, ...notes.map((note) => `- ${note}`)].join("\n");
}

/** Four significant digits are more than a benchmark is good for; large numbers keep their whole part. */
function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(4)));
}
