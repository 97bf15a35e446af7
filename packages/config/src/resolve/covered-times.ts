import type { Correction, CoveredTime, FreezeWindow, RecurringInterval } from "@plimsoll/core";
import type { Entry } from "../document/merge-files.js";
import { reportDuplicate } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { correctionSchema, freezeWindowSchema } from "../schema/document-schema.js";
import type { CoveredTimeInput } from "../schema/time.js";
import { below, present, readEntry, type References } from "./read-entry.js";

type Reading = { readonly log: IssueLog; readonly references: References };

/** Reads all corrections. */
export function readCorrections(
  entries: readonly Entry[],
  slos: ReadonlySet<string>,
  reading: Reading,
): readonly Correction[] {
  const seen = new Map<string, Entry>();
  return entries.flatMap((entry): Correction[] => {
    const input = readEntry(correctionSchema, entry, reading.log);
    if (input === undefined) return [];
    checkUnique(input.id, entry, seen, { key: "id", log: reading.log });
    if (input.slos !== "all") checkNames(input.slos, entry, slos, { ...reading, key: "slos", what: "SLO" });
    const covers = coveredTime(input, entry, reading.log);
    const { id, effect, author, reason } = input;
    return covers === undefined ? [] : [{ id, sloIds: input.slos, effect, author, reason, covers }];
  });
}

/** Reads all freeze windows. */
export function readFreezeWindows(
  entries: readonly Entry[],
  services: ReadonlySet<string>,
  reading: Reading,
): readonly FreezeWindow[] {
  const seen = new Map<string, Entry>();
  return entries.flatMap((entry): FreezeWindow[] => {
    const input = readEntry(freezeWindowSchema, entry, reading.log);
    if (input === undefined) return [];
    checkUnique(input.id, entry, seen, { key: "id", log: reading.log });
    if (input.services !== "all")
      checkNames(input.services, entry, services, { ...reading, key: "services", what: "service" });
    const covers = coveredTime(input, entry, reading.log);
    const { id, name = id, stops } = input;
    return covers === undefined ? [] : [{ id, name, services: input.services, covers, stops }];
  });
}

/** Reports a name that another entry of the list has already. */
export function checkUnique(
  name: string,
  entry: Entry,
  seen: Map<string, Entry>,
  options: { readonly key: string; readonly log: IssueLog },
): void {
  const here = { name, value: name, place: below(entry.place, options.key) };
  const first = seen.get(name);
  if (first === undefined) seen.set(name, here);
  else reportDuplicate(options.log, here, first, "value");
}

/** Checks a list of names below a key of an entry. */
export function checkNames(
  names: readonly string[],
  entry: Entry,
  known: ReadonlySet<string>,
  options: { readonly references: References; readonly key: string; readonly what: "SLO" | "service" | "notifier" },
): void {
  const section = { SLO: "slos", service: "services", notifier: "notifiers" }[options.what];
  names.forEach((name, index) =>
    options.references.check(name, known, below(entry.place, options.key, index), { what: options.what, section }),
  );
}

/** The time that an entry covers; undefined when it can not be read, which is then in the log. */
export function coveredTime(input: CoveredTimeInput, entry: Entry, log: IssueLog): CoveredTime | undefined {
  if (input.at !== undefined) return { kind: "once", fromMs: input.at.from, toMs: input.at.to };
  if (input.recurring === undefined) return undefined;
  const { from, to, zone, weekdays, daysOfMonth, months, times } = input.recurring;
  const place = below(entry.place, "recurring");
  if ([weekdays, daysOfMonth, months, times].every((field) => field === undefined)) {
    log.report(place, {
      code: "missing-key",
      message: "Nothing says when it comes again.",
      expected: "at least one of weekdays, daysOfMonth, months, times",
      fix: "Add one, or write `at: { from, to }` for one interval.",
    });
    return undefined;
  }
  if (from !== undefined && to !== undefined && from >= to) {
    log.report(below(place, "to"), {
      code: "invalid-value",
      message: "It ends before it starts.",
      expected: "an instant after `from`",
      fix: "Swap the two, or correct one.",
    });
    return undefined;
  }
  const interval: RecurringInterval = { zone, ...present({ weekdays, daysOfMonth, months, times }) };
  return { kind: "recurring", interval, ...present({ fromMs: from, toMs: to }) };
}
