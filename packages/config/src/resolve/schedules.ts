import { lintSchedule, type Layer, type OnCallSchedule, type Override, type TemporarySchedule } from "@plimsoll/core";
import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { scheduleSchema } from "../schema/on-call-schema.js";
import { PERSON } from "./people.js";
import { below, checkName, present, readEntry, reportProblem, type References } from "./read-entry.js";

type Reading = { readonly log: IssueLog; readonly references: References };
type ScheduleInput = z.output<typeof scheduleSchema>;
type OverrideInput = NonNullable<ScheduleInput["overrides"]>[number];

/** Reads all schedules. Gaps and layers that never speak are findings of `oncall lint`, and no errors. */
export function readSchedules(
  entries: ReadonlyMap<string, Entry>,
  people: ReadonlySet<string>,
  reading: Reading,
): readonly OnCallSchedule[] {
  return [...entries.values()].flatMap((entry): OnCallSchedule[] => {
    checkName(entry, reading.log);
    const input = readEntry(scheduleSchema, entry, reading.log);
    if (input === undefined) return [];
    checkPeople(input, entry, people, reading.references);
    const { layers, name = entry.name, overrides, temporary } = input;
    const schedule: OnCallSchedule = {
      id: entry.name,
      name,
      layers: layers.map(layerOf),
      ...present({ temporary: temporary?.map(temporaryOf), overrides: overrides?.map(overrideOf) }),
    };
    for (const { message, path, severity } of lintSchedule(schedule)) {
      if (severity === "error") reportProblem({ path, message }, entry.place, reading.log);
    }
    return [schedule];
  });
}

function checkPeople(
  { layers, overrides = [], temporary = [] }: ScheduleInput,
  entry: Entry,
  people: ReadonlySet<string>,
  references: References,
): void {
  const check = (name: string, ...path: readonly (string | number)[]): void =>
    void references.check(name, people, below(entry.place, ...path), PERSON);
  layers.forEach(({ rotation }, layer) =>
    rotation.participants.forEach((name, index) => check(name, "layers", layer, "rotation", "participants", index)),
  );
  temporary.forEach(({ shifts }, span) =>
    shifts.forEach(({ person }, index) => check(person, "temporary", span, "shifts", index, "person")),
  );
  overrides.forEach((override, index) => {
    for (const key of ["add", "remove", "replace", "with"] as const) {
      const name = override[key];
      if (name !== undefined) check(name, "overrides", index, key);
    }
  });
}

function layerOf({ id, priority, restrictions, rotation }: ScheduleInput["layers"][number]): Layer {
  const { every, excluded, handOff, length, participants, start, zone } = rotation;
  return {
    id,
    priority,
    rotation: {
      every,
      length,
      start,
      handOff,
      zone,
      participants,
      ...present({ excluded: excluded === undefined ? undefined : present(excluded) }),
    },
    restrictions: restrictions.map(({ times = { start: "00:00", end: "24:00" }, weekdays }) => ({
      ...present({ weekdays }),
      ...times,
    })),
  };
}

function temporaryOf({ from, id, shifts, to }: NonNullable<ScheduleInput["temporary"]>[number]): TemporarySchedule {
  return {
    id,
    fromMs: from,
    toMs: to,
    shifts: shifts.map((shift) => ({ personId: shift.person, fromMs: shift.from, toMs: shift.to })),
  };
}

function overrideOf({ add, author, from, id, reason, remove, replace = "", to, ...input }: OverrideInput): Override {
  const about = { id, fromMs: from, toMs: to, ...present({ author, reason }) };
  if (add !== undefined) return { ...about, kind: "add", personId: add };
  if (remove !== undefined) return { ...about, kind: "remove", personId: remove };
  return { ...about, kind: "replace", personId: replace, withPersonId: input.with ?? "" };
}
