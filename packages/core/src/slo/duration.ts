import { failure, success, type Result } from "../errors/result.js";

/** Milliseconds of each unit, longest first: the order in which a duration must name them. */
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const UNITS = Object.keys(UNIT_MS) as (keyof typeof UNIT_MS)[];
const DURATION = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Why a text is not a duration. */
export type DurationProblem = {
  readonly code: "not-a-duration" | "zero-duration" | "duration-too-long";
  readonly message: string;
};

/** Reads a duration such as `1h30m`, `30d` or `4w` as milliseconds. A day is 24 hours, a week seven days. */
export function parseDuration(text: string): Result<number, DurationProblem> {
  const match = DURATION.exec(text.trim());
  if (match === null || match[0] === "") {
    return failure({
      code: "not-a-duration",
      message: `"${text}" is not a duration: write whole numbers with w, d, h, m, s or ms, longest first, such as 1h30m, 30d or 4w`,
    });
  }
  const durationMs = UNITS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * UNIT_MS[unit], 0);
  if (durationMs === 0) {
    return failure({
      code: "zero-duration",
      message: `"${text}" is no time at all: write a duration longer than zero`,
    });
  }
  if (!Number.isSafeInteger(durationMs)) {
    return failure({ code: "duration-too-long", message: `"${text}" is too long to be counted in milliseconds` });
  }
  return success(durationMs);
}

/** Writes a duration compactly in the form that `parseDuration` reads: `1h30m`, `3d`. */
export function formatShortDuration(durationMs: number): string {
  let rest = Math.round(durationMs);
  let text = "";
  for (const unit of UNITS) {
    // Weeks are left out: an operator thinks of 28 d and 30 d side by side.
    const count = unit === "w" ? 0 : Math.floor(rest / UNIT_MS[unit]);
    rest -= count * UNIT_MS[unit];
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? "0s" : text;
}

/**
 * Writes a duration for people: `1 d 23 h 36 min`, `57 min 50 s`, `51.84 s`.
 * Cut, never rounded up, to minutes from an hour on and to seconds from a minute on.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  if (durationMs === Infinity) return "for ever";
  if (durationMs < UNIT_MS.m) return `${Math.floor(durationMs / 10) / 100} s`;
  const cut = durationMs >= UNIT_MS.h ? UNIT_MS.m : UNIT_MS.s;
  let rest = Math.floor(durationMs / cut) * cut;
  const parts: string[] = [];
  for (const [unit, word] of [
    ["d", "d"],
    ["h", "h"],
    ["m", "min"],
    ["s", "s"],
  ] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    rest -= count * UNIT_MS[unit];
    if (count > 0) parts.push(`${count} ${word}`);
  }
  return parts.join(" ");
}
