import { CALENDAR_FROM_MS, CALENDAR_TO_MS } from "../../calendar/civil-date.js";
import { addReason, applyOverrides, listPeople, samePeople, type OnCallReasons } from "./apply-overrides.js";
import { fixedSpans, holdsAt } from "./fixed-spans.js";
import { canSpeak, layerTurns, type LayerSpan } from "./layer-turns.js";
import type { OnCallInterval, OnCallPerson, OnCallSchedule } from "./schedule.js";
import { scheduleProblems } from "./schedule-problems.js";

/** Answers for an instant, and says for which span around it the answer certainly holds. */
type Resolver = (atMs: number) => OnCallInterval;

const resolvers = new WeakMap<OnCallSchedule, Resolver>();

/**
 * Says who is on call at an instant, and why; empty is a gap. A function of schedule and instant alone.
 * Throws a RangeError for a schedule in which `lintSchedule` finds an error, and for an instant outside the years 1 to 9999.
 */
export function whoIsOnCall(schedule: OnCallSchedule, atMs: number): readonly OnCallPerson[] {
  return resolverOf(schedule)(checkedInstant(atMs)).people;
}

/**
 * Says who is on call over [fromMs, toMs): contiguous intervals that fill the range, each as long as the same people are on
 * call for the same reasons, and cut only at the range's own ends. Intervals without people are gaps. At every instant of the
 * range they say what `whoIsOnCall` says. Empty when the range is. Throws as `whoIsOnCall` does.
 */
export function shiftsBetween(schedule: OnCallSchedule, fromMs: number, toMs: number): readonly OnCallInterval[] {
  const resolve = resolverOf(schedule);
  const endMs = checkedInstant(toMs);
  const intervals: { fromMs: number; toMs: number; people: readonly OnCallPerson[] }[] = [];
  let atMs = checkedInstant(fromMs);
  while (atMs < endMs) {
    const now = resolve(atMs);
    const untilMs = Math.min(now.toMs, endMs);
    const last = intervals.at(-1);
    if (last !== undefined && samePeople(last.people, now.people)) last.toMs = untilMs;
    else intervals.push({ fromMs: atMs, toMs: untilMs, people: now.people });
    atMs = untilMs;
  }
  return intervals;
}

function checkedInstant(atMs: number): number {
  if (atMs >= CALENDAR_FROM_MS && atMs <= CALENDAR_TO_MS) return atMs;
  throw new RangeError(`${atMs} is no instant of the years 1 to 9999; give milliseconds since 1970`);
}

/** Reads a schedule once; a schedule is never changed, so what was read holds. */
function resolverOf(schedule: OnCallSchedule): Resolver {
  const known = resolvers.get(schedule);
  if (known !== undefined) return known;
  const problem = scheduleProblems(schedule).find(({ severity }) => severity === "error");
  if (problem !== undefined) throw new RangeError(`schedule "${schedule.id}", ${problem.path}: ${problem.message}`);
  const resolver = createResolver(schedule);
  resolvers.set(schedule, resolver);
  return resolver;
}

function createResolver(schedule: OnCallSchedule): Resolver {
  const fixedAt = fixedSpans(schedule);
  const levels = layerLevels(schedule);
  return (atMs) => {
    const fixed = fixedAt(atMs);
    const onCall: OnCallReasons = new Map();
    let { fromMs, toMs } = fixed;
    if (fixed.temporary.length > 0) {
      for (const { id, shifts } of fixed.temporary) {
        for (const shift of shifts) {
          if (!holdsAt(shift, atMs)) continue;
          const span = { shiftFromMs: shift.fromMs, shiftToMs: shift.toMs };
          addReason(onCall, shift.personId, { kind: "temporary", temporaryId: id, ...span });
        }
      }
    } else {
      for (const turnsAt of levels) {
        for (const turnAt of turnsAt) {
          const turn = turnAt(atMs);
          fromMs = Math.max(fromMs, turn.fromMs);
          toMs = Math.min(toMs, turn.toMs);
          if (turn.onCall !== undefined) addReason(onCall, turn.onCall.personId, turn.onCall.reason);
        }
        if (onCall.size > 0) break;
      }
    }
    const people = fixed.overrides.length === 0 ? onCall : applyOverrides(onCall, fixed.overrides);
    return { fromMs, toMs, people: listPeople(people) };
  };
}

/** The layers that can speak, highest priority first; those of one priority together. */
function layerLevels(schedule: OnCallSchedule): readonly (readonly ((atMs: number) => LayerSpan)[])[] {
  const byPriority = new Map<number, ((atMs: number) => LayerSpan)[]>();
  for (const layer of schedule.layers.filter(canSpeak)) {
    const priority = layer.priority ?? 0;
    const turns = byPriority.get(priority);
    if (turns === undefined) byPriority.set(priority, [layerTurns(layer)]);
    else turns.push(layerTurns(layer));
  }
  return [...byPriority].sort(([a], [b]) => b - a).map(([, turns]) => turns);
}
