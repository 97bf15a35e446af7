import { parseClockTime } from "../../slo/local-time.js";
import { parseCivilDate } from "../../calendar/civil-date.js";
import { isZone } from "../../calendar/zone-clock.js";
import { canSpeak } from "./layer-turns.js";
import type { ExcludedDays, Layer, Override, Restriction, Rotation, OnCallSchedule } from "./schedule.js";

/** What is wrong with a schedule. With an `error` it cannot be resolved; a `warning` is something that nobody would want. */
export type ScheduleProblem = {
  readonly severity: "error" | "warning";
  readonly code:
    | "unknown-zone"
    | "invalid-date"
    | "invalid-clock-time"
    | "invalid-weekday"
    | "invalid-length"
    | "invalid-priority"
    | "invalid-interval"
    | "duplicate-id"
    | "never-on-call"
    | "replaces-itself"
    | "overlapping-temporary"
    | "unknown-person"
    | "unreachable-person"
    | "gap";
  /** The place within the schedule, such as `layers[0].rotation.zone`. */
  readonly path: string;
  /** What was found, what was expected, what to do. */
  readonly message: string;
};

const MOST_UNITS = 1_000; // also keeps every hand-off within the years that have a calendar

/** Finds what is wrong with a schedule by itself, all of it. Free of errors means: it has an answer for every instant. */
export function scheduleProblems(schedule: OnCallSchedule): readonly ScheduleProblem[] {
  const { layers, temporary = [], overrides = [] } = schedule;
  return [
    ...duplicateIds("layers", layers),
    ...layers.flatMap((layer, index) => layerProblems(layer, `layers[${index}]`)),
    ...duplicateIds("temporary", temporary),
    ...temporary.flatMap((span, index) => {
      const path = `temporary[${index}]`;
      return [
        ...intervalProblems(span, path),
        ...span.shifts.flatMap((shift, number) => intervalProblems(shift, `${path}.shifts[${number}]`)),
        ...temporary
          .slice(0, index)
          .filter((other) => other.fromMs < span.toMs && span.fromMs < other.toMs)
          .map((other) =>
            warning(
              "overlapping-temporary",
              path,
              `overlaps the temporary schedule "${other.id}", so the shifts of both are on call; end one before the other begins`,
            ),
          ),
      ];
    }),
    ...duplicateIds("overrides", overrides),
    ...overrides.flatMap((override, index) => overrideProblems(override, `overrides[${index}]`)),
  ];
}

/** A problem without which the schedule could be resolved. */
export function warning(code: ScheduleProblem["code"], path: string, message: string): ScheduleProblem {
  return { severity: "warning", code, path, message };
}

function error(code: ScheduleProblem["code"], path: string, message: string): ScheduleProblem {
  return { severity: "error", code, path, message };
}

function duplicateIds(path: string, items: readonly { readonly id: string }[]): readonly ScheduleProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ id }, index) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [error("duplicate-id", `${path}[${index}].id`, `"${id}" is used before; give each an id of its own`)];
  });
}

function layerProblems(layer: Layer, path: string): readonly ScheduleProblem[] {
  const { priority = 0, rotation, restrictions = [] } = layer;
  return [
    ...(Number.isFinite(priority)
      ? []
      : [error("invalid-priority", `${path}.priority`, `${priority} orders nothing; write a number, such as 10`)]),
    ...rotationProblems(rotation, `${path}.rotation`),
    ...restrictions.flatMap((rule, index) => restrictionProblems(rule, `${path}.restrictions[${index}]`)),
    ...(canSpeak(layer)
      ? []
      : [
          warning(
            "never-on-call",
            path,
            `layer "${layer.id}" never has anybody on call: it has no participants, or every weekday is excluded; name people, or remove the layer`,
          ),
        ]),
  ];
}

function rotationProblems(rotation: Rotation, path: string): readonly ScheduleProblem[] {
  const { length = 1, start, handOff, zone, excluded = {} } = rotation;
  const isLength = Number.isInteger(length) && length >= 1 && length <= MOST_UNITS;
  return [
    ...(isLength
      ? []
      : [
          error(
            "invalid-length",
            `${path}.length`,
            `${length} is no length; write a whole number from 1 to ${MOST_UNITS}`,
          ),
        ]),
    ...dateProblems(start, `${path}.start`),
    ...clockTimeProblems(handOff, `${path}.handOff`, "23:59"),
    ...(isZone(zone)
      ? []
      : [
          error(
            "unknown-zone",
            `${path}.zone`,
            `there is no time zone "${zone}"; use an IANA name, such as Europe/Berlin`,
          ),
        ]),
    ...excludedProblems(excluded, `${path}.excluded`),
  ];
}

function excludedProblems({ weekdays, dates = [] }: ExcludedDays, path: string): readonly ScheduleProblem[] {
  return [
    ...weekdayProblems(weekdays, path),
    ...dates.flatMap((date, index) => dateProblems(date, `${path}.dates[${index}]`)),
  ];
}

function restrictionProblems({ weekdays, start, end }: Restriction, path: string): readonly ScheduleProblem[] {
  return [
    ...weekdayProblems(weekdays, path),
    ...clockTimeProblems(start, `${path}.start`, "23:59"),
    ...clockTimeProblems(end, `${path}.end`, "24:00"),
  ];
}

function weekdayProblems(weekdays: readonly number[] = [], path: string): readonly ScheduleProblem[] {
  return weekdays.flatMap((weekday, index) =>
    Number.isInteger(weekday) && weekday >= 1 && weekday <= 7
      ? []
      : [
          error(
            "invalid-weekday",
            `${path}.weekdays[${index}]`,
            `${weekday} is no weekday; write 1 for Monday to 7 for Sunday`,
          ),
        ],
  );
}

function dateProblems(text: string, path: string): readonly ScheduleProblem[] {
  if (parseCivilDate(text) !== undefined) return [];
  return [error("invalid-date", path, `"${text}" is no date; write one that exists as YYYY-MM-DD, such as 2026-01-05`)];
}

function clockTimeProblems(text: string, path: string, last: "23:59" | "24:00"): readonly ScheduleProblem[] {
  if (parseClockTime(text) !== undefined && text <= last) return [];
  return [error("invalid-clock-time", path, `"${text}" is no clock time; write HH:mm from 00:00 to ${last}`)];
}

function intervalProblems(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  path: string,
): readonly ScheduleProblem[] {
  if (Number.isFinite(fromMs) && Number.isFinite(toMs) && fromMs < toMs) return [];
  return [
    error("invalid-interval", path, `runs from ${fromMs} to ${toMs}; its end must be a finite instant after its start`),
  ];
}

function overrideProblems(override: Override, path: string): readonly ScheduleProblem[] {
  const isEmpty = override.kind === "replace" && override.personId === override.withPersonId;
  return [
    ...intervalProblems(override, path),
    ...(isEmpty
      ? [
          warning(
            "replaces-itself",
            path,
            `replaces "${override.personId}" with the same person, which changes nothing; name somebody else`,
          ),
        ]
      : []),
  ];
}
