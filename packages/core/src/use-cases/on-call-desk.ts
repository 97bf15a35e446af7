import { failure, success, type Result } from "../errors/result.js";
import type { SeenVersion } from "../errors/version-mismatch.js";
import type { NotificationRule } from "../on-call/escalation/notification-rules.js";
import type { ResolveTarget } from "../on-call/escalation/resolve-targets.js";
import type { EscalationPolicy } from "../on-call/escalation/escalation-policy.js";
import { previewEdit, type ScheduleDifference } from "../on-call/health/preview-edit.js";
import type { Person, Team } from "../on-call/person.js";
import { whoIsOnCall } from "../on-call/schedule/resolve-schedule.js";
import type { OnCallSchedule, Override, OverrideChange } from "../on-call/schedule/schedule.js";
import { swapOverrides, type SwappedShift } from "../on-call/schedule/swap.js";
import type { IdSource } from "../ports/id-source.js";
import type { OnCallBook } from "./on-call-book.js";
import type { Author, Refusal } from "./refusal.js";
import {
  createScheduleEditor,
  unknownSchedule,
  type CurrentSchedule,
  type ScheduleRefusal,
  type ScheduleStorage,
} from "./schedule-editor.js";
import { swapRefusal } from "./swap-refusal.js";

/** Somebody who can be on call, and the rules by which they want to be told. */
export type OnCallMember = Person & { readonly rules?: readonly NotificationRule[] };

/** Who answers when, and who is called about which incident. */
export type OnCallSettings = {
  readonly people: readonly OnCallMember[];
  readonly teams: readonly Team[];
  readonly schedules: readonly OnCallSchedule[];
  readonly policies: readonly EscalationPolicy[];
  /** The policy of each service's incidents, by service. */
  readonly policyOf: ReadonlyMap<string, string>;
  /** For services that have none of their own; absent: nobody is called about those. */
  readonly defaultPolicy?: string;
};

export const NOBODY_ON_CALL: OnCallSettings = {
  people: [],
  teams: [],
  schedules: [],
  policies: [],
  policyOf: new Map(),
};

/** What a person asks to be changed in a schedule, for a span of time. */
export type OverrideRequest = OverrideChange & {
  readonly fromMs: number;
  readonly toMs: number;
  readonly author?: string;
  readonly reason?: string;
  /** Makes the same request the same override; absent: every request is one of its own. */
  readonly id?: string;
};

/** Two people who take each other's shifts. */
export type SwapRequest = SeenVersion & {
  readonly first: SwappedShift;
  readonly second: SwappedShift;
  readonly author: string;
  readonly reason?: string;
  readonly id?: string;
};

/** Keeps the schedules with what people change in them, and says whom a target means. */
export type OnCallDesk = {
  readonly people: readonly OnCallMember[];
  readonly teams: readonly Team[];
  readonly policies: readonly EscalationPolicy[];
  /** As they are now, overrides included. */
  schedules(): readonly OnCallSchedule[];
  schedule(scheduleId: string): OnCallSchedule | undefined;
  /** How often people changed it; none where it is as the configuration has it. */
  version(scheduleId: string): number;
  person(personId: string): OnCallMember | undefined;
  /** The policy of a service's incidents; undefined where nobody is to be called. */
  policyFor(service: string): EscalationPolicy | undefined;
  /** Whom a target means at an instant; nobody for one that is not known. Throws as `whoIsOnCall` does. */
  readonly resolve: ResolveTarget;
  /** Says what a change would come to over a range; changes nothing. */
  preview(
    scheduleId: string,
    change: readonly OverrideRequest[],
    range: { readonly fromMs: number; readonly toMs: number },
  ): Result<readonly ScheduleDifference[], Refusal>;
  /** What was added to a schedule for each cause, also where it was taken back since. */
  additions(scheduleId: string): ReadonlyMap<string, readonly Override[]>;
  /** Makes several overrides, all or none; those whose ids are known already are left as they are. Once for a cause. */
  override(
    scheduleId: string,
    author: string,
    asked: readonly OverrideRequest[],
    seen?: SeenVersion & { readonly causeId?: string },
  ): Promise<Result<readonly Override[], ScheduleRefusal>>;
  /** Both halves or none; their ids are the swap's with `/1` and `/2`. Refused where one of them would change nothing. */
  swap(scheduleId: string, asked: SwapRequest): Promise<Result<readonly Override[], ScheduleRefusal>>;
  /** Takes an override back, or both halves of a swap. */
  withdraw(scheduleId: string, id: string, author: Author & SeenVersion): Promise<Result<void, ScheduleRefusal>>;
};

export function createOnCallDesk(
  options: ScheduleStorage & { readonly settings: OnCallSettings; readonly ids: IdSource },
): OnCallDesk {
  const { book, ids, settings } = options;
  const people = new Map(settings.people.map((person) => [person.id, person]));
  const teams = new Map(settings.teams.map((team) => [team.id, team]));
  const policies = new Map(settings.policies.map((policy) => [policy.id, policy]));
  const schedules = currentSchedules(settings.schedules, book);

  const { add, commit, edited } = createScheduleEditor(options, { schedules, isKnown: (id) => people.has(id) });
  const named = (asked: OverrideRequest): Override => ({ ...asked, id: asked.id ?? ids.next() });

  return {
    people: settings.people,
    teams: settings.teams,
    policies: settings.policies,
    schedules: () => [...schedules().values()],
    schedule: (scheduleId) => schedules().get(scheduleId),
    additions: (scheduleId) => book.additions(scheduleId),
    version: (scheduleId) => book.version(scheduleId),
    person: (personId) => people.get(personId),
    policyFor: (service) => policies.get(settings.policyOf.get(service) ?? settings.defaultPolicy ?? ""),
    resolve(target, atMs) {
      switch (target.kind) {
        case "person":
          return [target.personId];
        case "team":
          return teams.get(target.teamId)?.members ?? [];
        case "schedule": {
          const schedule = schedules().get(target.scheduleId);
          return schedule === undefined ? [] : whoIsOnCall(schedule, atMs).map(({ personId }) => personId);
        }
      }
    },
    preview(scheduleId, change, { fromMs, toMs }) {
      const before = schedules().get(scheduleId);
      if (before === undefined) return unknownSchedule(scheduleId);
      const after = edited(scheduleId, change.map(named));
      return after.ok ? success(previewEdit(before, after.value, fromMs, toMs)) : after;
    },
    override: (scheduleId, actor, asked, seen) => add({ ...seen, actor, scheduleId }, asked.map(named)),
    swap: (scheduleId, { expectedVersion, ...asked }) =>
      add(
        { scheduleId, actor: asked.author, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
        swapOverrides({ ...asked, id: asked.id ?? ids.next() }),
        swapRefusal,
      ),
    withdraw: (scheduleId, id, author) =>
      commit({ ...author, scheduleId }, () => {
        if (!schedules().has(scheduleId)) return unknownSchedule(scheduleId);
        return withdrawal(book.overrides(scheduleId), id);
      }),
  };
}

const SWAP_HALVES = ["/1", "/2"];

/** What takes an override back, or both halves of a swap. */
function withdrawal(overrides: readonly Override[], id: string) {
  const ids = overrides
    .map((one) => one.id)
    .filter((one) => one === id || SWAP_HALVES.some((half) => one === `${id}${half}`));
  if (ids.length > 0) return success({ type: "on-call.override-withdrawn", data: { ids } });
  const message = `there is no override ${id} that was made while running; those of the configuration are taken back there`;
  return failure({ code: "unknown-override", message });
}

/** The schedules with what people changed in them: made anew only when something was, as asking one remembers its shifts. */
function currentSchedules(
  configured: readonly OnCallSchedule[],
  book: OnCallBook,
): () => ReadonlyMap<string, CurrentSchedule> {
  let revision = -1;
  let current: ReadonlyMap<string, CurrentSchedule> = new Map();
  return () => {
    if (revision === book.revision()) return current;
    revision = book.revision();
    current = new Map(
      configured.map(({ overrides: own = [], ...schedule }) => [
        schedule.id,
        // One that was written into the configuration later holds there: a schedule with an id twice has no answer.
        {
          ...schedule,
          overrides: [...own, ...book.overrides(schedule.id).filter(({ id }) => own.every((one) => one.id !== id))],
        },
      ]),
    );
    return current;
  };
}
