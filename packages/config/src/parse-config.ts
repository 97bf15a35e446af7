import { failure, success, type Result } from "@plimsoll/core";
import type { ConfigIssue } from "./config-issue.js";
import type { ConfigFile, ParseConfigOptions } from "./config-registry.js";
import { mergeFiles, type MergedDocument } from "./document/merge-files.js";
import { IssueLog } from "./issue-log.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import { readAlertWebhooks } from "./resolve/alert-webhooks.js";
import { readBudgetPolicies } from "./resolve/budget-policies.js";
import { readCorrections, readFreezeWindows } from "./resolve/covered-times.js";
import { readOnCall } from "./resolve/on-call.js";
import { readOperation } from "./resolve/operation.js";
import { present, References } from "./resolve/read-entry.js";
import { readRouting } from "./resolve/routing.js";
import {
  readHttp,
  readIncidents,
  readNotify,
  readReports,
  readSlice,
  readStorage,
} from "./resolve/service-settings.js";
import { readServices } from "./resolve/services.js";
import { readSlos } from "./resolve/slos.js";
import { readNotifiers, readSources } from "./resolve/sources.js";

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
  const { notifiers, known } = readNotifiers(maps.notifiers, options.notifierTypes, reading);
  const { onCall, policies: escalationPolicies } = readOnCall(merged, known, reading);
  const services = readServices(maps.services, escalationPolicies, reading);
  const routing = readRouting(singles.get("routing"), { services: services.names, notifiers: known.names }, reading);
  const policies = readBudgetPolicies(maps.budgetPolicies, log);
  const slos = readSlos(maps.slos, { log, references, sliceMs, sources: types, services, policies });
  const corrections = readCorrections(lists.corrections, new Set(maps.slos.keys()), reading);
  const freezeWindows = readFreezeWindows(lists.freezeWindows, services.names, reading);
  const reports = readReports(lists.reports, { notifiers: known.names, services: services.names }, reading);
  const storage = readStorage(singles.get("storage"), firstFile, reading);
  const http = readHttp(singles.get("http"), reading);
  const notify = readNotify(singles.get("notify"), known.names, reading);
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
    ...present({ routing }),
    ...readOperation(merged, options, reading),
    alertWebhooks: readAlertWebhooks(maps.webhooks, reading),
    onCall: { ...onCall, policyOf: services.policyOf },
  };
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
