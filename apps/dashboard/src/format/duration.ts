const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
] as const;

/** Writes a length of time, cut to the minute from an hour on: `1 d 23 h 36 min`, `43 min 12 s`, `6 s`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return "for ever";
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs < 1000) return "0 s";
  const smallest = durationMs >= 3_600_000 ? 60_000 : 1000;
  let rest = Math.floor(durationMs / smallest) * smallest;
  const parts: string[] = [];
  for (const [unitMs, word] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(" ");
}

/** Writes how old something is, for reading at a glance: the two largest units, and none below a minute once it is old. */
export function formatAge(durationMs: number): string {
  return formatDuration(Math.max(0, durationMs)).split(" ").slice(0, 4).join(" ");
}

/** Writes the name of a window: `5 min`, `1 h`, `3 d`. */
export function formatWindow(lengthMs: number): string {
  return formatDuration(lengthMs);
}
