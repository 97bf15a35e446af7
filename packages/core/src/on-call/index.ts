export { DEFAULT_NIGHT_HOURS, isAtNight, type Contact, type NightHours, type Person, type Team } from "./person.js";
export type {
  ExcludedDays,
  Layer,
  OnCallInterval,
  OnCallPerson,
  OnCallReason,
  Override,
  OverrideChange,
  Restriction,
  Rotation,
  RotationUnit,
  OnCallSchedule,
  TemporarySchedule,
  TemporaryShift,
} from "./schedule/schedule.js";
export { shiftsBetween, whoIsOnCall } from "./schedule/resolve-schedule.js";
export type { ScheduleProblem } from "./schedule/schedule-problems.js";
export { swapOverrides, type Swap, type SwappedShift } from "./schedule/swap.js";
export { gapsBetween, type Gap } from "./health/gaps.js";
export { lintSchedule, type LintContext } from "./health/lint-schedule.js";
export {
  unreachableBetween,
  unreachableReason,
  unreachableWords,
  type Directory,
  type UnreachablePerson,
  type UnreachableReason,
} from "./health/reachability.js";
export { previewEdit, type ScheduleDifference } from "./health/preview-edit.js";
export { onCallLoad, type PageReceived, type PersonLoad } from "./health/on-call-load.js";
export { fairness, type Fairness } from "./health/fairness.js";
export {
  handOver,
  type HandOver,
  type HandOverActionItem,
  type HandOverChange,
  type HandOverIncident,
  type HandOverInput,
  type HandOverSilence,
} from "./hand-over/hand-over.js";
export { overrideWords, renderHandOver } from "./hand-over/render-hand-over.js";
export { writeCalendar, type CalendarInput } from "./icalendar/write-calendar.js";
export type { CalendarProblem } from "./icalendar/calendar-time.js";
export { readOverrides, type OverrideImport, type OverrideImportOptions } from "./icalendar/read-overrides.js";
