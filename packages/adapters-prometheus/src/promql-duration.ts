/** The duration as PromQL writes it; exact for whole milliseconds. */
export function promqlDuration(durationMs: number): string {
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`;
}
