import type { ConfigRegistry, NotifierType, ReadSecret } from "../config-registry.js";
import type { Entry, MergedDocument } from "../document/merge-files.js";
import { showValue, type IssueLog } from "../issue-log.js";
import type { DeadManConfig, OperationConfig } from "../plimsoll-config.js";
import { automationSchema, deadManSchema, deliverySchema, runbooksSchema } from "../schema/operation-schema.js";
import { present, readEntry } from "./read-entry.js";
import { besideFile, readSettings } from "./settings.js";
import { readAdapters } from "./sources.js";

type Reading = { readonly log: IssueLog; readonly readSecret: ReadSecret };

/** Reads what runbooks work with, and how people are told. */
export function readOperation(
  { maps, singles }: Pick<MergedDocument, "maps" | "singles">,
  registry: ConfigRegistry,
  reading: Reading,
): OperationConfig {
  const { deadMan, fleetTypes = {}, remediatorTypes = {}, runbookHost } = registry;
  return {
    runbookPaths: readRunbookPaths(singles.get("runbooks"), reading.log),
    remediators: readAdapters(maps.remediators, remediatorTypes, { ...reading, what: "remediator" }),
    fleets: readAdapters(maps.fleets, fleetTypes, { ...reading, what: "fleet" }),
    ...present({
      runbookHost: readPart(singles.get("runbookHost"), runbookHost, reading),
      automation: readAutomation(singles.get("automation"), reading.log),
      deadMan: readDeadMan(singles.get("deadMan"), deadMan, reading),
      throttle: readThrottle(singles.get("delivery"), reading.log),
    }),
  };
}

function readRunbookPaths(entry: Entry | undefined, log: IssueLog): readonly string[] {
  const written = entry === undefined ? undefined : readEntry(runbooksSchema, entry, log);
  if (entry === undefined || written === undefined) return [];
  return [written].flat().map((path) => besideFile(entry.place.file.name, path));
}

/** Reads the settings of something of which a program brings one; undefined where there are none, or they are refused. */
function readPart(entry: Entry | undefined, type: NotifierType | undefined, reading: Reading): unknown {
  if (entry === undefined) return undefined;
  if (type !== undefined) return readSettings(type.settings, entry.value, entry.place, reading);
  reading.log.report(entry.place, {
    code: "unknown-type",
    message: `This program has nothing that \`${entry.name}\` is for.`,
    found: showValue(entry.value),
    expected: "nothing",
    fix: "Remove it.",
    at: "key",
  });
  return undefined;
}

function readDeadMan(
  entry: Entry | undefined,
  type: NotifierType | undefined,
  reading: Reading,
): DeadManConfig | undefined {
  const own = entry === undefined ? undefined : readEntry(deadManSchema, entry, reading.log);
  if (entry === undefined || own === undefined) return undefined;
  const { every: _every, ...value } = entry.value as Readonly<Record<string, unknown>>;
  const settings = readPart({ ...entry, value }, type, reading);
  return settings === undefined ? undefined : { everyMs: own.every, settings };
}

function readAutomation(entry: Entry | undefined, log: IssueLog): OperationConfig["automation"] {
  return entry === undefined ? undefined : readEntry(automationSchema, entry, log);
}

function readThrottle(entry: Entry | undefined, log: IssueLog): OperationConfig["throttle"] {
  const throttle = entry === undefined ? undefined : readEntry(deliverySchema, entry, log)?.throttle;
  return throttle === undefined ? undefined : { messages: throttle.messages, perMs: throttle.per };
}
