import type { Labels } from "../alert/labels.js";
import type { CompiledMatcher } from "./label-matcher.js";
import { createMatcherIndex } from "./matcher-index.js";
import { scheduledAt, type Schedule } from "./time-interval.js";

/** Planned work: alerts that match still become incidents and tell whom they would, and nothing escalates meanwhile. */
export type MaintenanceWindow = Schedule & {
  readonly id: string;
  readonly matchers: readonly CompiledMatcher[];
  readonly author: string;
  readonly reason: string;
};

/** Knows the planned work. */
export type MaintenanceCalendar = {
  /** The windows that pause the escalation of an alert with these labels at an instant. */
  pausing(labels: Labels, atMs: number): readonly MaintenanceWindow[];
};

export function createMaintenanceCalendar(windows: readonly MaintenanceWindow[]): MaintenanceCalendar {
  const index = createMatcherIndex<MaintenanceWindow>();
  for (const window of windows) index.add(window.id, window.matchers, window);
  return { pausing: (labels, atMs) => index.matching(labels, (window) => scheduledAt(window, atMs)) };
}
