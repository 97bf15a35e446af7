import { failure, success, type Result, type Service } from "@plimsoll/core";
import type { ConfigIssue } from "./config-issue.js";
import type { ConfigFile, ParseConfigOptions } from "./config-registry.js";
import { mergeFiles, type Entry, type MergedDocument } from "./document/merge-files.js";
import { IssueLog } from "./issue-log.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import { readBudgetPolicies } from "./resolve/budget-policies.js";
import { readCorrections, readFreezeWindows } from "./resolve/covered-times.js";
import { below, checkName, present, readEntry, References } from "./resolve/read-entry.js";
import {
  readHttp,
  readIncidents,
  readNotify,
  readReports,
  readSlice,
  readStorage,
} from "./resolve/service-settings.js";
import { readSlos } from "./resolve/slos.js";
import { readNotifiers, readSources } from "./resolve/sources.js";
import { serviceSchema } from "./schema/document-schema.js";

/** The signature of `parseConfig`. */
export type ParseConfig = (
  files: readonly ConfigFile[],
  options: ParseConfigOptions,
) => Result<PlimsollConfig, readonly ConfigIssue[]>;

/**
 * Reads the files of a configuration as one. Never throws; a failure holds every problem of every file, in the order
 * of the files and their lines, and no secret. Secrets are looked up through `readSecret`; nothing else is touched.
 */
export const parseConfig: ParseConfig = (files, options) => {
  const log = new IssueLog();
  const merged = mergeFiles(files, log);
  const config = resolve(merged, files[0]?.name ?? "plimsoll.yaml", log, options);
  if (files.length === 0) return failure([noFiles()]);
  if (log.count > 0 || config === undefined) return failure(log.finish(files.map((file) => file.name)));
  return success(config);
};

function resolve(
  merged: MergedDocument,
  firstFile: string,
  log: IssueLog,
  options: ParseConfigOptions,
): PlimsollConfig | undefined {
  const references = new References(log, merged.complete);
  const reading = { log, references, readSecret: options.readSecret };
  const { maps, lists, singles } = merged;
  const sliceMs = readSlice(singles.get("slice"), log);
  const { sources, types } = readSources(maps.sources, options.sourceTypes, reading);
  const services = readServices(maps.services, reading);
  const policies = readBudgetPolicies(maps.budgetPolicies, log);
  const slos = readSlos(maps.slos, { log, references, sliceMs, sources: types, services, policies });
  const { notifiers, names: notifierNames } = readNotifiers(maps.notifiers, options.notifierTypes, reading);
  const corrections = readCorrections(lists.corrections, new Set(maps.slos.keys()), reading);
  const freezeWindows = readFreezeWindows(lists.freezeWindows, services.names, reading);
  const reports = readReports(lists.reports, { notifiers: notifierNames, services: services.names }, reading);
  const storage = readStorage(singles.get("storage"), firstFile, reading);
  const http = readHttp(singles.get("http"), reading);
  const notify = readNotify(singles.get("notify"), notifierNames, reading);
  const incidents = readIncidents(singles.get("incidents"), log);
  if (storage === undefined || http === undefined || notify === undefined || incidents === undefined) return undefined;
  return {
    sliceMs,
    storage,
    http,
    sources,
    services: services.read,
    slos,
    budgetPolicies: Object.fromEntries(policies.read),
    corrections,
    freezeWindows,
    notifiers,
    notify,
    reports,
    incidents,
  };
}

function readServices(
  entries: ReadonlyMap<string, Entry>,
  reading: { readonly log: IssueLog; readonly references: References },
): { readonly names: ReadonlySet<string>; readonly read: readonly Service[] } {
  const names = new Set(entries.keys());
  const read: Service[] = [];
  for (const entry of entries.values()) {
    checkName(entry, reading.log);
    // A service of which nothing is said but its name is `payments:` with nothing behind.
    const input = readEntry(serviceSchema, entry.value === null ? { ...entry, value: {} } : entry, reading.log);
    if (input === undefined) continue;
    input.dependsOn.forEach((name, index) => {
      const place = below(entry.place, "dependsOn", index);
      if (name === entry.name) {
        reading.log.report(place, {
          code: "cycle",
          message: `\`${name}\` depends on itself.`,
          expected: "names of other services",
          fix: "Remove it from the list.",
        });
      } else reading.references.check(name, names, place, { what: "service", section: "services" });
    });
    const { title, tier, owner, dependsOn } = input;
    read.push({ id: entry.name, ...present({ title, owner }), tier, dependsOn });
  }
  return { names, read };
}

function noFiles(): ConfigIssue {
  return {
    code: "unreadable-file",
    file: "plimsoll.yaml",
    path: "",
    line: 1,
    column: 1,
    message: "There is no configuration.",
    expected: "a file `plimsoll.yaml`, or a folder with files that end in .yaml",
    fix: "Run `plimsoll init` to write one.",
  };
}
