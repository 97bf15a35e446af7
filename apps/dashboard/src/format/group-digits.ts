const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** Writes a count with its thousands apart: `12,400`, `0.5`. */
export function groupDigits(count: number): string {
  return GROUPED.format(count);
}
