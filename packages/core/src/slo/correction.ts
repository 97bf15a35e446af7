/** A span that comes again: every field given must match the local time in `zone`, as in Alertmanager's time intervals. */
export type RecurringInterval = {
  /** ISO weekdays, 1 = Monday to 7 = Sunday. */
  readonly weekdays?: readonly number[];
  /** 1 to 31, or negative from the month's end: -1 is the last day. */
  readonly daysOfMonth?: readonly number[];
  /** 1 to 12. */
  readonly months?: readonly number[];
  /** Local clock times `HH:mm`; start is in, end is out; `24:00` ends the day; start > end runs overnight. */
  readonly times?: readonly { readonly start: string; readonly end: string }[];
  readonly zone: string;
};

/** The time that a correction, a freeze window or an override covers. */
export type CoveredTime =
  | { readonly kind: "once"; readonly fromMs: number; readonly toMs: number }
  | {
      readonly kind: "recurring";
      readonly interval: RecurringInterval;
      readonly fromMs?: number;
      readonly toMs?: number;
    };

/** A named, reasoned change to what counts: maintenance ahead of time, or a retroactive one. */
export type Correction = {
  readonly id: string;
  readonly sloIds: readonly string[] | "all";
  /** `drop` leaves the slices out as if they were never expected; `count-good` counts their events as good. */
  readonly effect: "drop" | "count-good";
  readonly author: string;
  readonly reason: string;
  readonly covers: CoveredTime;
};
