import {
  overrideWords,
  shiftsBetween,
  unreachableReason,
  unreachableWords,
  whoIsOnCall,
  type OnCallDesk,
  type OnCallInterval,
  type OnCallPerson,
  type OnCallReason,
  type OnCallSchedule,
  type Override,
  type ScheduleDifference,
} from "@plimsoll/core";
import type {
  OnCallNow,
  OnCallPersonBody,
  OnCallReasonBody,
  ScheduleDetail,
  ScheduleDifferenceBody,
  ScheduleList,
  ScheduleOverride,
} from "../schemas/on-call-schemas.js";
import { defined, iso } from "./slo-body.js";

const DAY_MS = 86_400_000;
/** How far ahead the next change is looked for: most come within the first, a yearly rotation's within the last. */
const LOOKS_AHEAD_MS = [8 * DAY_MS, 40 * DAY_MS, 400 * DAY_MS];

type Span = { readonly fromMs: number; readonly toMs: number };

/** The notifiers that there are. The configuration refuses a contact at any other, so that those of the contacts are all. */
export function notifiersOf(desk: Pick<OnCallDesk, "people">): readonly string[] {
  return [...new Set(desk.people.flatMap(({ contacts }) => contacts.map(({ notifier }) => notifier)))];
}

/** Says who somebody is and whether a page would reach them; never at which address. */
export function personBody(personId: string, desk: Pick<OnCallDesk, "people" | "person">): OnCallPersonBody {
  const person = desk.person(personId);
  const reason = unreachableReason(personId, { people: desk.people, notifiers: notifiersOf(desk) });
  return {
    id: personId,
    name: person?.name ?? personId,
    ...defined({ zone: person?.zone }),
    channels: [...new Set((person?.contacts ?? []).map(({ notifier }) => notifier))],
    reachable: reason === undefined,
    ...(reason === undefined ? {} : { unreachable: unreachableWords(reason) }),
  };
}

export function nameOf(personId: string, desk: Pick<OnCallDesk, "person">): { id: string; name: string } {
  return { id: personId, name: desk.person(personId)?.name ?? personId };
}

/** Who is on call on every schedule at an instant, until when, and who is next. */
export function onCallNowBody(desk: OnCallDesk, atMs: number, only?: string): OnCallNow {
  return {
    at: iso(atMs),
    schedules: desk
      .schedules()
      .filter(({ id }) => only === undefined || id === only)
      .map((schedule) => {
        const people = whoIsOnCall(schedule, atMs);
        const next = nextChange(schedule, atMs);
        return {
          id: schedule.id,
          name: schedule.name,
          people: people.map(({ because, personId }) => ({
            ...personBody(personId, desk),
            ...defined({ until: isoOf(untilOf(schedule, personId, atMs)) }),
            because: because.map(reasonBody),
          })),
          ...(next === undefined
            ? {}
            : { next: { from: iso(next.fromMs), people: next.people.map(({ personId }) => nameOf(personId, desk)) } }),
        };
      }),
  };
}

/** The first time after an instant at which other people are on call. */
export function nextChange(schedule: OnCallSchedule, atMs: number): OnCallInterval | undefined {
  const now = idsOf(whoIsOnCall(schedule, atMs));
  return firstAhead(schedule, atMs, ({ people }) => idsOf(people) !== now);
}

function untilOf(schedule: OnCallSchedule, personId: string, atMs: number): number | undefined {
  return firstAhead(schedule, atMs, ({ people }) => people.every((one) => one.personId !== personId))?.fromMs;
}

function firstAhead(
  schedule: OnCallSchedule,
  atMs: number,
  isIt: (interval: OnCallInterval) => boolean,
): OnCallInterval | undefined {
  for (const lookMs of LOOKS_AHEAD_MS) {
    const found = shiftsBetween(schedule, atMs, atMs + lookMs).find(isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The times within a range at which the same people are on call, whatever the reasons. */
export function samePeopleSpans(schedule: OnCallSchedule, { fromMs, toMs }: Span): readonly OnCallInterval[] {
  const spans: OnCallInterval[] = [];
  for (const interval of shiftsBetween(schedule, fromMs, toMs)) {
    const last = spans.at(-1);
    if (last !== undefined && idsOf(last.people) === idsOf(interval.people)) {
      spans[spans.length - 1] = { ...last, toMs: interval.toMs };
    } else spans.push(interval);
  }
  return spans;
}

function idsOf(people: readonly OnCallPerson[]): string {
  return JSON.stringify(people.map(({ personId }) => personId));
}

export function scheduleListBody(desk: OnCallDesk): ScheduleList {
  return {
    schedules: desk.schedules().map((schedule) => ({
      ...summaryBody(schedule),
      overrides: schedule.overrides?.length ?? 0,
    })),
    people: desk.people.map(({ id }) => personBody(id, desk)),
    teams: desk.teams.map(({ id, members, name }) => ({ id, name, members: [...members] })),
  };
}

export function scheduleDetailBody(desk: OnCallDesk, schedule: OnCallSchedule, span: Span): ScheduleDetail {
  const shifts = shiftsBetween(schedule, span.fromMs, span.toMs);
  const overrides = (schedule.overrides ?? []).filter((one) => one.fromMs < span.toMs && span.fromMs < one.toMs);
  const involved = new Set([
    ...schedule.layers.flatMap(({ rotation }) => rotation.participants),
    ...shifts.flatMap(({ people }) => people.map(({ personId }) => personId)),
    ...overrides.flatMap((one) => (one.kind === "replace" ? [one.personId, one.withPersonId] : [one.personId])),
  ]);
  return {
    ...summaryBody(schedule),
    version: desk.version(schedule.id),
    ...spanBody(span),
    shifts: shifts.map((shift) => ({
      ...spanBody(shift),
      people: shift.people.map(({ because, personId }) => ({
        ...nameOf(personId, desk),
        because: because.map(reasonBody),
      })),
    })),
    gaps: shifts.filter(({ people }) => people.length === 0).map(spanBody),
    overrides: overrides.map(scheduleOverrideBody),
    people: [...involved].sort().map((id) => personBody(id, desk)),
  };
}

function summaryBody({ id, layers, name }: OnCallSchedule) {
  return {
    id,
    name,
    layers: layers.map(({ id: layerId, priority = 0, rotation }) => ({
      id: layerId,
      priority,
      every: rotation.every,
      length: rotation.length ?? 1,
      start: rotation.start,
      handOff: rotation.handOff,
      zone: rotation.zone,
      participants: [...rotation.participants],
    })),
  };
}

export function scheduleOverrideBody(override: Override): ScheduleOverride {
  return {
    id: override.id,
    kind: override.kind,
    person: override.personId,
    ...(override.kind === "replace" ? { with: override.withPersonId } : {}),
    ...spanBody(override),
    words: overrideWords(override),
    ...defined({ author: override.author, reason: override.reason }),
  };
}

export function differenceBody(difference: ScheduleDifference): ScheduleDifferenceBody {
  const { added, after, before, opensGap, removed } = difference;
  return {
    ...spanBody(difference),
    before: [...before],
    after: [...after],
    added: [...added],
    removed: [...removed],
    opensGap,
  };
}

function reasonBody(reason: OnCallReason): OnCallReasonBody {
  switch (reason.kind) {
    case "layer":
      return { kind: "layer", layer: reason.layerId, from: iso(reason.shiftFromMs), to: iso(reason.shiftToMs) };
    case "temporary":
      return {
        kind: "temporary",
        temporary: reason.temporaryId,
        from: iso(reason.shiftFromMs),
        to: iso(reason.shiftToMs),
      };
    case "override":
      return { kind: "override", override: reason.overrideId, ...defined({ insteadOf: reason.insteadOf }) };
  }
}

export function spanBody({ fromMs, toMs }: Span): { from: string; to: string } {
  return { from: iso(fromMs), to: iso(toMs) };
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : iso(ms);
}
