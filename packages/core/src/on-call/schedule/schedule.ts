/** The unit of a rotation's shifts. Hours, days and weeks are of clock time; months and years keep the start's day. */
export type RotationUnit = "hourly" | "daily" | "weekly" | "monthly" | "yearly";

/** Days on which a rotation has nobody on call. A day runs from hand-off time to hand-off time, in the rotation's zone. */
export type ExcludedDays = {
  /** ISO weekdays, 1 = Monday to 7 = Sunday. */
  readonly weekdays?: readonly number[];
  /** Dates `YYYY-MM-DD`, for holidays. */
  readonly dates?: readonly string[];
  /** Whether a shift that lies wholly on excluded days uses up somebody's turn; default `skip`: it does not. */
  readonly turns?: "skip" | "consume";
};

/** Who follows whom, and how often. It has no beginning: before its start it runs backwards in the same order. */
export type Rotation = {
  readonly every: RotationUnit;
  /** How many units a shift lasts, 1 to 1,000; default 1. */
  readonly length?: number;
  /** The date `YYYY-MM-DD` on which the first participant's shift begins. */
  readonly start: string;
  /** The local clock time `HH:mm` of a hand-off. */
  readonly handOff: string;
  /** IANA name. */
  readonly zone: string;
  /** Ids of people, in turn; the same person may come more than once. */
  readonly participants: readonly string[];
  readonly excluded?: ExcludedDays;
};

/**
 * Hours in which a layer speaks, on the clock of its rotation's zone: start in, end out; start = end is the whole day,
 * start > end runs overnight from a day that matches. `24:00` ends the day.
 */
export type Restriction = {
  /** ISO weekdays; absent means every day. */
  readonly weekdays?: readonly number[];
  readonly start: string;
  readonly end: string;
};

/**
 * One rotation within a schedule. While it has somebody on call it hides every layer of lower priority; equal priorities are
 * on call together. Follow-the-sun is layers with zones and hours of their own.
 */
export type Layer = {
  readonly id: string;
  /** Default 0; higher hides lower. */
  readonly priority?: number;
  readonly rotation: Rotation;
  /** Absent or empty: the layer speaks always. */
  readonly restrictions?: readonly Restriction[];
};

/** A span that replaces all layers: within it exactly these shifts are on call, and nobody where there is none. */
export type TemporarySchedule = {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly shifts: readonly TemporaryShift[];
};

/** One person's time within a temporary schedule; what lies outside it is ignored. */
export type TemporaryShift = { readonly personId: string; readonly fromMs: number; readonly toMs: number };

/** A change for a span of time, on top of layers and temporary schedules. */
export type Override = {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly author?: string;
  readonly reason?: string;
} & OverrideChange;

/** What an override does. `remove` and `replace` act only on somebody who is on call without overrides. */
export type OverrideChange =
  | { readonly kind: "add"; readonly personId: string }
  | { readonly kind: "remove"; readonly personId: string }
  | { readonly kind: "replace"; readonly personId: string; readonly withPersonId: string };

/** Who answers when: layers, temporary schedules in their place, overrides on top. Must not be changed once it was asked. */
export type OnCallSchedule = {
  readonly id: string;
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly temporary?: readonly TemporarySchedule[];
  readonly overrides?: readonly Override[];
};

/** Why somebody is on call. */
export type OnCallReason =
  | {
      readonly kind: "layer";
      readonly layerId: string;
      /** The rotation's shift, whole: restrictions and the asked range do not cut it. */
      readonly shiftFromMs: number;
      readonly shiftToMs: number;
    }
  | {
      readonly kind: "temporary";
      readonly temporaryId: string;
      readonly shiftFromMs: number;
      readonly shiftToMs: number;
    }
  | { readonly kind: "override"; readonly overrideId: string; readonly insteadOf?: string };

/** Somebody who is on call, once, with every reason for it. */
export type OnCallPerson = { readonly personId: string; readonly because: readonly OnCallReason[] };

/** A half-open span during which the same people are on call for the same reasons. Nobody is a gap. */
export type OnCallInterval = {
  readonly fromMs: number;
  readonly toMs: number;
  /** In the order of their ids. */
  readonly people: readonly OnCallPerson[];
};
