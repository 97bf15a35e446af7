import type { Override } from "../schedule/schedule.js";
import { mergeChanges, type HandOverChange } from "./shipped-changes.js";

/** An incident that the next person takes over. */
export type HandOverIncident = {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly service: string;
  readonly declaredAtMs: number;
};

/** A silence that may end during the next shift. */
export type HandOverSilence = {
  readonly id: string;
  readonly comment: string;
  readonly author: string;
  readonly expiresAtMs: number;
};

/** Something left to do. */
export type HandOverActionItem = {
  readonly id: string;
  readonly title: string;
  readonly priority: string;
  readonly owner?: string;
  readonly dueMs?: number;
  readonly isDone: boolean;
};

/** What a hand-over is made from; everything that is known, unfiltered. */
export type HandOverInput = {
  readonly schedule: { readonly id: string; readonly name: string; readonly overrides?: readonly Override[] };
  /** The shift that ends, and the one that begins with its end. */
  readonly endingFromMs: number;
  readonly atMs: number;
  readonly nextToMs: number;
  readonly outgoing: readonly string[];
  readonly incoming: readonly string[];
  readonly openIncidents: readonly HandOverIncident[];
  readonly silences: readonly HandOverSilence[];
  readonly changes: readonly HandOverChange[];
  readonly actionItems: readonly HandOverActionItem[];
};

/** What one shift leaves to the next. */
export type HandOver = {
  readonly scheduleId: string;
  readonly scheduleName: string;
  readonly atMs: number;
  readonly nextToMs: number;
  readonly outgoing: readonly string[];
  readonly incoming: readonly string[];
  /** Most severe first, then oldest. */
  readonly openIncidents: readonly HandOverIncident[];
  /** Those that end during the next shift, soonest first. */
  readonly expiringSilences: readonly HandOverSilence[];
  readonly expiringOverrides: readonly Override[];
  /** Those of the shift that ends, each once, newest first. */
  readonly changesShipped: readonly HandOverChange[];
  /** Those not done, by priority, then by due date; without one last. */
  readonly actionItems: readonly (HandOverActionItem & { readonly isOverdue: boolean })[];
};

/** Draws up what one shift leaves to the next: picks what matters, in the order in which to read it. */
export function handOver(input: HandOverInput): HandOver {
  const { schedule, endingFromMs, atMs, nextToMs } = input;
  const isInNextShift = (ms: number): boolean => atMs < ms && ms <= nextToMs;
  return {
    scheduleId: schedule.id,
    scheduleName: schedule.name,
    atMs,
    nextToMs,
    outgoing: input.outgoing,
    incoming: input.incoming,
    openIncidents: input.openIncidents.toSorted(
      (a, b) => inOrder(a.severity, b.severity) || a.declaredAtMs - b.declaredAtMs || inOrder(a.id, b.id),
    ),
    expiringSilences: input.silences
      .filter(({ expiresAtMs }) => isInNextShift(expiresAtMs))
      .sort((a, b) => a.expiresAtMs - b.expiresAtMs || inOrder(a.id, b.id)),
    expiringOverrides: (schedule.overrides ?? [])
      .filter(({ fromMs, toMs }) => fromMs <= atMs && isInNextShift(toMs))
      .sort((a, b) => a.toMs - b.toMs || inOrder(a.id, b.id)),
    changesShipped: mergeChanges(
      input.changes.filter(({ shippedAtMs }) => endingFromMs <= shippedAtMs && shippedAtMs <= atMs),
    ).toSorted((a, b) => b.shippedAtMs - a.shippedAtMs || inOrder(a.id, b.id)),
    actionItems: input.actionItems
      .filter(({ isDone }) => !isDone)
      .map((item) => ({ ...item, isOverdue: item.dueMs !== undefined && item.dueMs < atMs }))
      .sort(
        (a, b) =>
          inOrder(a.priority, b.priority) || (a.dueMs ?? NEVER_MS) - (b.dueMs ?? NEVER_MS) || inOrder(a.id, b.id),
      ),
  };
}

const NEVER_MS = 8.64e15; // the last instant that a Date can hold

function inOrder(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
