import { ENGINE_ACTOR } from "@plimsoll/core";
import type { ReadSecret } from "../config-registry.js";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog, Place } from "../issue-log.js";
import type { HttpConfig, IncidentsConfig, NotifyConfig, ReportConfig, StorageConfig } from "../plimsoll-config.js";
import { httpSchema, incidentsSchema, notifySchema, reportSchema } from "../schema/document-schema.js";
import { duration, shorten } from "../schema/scalar.js";
import { Secret } from "../secret.js";
import { referenceParts } from "../secret-reference.js";
import { checkToken } from "./alert-webhooks.js";
import { checkNames, checkUnique } from "./covered-times.js";
import { below, present, readEntry, type References } from "./read-entry.js";
import { besideFile, lookUp, plainSecretFinding, readSettings } from "./settings.js";

type Reading = { readonly log: IssueLog; readonly readSecret: ReadSecret; readonly references: References };

const DEFAULT_SLICE_MS = 15_000; // As often as Prometheus scrapes by habit.
const DEFAULT_FOLDER = ".plimsoll/data";

/** Reads the slice's length. */
export function readSlice(entry: Entry | undefined, log: IssueLog): number {
  if (entry === undefined) return DEFAULT_SLICE_MS;
  const sliceMs = readEntry(duration("Length of a slice.", "15s"), entry, log);
  if (sliceMs === undefined) return DEFAULT_SLICE_MS;
  // The ledger's coarser cells hold whole slices.
  const isWhole = sliceMs % 1_000 === 0 && 3_600_000 % sliceMs === 0;
  if (sliceMs >= 1_000 && isWhole) return sliceMs;
  log.report(entry.place, {
    code: "invalid-value",
    message: "This slice does not fit into an hour.",
    expected: "whole seconds that divide an hour, from 1s to 1h",
    fix: "Write `15s` unless there is a reason.",
  });
  return DEFAULT_SLICE_MS;
}

/** Reads where things are stored. */
export function readStorage(entry: Entry | undefined, firstFile: string, reading: Reading): StorageConfig | undefined {
  if (entry === undefined) return { kind: "embedded", folder: besideFile(firstFile, DEFAULT_FOLDER) };
  const expected = "a folder, or `postgres://user:${env:DB_PASSWORD}@host/database`";
  const { log } = reading;
  if (typeof entry.value !== "string" || entry.value.trim() === "") {
    log.report(entry.place, { code: "wrong-type", message: "This is not text.", expected, fix: `Write ${expected}.` });
    return undefined;
  }
  const written = entry.value.trim();
  const found = referenceParts(written);
  if (found === undefined) {
    const password =
      /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s@]+)@/i.exec(written)?.[1] ??
      /[?&]password=([^&\s]+)/i.exec(written)?.[1];
    if (password !== undefined) {
      log.hide(password, "[secret]");
      log.report(entry.place, {
        ...plainSecretFinding(["storage"]),
        message: "The address holds a password in plain text.",
        fix: "Write `${env:DB_PASSWORD}` in its place, and set that environment variable.",
      });
      return undefined;
    }
  }
  for (const { message, fix } of found?.problems ?? [])
    log.report(entry.place, { code: "invalid-value", message, expected, fix });
  if (found !== undefined && found.problems.length > 0) return undefined;
  const text = found === undefined ? written : lookUp(found.parts, entry.place, reading);
  if (text === undefined) return undefined;
  if (/^postgres(?:ql)?:\/\//i.test(text)) {
    if (URL.canParse(text)) return { kind: "postgres", url: new Secret(text, written) };
    log.report(entry.place, {
      code: "invalid-value",
      message: "This is not an address of a PostgreSQL server.",
      expected,
      fix: "Check host, port and database.",
    });
    return undefined;
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text))
    return { kind: "embedded", folder: besideFile(entry.place.file.name, text) };
  log.report(entry.place, {
    code: "invalid-value",
    message: `There is no storage \`${shorten(written.replace(/:\/\/.*/s, "://…"))}\`.`,
    expected,
    fix: "Write an address that begins with `postgres://`, or a folder.",
  });
  return undefined;
}

/** Reads how the service is reached. */
export function readHttp(entry: Entry | undefined, reading: Reading): HttpConfig | undefined {
  if (entry === undefined) return httpSchema.parse({});
  const http = readSettings(httpSchema, entry.value, entry.place, reading);
  if (http === undefined) return undefined;
  const seen = new Map<string, Entry>();
  http.tokens.forEach(({ name, token }, index) => {
    const place = below(entry.place, "tokens", index);
    checkUnique(name, { name, value: undefined, place }, seen, { key: "name", log: reading.log });
    checkReserved(name, below(place, "name"), reading.log);
    checkToken(name, token, { place: below(place, "token"), log: reading.log });
  });
  return http;
}

function checkReserved(name: string, place: Place, log: IssueLog): void {
  if (name !== ENGINE_ACTOR) return;
  log.report(place, {
    code: "invalid-value",
    message: `The records call Plimsoll itself \`${name}\`.`,
    expected: "another name",
    fix: "Call the token after the program that holds it.",
  });
}

/** Reads who hears of what; the console where nothing is said. */
export function readNotify(
  entry: Entry | undefined,
  notifiers: ReadonlySet<string>,
  reading: Reading,
): NotifyConfig | undefined {
  const fallback = notifiers.has("console") ? ["console"] : [];
  const input = entry === undefined ? {} : readEntry(notifySchema, entry, reading.log);
  if (input === undefined) return undefined;
  for (const key of ["pages", "tickets", "incidents"] as const) {
    if (entry !== undefined) checkNames(input[key] ?? [], entry, notifiers, { ...reading, key, what: "notifier" });
  }
  return { pages: input.pages ?? fallback, tickets: input.tickets ?? fallback, incidents: input.incidents ?? fallback };
}

/** Reads all reports. */
export function readReports(
  entries: readonly Entry[],
  known: { readonly notifiers: ReadonlySet<string>; readonly services: ReadonlySet<string> },
  reading: Reading,
): readonly ReportConfig[] {
  const seen = new Map<string, Entry>();
  return entries.flatMap((entry): ReportConfig[] => {
    const input = readEntry(reportSchema, entry, reading.log);
    if (input === undefined) return [];
    const { name, period, every, format, services } = input;
    checkUnique(name, entry, seen, { key: "name", log: reading.log });
    checkNames(services ?? [], entry, known.services, { ...reading, key: "services", what: "service" });
    const to = input.to.map((target, index): ReportConfig["to"][number] => {
      if (typeof target !== "string") return { kind: "file", path: besideFile(entry.place.file.name, target.file) };
      reading.references.check(target, known.notifiers, below(entry.place, "to", index), {
        what: "notifier",
        section: "notifiers",
      });
      return { kind: "notifier", name: target };
    });
    const { weekday, dayOfMonth, time, zone } = every;
    return [
      {
        name,
        periodMs: period,
        every: { ...present({ weekday, dayOfMonth }), time, zone },
        format,
        ...present({ services }),
        to,
      },
    ];
  });
}

/** Reads how incidents follow alerts. */
export function readIncidents(entry: Entry | undefined, log: IssueLog): IncidentsConfig | undefined {
  const input = entry === undefined ? incidentsSchema.parse({}) : readEntry(incidentsSchema, entry, log);
  return input === undefined ? undefined : { cooldownMs: input.cooldown, autoCloseAfterMs: input.autoCloseAfter };
}
