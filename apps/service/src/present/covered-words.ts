import type { CoveredTime, RecurringInterval } from "@plimsoll/core";
import { iso } from "./slo-body.js";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Says in words which time is covered. */
export function coveredWords(covers: CoveredTime): string {
  if (covers.kind === "once") return `${iso(covers.fromMs)} to ${iso(covers.toMs)}`;
  const bounds = [
    ...(covers.fromMs === undefined ? [] : [`from ${iso(covers.fromMs)}`]),
    ...(covers.toMs === undefined ? [] : [`until ${iso(covers.toMs)}`]),
  ];
  return [recurringWords(covers.interval), ...bounds].join(", ");
}

function recurringWords({ weekdays, daysOfMonth, months, times, zone }: RecurringInterval): string {
  const parts = [
    ...(weekdays === undefined ? [] : [weekdays.map((day) => WEEKDAYS[day - 1] ?? String(day)).join(", ")]),
    ...(daysOfMonth === undefined ? [] : [`days ${daysOfMonth.join(", ")} of the month`]),
    ...(months === undefined ? [] : [`months ${months.join(", ")}`]),
    times === undefined ? "all day" : times.map(({ start, end }) => `${start}-${end}`).join(", "),
  ];
  return `every ${parts.join("; ")} (${zone})`;
}
