const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes the time of day in UTC: `03:12:45 UTC`. */
export function formatClock(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

/** Writes an instant in UTC: `21 Nov 2026 03:12:45 UTC`. */
export function formatInstant(atMs: number): string {
  return `${formatDay(atMs)} ${new Date(atMs).getUTCFullYear()} ${formatClock(atMs)}`;
}

/** Writes a day in UTC: `21 Nov`. */
export function formatDay(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ""}`;
}

/** Writes the time of day, with the day before it when that is not the day of `nowMs`. */
export function formatClockNear(atMs: number, nowMs: number): string {
  if (Math.floor(atMs / 86_400_000) === Math.floor(nowMs / 86_400_000)) return formatClock(atMs);
  return `${formatDay(atMs)} ${new Date(atMs).toISOString().slice(11, 16)} UTC`;
}

/** The same instant where the reader is, for a tooltip: `Sat 21 Nov 2026, 04:12:45 (Europe/Berlin)`. */
export function formatLocal(atMs: number, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const words = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone: zone,
  }).format(atMs);
  return `${words} (${zone})`;
}

/** Writes an instant to the minute, in UTC without saying so: `21 Nov 03:12`. */
export function formatMinute(atMs: number): string {
  return `${formatDay(atMs)} ${new Date(atMs).toISOString().slice(11, 16)}`;
}
