import type { Slo } from "./slo.js";

/**
 * Numbers an SLO's next version: it grows when the target, the window or the SLI changes, and whatever else changes
 * leaves it. Without a previous one it is 1. History keeps events, so every version's budget can be computed.
 */
export function nextVersion(previous: Slo | undefined, next: Omit<Slo, "version">): number {
  if (previous === undefined) return 1;
  return measure(previous) === measure(next) ? previous.version : previous.version + 1;
}

function measure({ target, window, sli }: Omit<Slo, "version">): string {
  return canonical([target, window, sli]);
}

/** Text that is the same for values that are equal, whatever the order of their fields. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
}
