import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallInterval, OnCallPerson, OnCallSchedule } from "../schedule/schedule.js";

/** A half-open span in which an edit changes who is on call. */
export type ScheduleDifference = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** On call only after the edit, and only before it. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The edit leaves nobody on call. */
  readonly opensGap: boolean;
};

/**
 * Compares a schedule with its edited self over [fromMs, toMs): the spans in which other people are on call, ascending and as
 * long as can be. The same people for other reasons are no difference. Throws as `shiftsBetween` does, for either.
 */
export function previewEdit(
  before: OnCallSchedule,
  after: OnCallSchedule,
  fromMs: number,
  toMs: number,
): readonly ScheduleDifference[] {
  const differences: (ScheduleDifference & { toMs: number })[] = [];
  for (const { span, old, next } of sideBySide(
    shiftsBetween(before, fromMs, toMs),
    shiftsBetween(after, fromMs, toMs),
  )) {
    const [was, is] = [old.map(idOf), next.map(idOf)];
    if (isSameList(was, is)) continue;
    const last = differences.at(-1);
    if (last !== undefined && last.toMs === span.fromMs && isSameList(last.before, was) && isSameList(last.after, is)) {
      last.toMs = span.toMs;
      continue;
    }
    differences.push({
      fromMs: span.fromMs,
      toMs: span.toMs,
      before: was,
      after: is,
      added: is.filter((personId) => !was.includes(personId)),
      removed: was.filter((personId) => !is.includes(personId)),
      opensGap: is.length === 0,
    });
  }
  return differences;
}

type SideBySide = {
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly old: readonly OnCallPerson[];
  readonly next: readonly OnCallPerson[];
};

/** Walks two rows of intervals that fill the same range. */
function sideBySide(before: readonly OnCallInterval[], after: readonly OnCallInterval[]): readonly SideBySide[] {
  const spans: SideBySide[] = [];
  let index = 0;
  for (const old of before) {
    let doneMs = old.fromMs;
    while (doneMs < old.toMs) {
      const next = after[index] as OnCallInterval;
      const toMs = Math.min(old.toMs, next.toMs);
      spans.push({ span: { fromMs: doneMs, toMs }, old: old.people, next: next.people });
      if (next.toMs === toMs) index += 1;
      doneMs = toMs;
    }
  }
  return spans;
}

function idOf({ personId }: OnCallPerson): string {
  return personId;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
