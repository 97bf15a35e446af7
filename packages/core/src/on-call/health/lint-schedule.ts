import { utcWords } from "../../incident/instant-words.js";
import { canSpeak } from "../schedule/layer-turns.js";
import { shiftsBetween } from "../schedule/resolve-schedule.js";
import type { OnCallSchedule } from "../schedule/schedule.js";
import { scheduleProblems, warning, type ScheduleProblem } from "../schedule/schedule-problems.js";
import { gapsBetween } from "./gaps.js";
import { unreachableBetween, unreachableReason, unreachableWords, type Directory } from "./reachability.js";

/** What a schedule is held against; what is absent is not looked at. */
export type LintContext = {
  readonly directory?: Directory;
  /** The time ahead in which gaps, unreachable people and silent layers are looked for. */
  readonly ahead?: { readonly fromMs: number; readonly toMs: number };
};

/**
 * Finds what is wrong with a schedule: all errors that keep it from being resolved and, when there is none, what lies ahead.
 * Empty means that somebody who can be reached is on call all the time ahead.
 */
export function lintSchedule(schedule: OnCallSchedule, context: LintContext = {}): readonly ScheduleProblem[] {
  const { directory, ahead } = context;
  const problems = scheduleProblems(schedule);
  const named = directory === undefined ? [] : unknownPeople(schedule, directory);
  if (ahead === undefined || problems.some(({ severity }) => severity === "error")) return [...problems, ...named];
  return [
    ...problems,
    ...named,
    ...gapsBetween(schedule, ahead.fromMs, ahead.toMs).map(({ fromMs, toMs }) =>
      warning(
        "gap",
        "layers",
        `nobody is on call from ${utcWords(fromMs)} to ${utcWords(toMs)}; add a layer or an override`,
      ),
    ),
    ...silentLayers(schedule, ahead),
    ...(directory === undefined ? [] : unreachable(schedule, directory, ahead)),
  ];
}

function unknownPeople(schedule: OnCallSchedule, directory: Directory): readonly ScheduleProblem[] {
  const named = [
    ...schedule.layers.flatMap(({ rotation }, index) =>
      rotation.participants.map((id, number) => ({ id, path: `layers[${index}].rotation.participants[${number}]` })),
    ),
    ...(schedule.temporary ?? []).flatMap(({ shifts }, index) =>
      shifts.map(({ personId }, number) => ({ id: personId, path: `temporary[${index}].shifts[${number}].personId` })),
    ),
    ...(schedule.overrides ?? []).flatMap((override, index) => [
      { id: override.personId, path: `overrides[${index}].personId` },
      ...(override.kind === "replace" ? [{ id: override.withPersonId, path: `overrides[${index}].withPersonId` }] : []),
    ]),
  ];
  return named.flatMap(({ id, path }) => {
    const reason = unreachableReason(id, directory);
    return reason?.kind === "unknown-person"
      ? [warning("unknown-person", path, `"${id}": ${unreachableWords(reason)}`)]
      : [];
  });
}

function unreachable(
  schedule: OnCallSchedule,
  directory: Directory,
  ahead: { readonly fromMs: number; readonly toMs: number },
): readonly ScheduleProblem[] {
  return unreachableBetween(schedule, directory, ahead.fromMs, ahead.toMs)
    .filter(({ reason }) => reason.kind !== "unknown-person")
    .map(({ personId, reason, firstOnCallMs }) =>
      warning(
        "unreachable-person",
        "layers",
        `"${personId}" is on call from ${utcWords(firstOnCallMs)} and cannot be reached: ${unreachableWords(reason)}`,
      ),
    );
}

function silentLayers(
  schedule: OnCallSchedule,
  ahead: { readonly fromMs: number; readonly toMs: number },
): readonly ScheduleProblem[] {
  // Overrides and temporary schedules hide a layer for a while; that is what they are for.
  const layersAlone: OnCallSchedule = { id: schedule.id, name: schedule.name, layers: schedule.layers };
  const spoken = new Set(
    shiftsBetween(layersAlone, ahead.fromMs, ahead.toMs).flatMap(({ people }) =>
      people.flatMap(({ because }) => because.map((reason) => reason.kind === "layer" && reason.layerId)),
    ),
  );
  return schedule.layers.flatMap((layer, index) =>
    spoken.has(layer.id) || !canSpeak(layer)
      ? []
      : [
          warning(
            "never-on-call",
            `layers[${index}]`,
            `layer "${layer.id}" has nobody on call in the time ahead: its hours never come, or layers of higher priority hide it; widen it, or remove it`,
          ),
        ],
  );
}
