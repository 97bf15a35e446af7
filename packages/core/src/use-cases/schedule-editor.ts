import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch, type SeenVersion, type VersionMismatch } from "../errors/version-mismatch.js";
import { scheduleProblems } from "../on-call/schedule/schedule-problems.js";
import type { OnCallSchedule, Override } from "../on-call/schedule/schedule.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import { ON_CALL_PREFIX, type OnCallBook } from "./on-call-book.js";
import type { Author, Refusal } from "./refusal.js";

/** A schedule with what people changed in it. */
export type CurrentSchedule = OnCallSchedule & { readonly overrides: readonly Override[] };

/** Where changes of schedules are kept. */
export type ScheduleStorage = {
  readonly book: OnCallBook;
  readonly journal: Journal;
  readonly nowMs: () => number;
  /** Publishes what was written; from there it comes into the audit trail. */
  readonly relay: () => Promise<unknown>;
};

/** Why a schedule was not changed, by itself or by what else was written meanwhile. */
export type ScheduleRefusal = Refusal | VersionMismatch;

type Decided = Result<{ readonly type: string; readonly data: unknown } | undefined, Refusal>;

/** Who changes a schedule, which, and at which version of it. */
export type ScheduleChange = Author &
  SeenVersion & { readonly scheduleId: string; /** The same again changes nothing. */ readonly causeId?: string };

/** Checks and stores changes of schedules. */
export type ScheduleEditor = {
  /** The schedule with what is added; a refusal where that would be none. */
  edited(scheduleId: string, added: readonly Override[]): Result<OnCallSchedule, Refusal>;
  /**
   * Adds overrides, all or none; those that are known already are left as they are. `refusal` may have something against the
   * others, as the schedule is before and after them. Answers them as they are stored: for a cause that was heard before,
   * what was added for it.
   */
  add(
    change: ScheduleChange,
    asked: readonly Override[],
    refusal?: (before: OnCallSchedule, after: OnCallSchedule, added: readonly Override[]) => Refusal | undefined,
  ): Promise<Result<readonly Override[], ScheduleRefusal>>;
  /** Decides on the newest state, at the version that was seen; what is decided is stored, and told on. */
  commit(change: ScheduleChange, decide: () => Decided): Promise<Result<void, ScheduleRefusal>>;
};

export function createScheduleEditor(
  { book, journal, nowMs, relay }: ScheduleStorage,
  scene: {
    readonly schedules: () => ReadonlyMap<string, CurrentSchedule>;
    readonly isKnown: (personId: string) => boolean;
  },
): ScheduleEditor {
  const edited = (scheduleId: string, added: readonly Override[]): Result<OnCallSchedule, Refusal> => {
    const schedule = scene.schedules().get(scheduleId);
    if (schedule === undefined) return unknownSchedule(scheduleId);
    const unknown = added.flatMap(namesIn).find((id) => !scene.isKnown(id));
    if (unknown !== undefined) return refuse("unknown-person", `there is no person ${unknown} in the configuration`);
    const next = { ...schedule, overrides: [...schedule.overrides, ...added] };
    const problem = scheduleProblems(next).find(({ severity }) => severity === "error");
    return problem === undefined ? success(next) : refuse(problem.code, `${problem.path}: ${problem.message}`);
  };

  const commit: ScheduleEditor["commit"] = async ({ actor, expectedVersion, scheduleId }, decide) => {
    const refusal = await commitDecided<ScheduleRefusal>(journal, () => {
      const decided = decide();
      const other = scene.schedules().has(scheduleId)
        ? versionMismatch(`The schedule ${scheduleId}`, book.version(scheduleId), expectedVersion)
        : undefined;
      if (!decided.ok) return other === undefined ? decided : failure(other);
      // A request that was repeated finds what it asked for, whatever was written after it.
      if (decided.value === undefined) return success([]);
      if (other !== undefined) return failure(other);
      const { data, type } = decided.value;
      const entry = { type, atMs: nowMs(), actor, data: toJson(data) };
      return success([{ stream: `${ON_CALL_PREFIX}${scheduleId}`, entries: [entry] }]);
    });
    if (refusal !== undefined) return failure(refusal);
    await relay();
    return success(undefined);
  };

  const add: ScheduleEditor["add"] = async (change, asked, refusal) => {
    const { causeId, scheduleId } = change;
    let stored = asked;
    const done = await commit(change, () => {
      const caused = causeId === undefined ? undefined : book.additions(scheduleId).get(causeId);
      if (caused !== undefined) {
        stored = caused;
        return success(undefined);
      }
      const known = new Map(book.overrides(scheduleId).map((override) => [override.id, override]));
      stored = asked.map((override) => known.get(override.id) ?? override);
      const overrides = asked.filter(({ id }) => !known.has(id));
      const schedule = edited(scheduleId, overrides);
      if (!schedule.ok) return schedule;
      const refused = refusal?.(scene.schedules().get(scheduleId) as CurrentSchedule, schedule.value, overrides);
      if (refused !== undefined) return failure(refused);
      if (overrides.length === 0) return success(undefined);
      const data = { overrides, ...(causeId === undefined ? {} : { causeId }) };
      return success({ type: "on-call.overridden", data });
    });
    return done.ok ? success(stored) : done;
  };
  return { add, commit, edited };
}

function namesIn(override: Override): readonly string[] {
  return override.kind === "replace" ? [override.personId, override.withPersonId] : [override.personId];
}

export function unknownSchedule(scheduleId: string) {
  return refuse("unknown-schedule", `there is no schedule ${scheduleId}; list them to see which there are`);
}

function refuse(code: string, message: string) {
  return failure({ code, message });
}
