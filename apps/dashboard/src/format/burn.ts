import { groupDigits } from "./group-digits.js";

/** Writes a burn rate: `6.2x`, `0.31x`, `1,000x`. Without events there is none. */
export function formatBurn(burn: number | undefined): string {
  if (burn === undefined) return "no events";
  if (burn >= 100) return `${groupDigits(Math.round(burn))}x`;
  if (burn > 0 && burn < 0.005) return "under 0.01x";
  return `${Number(burn.toFixed(burn >= 1 ? 1 : 2))}x`;
}

/** Writes a rule's factor, which is exact: `14.4x`, `0.9333x`. */
export function formatFactor(factor: number): string {
  return `${groupDigits(factor) === String(factor) ? factor : Number(factor.toPrecision(4))}x`;
}
