import type { Sli } from "@plimsoll/core";
import type { ZodType } from "zod";
import type { ReadSecret, SourceType, NotifierType } from "../config-registry.js";
import type { Entry } from "../document/merge-files.js";
import { nameList, nearestName } from "../document/nearest-name.js";
import { showValue, type IssueLog } from "../issue-log.js";
import type { AdapterConfig, NotifierConfig, SourceConfig } from "../plimsoll-config.js";
import { below, checkName } from "./read-entry.js";
import { readSettings } from "./settings.js";

type Reading = { readonly log: IssueLog; readonly readSecret: ReadSecret };

/** A source's type, with what its settings came to where nothing is wrong with them. */
export type TypedSource = { readonly type: SourceType; readonly settings: unknown };

/** Reads all sources; `types` has every source that is named, with its type where that is known. */
export function readSources(
  entries: ReadonlyMap<string, Entry>,
  sourceTypes: Readonly<Record<string, SourceType>>,
  reading: Reading,
): { readonly sources: readonly SourceConfig[]; readonly types: ReadonlyMap<string, TypedSource | undefined> } {
  const types = new Map<string, TypedSource | undefined>();
  const sources: SourceConfig[] = [];
  for (const entry of entries.values()) {
    const typed = readTyped(entry, sourceTypes, { ...reading, what: "source" });
    types.set(entry.name, typed === undefined ? undefined : { type: typed.known, settings: typed.config?.settings });
    if (typed?.config !== undefined) sources.push(typed.config);
  }
  return { sources, types };
}

/** The notifiers that may be named, and of those whose type says it what an address there may be. */
export type KnownNotifiers = {
  readonly names: ReadonlySet<string>;
  readonly addresses: ReadonlyMap<string, ZodType>;
};

/** Reads all notifiers, and adds the console under its own name where a program brings that type. */
export function readNotifiers(
  entries: ReadonlyMap<string, Entry>,
  notifierTypes: Readonly<Record<string, NotifierType>>,
  reading: Reading,
): { readonly notifiers: readonly NotifierConfig[]; readonly known: KnownNotifiers } {
  const notifiers: NotifierConfig[] = [];
  const names = new Set(entries.keys());
  const addresses = new Map<string, ZodType>();
  for (const entry of entries.values()) {
    const typed = readTyped(entry, notifierTypes, { ...reading, what: "notifier" });
    if (typed?.known.address !== undefined) addresses.set(entry.name, typed.known.address);
    if (typed?.config !== undefined) notifiers.push(typed.config);
  }
  const console = Object.hasOwn(notifierTypes, "console")
    ? notifierTypes["console"]?.settings.safeParse({})
    : undefined;
  if (console?.success === true && !names.has("console")) {
    names.add("console");
    notifiers.push({ name: "console", type: "console", settings: console.data });
  }
  return { notifiers, known: { names, addresses } };
}

/** Reads all remediators, or all fleets. */
export function readAdapters(
  entries: ReadonlyMap<string, Entry>,
  types: Readonly<Record<string, NotifierType>>,
  reading: TypedReading,
): readonly AdapterConfig[] {
  return [...entries.values()].flatMap((entry) => {
    const config = readTyped(entry, types, reading)?.config;
    return config === undefined ? [] : [config];
  });
}

/** How often the source of an SLI brings a sample, where its type says so. */
export function sourceEveryOf(
  sli: Sli | undefined,
  sources: ReadonlyMap<string, TypedSource | undefined>,
): number | undefined {
  if (sli === undefined || sli.kind === "composite") return undefined;
  const source = sources.get(sli.selector.source);
  // Settings that were refused say nothing; their problem is in the log.
  if (source?.settings === undefined) return undefined;
  return source.type.sampleEveryMs?.(source.settings, sli.selector.query);
}

type TypedReading = Reading & { readonly what: "source" | "notifier" | "remediator" | "fleet" };
type Typed<Type> = { readonly known: Type; readonly config: SourceConfig | undefined };

function readTyped<Type extends NotifierType>(
  entry: Entry,
  types: Readonly<Record<string, Type>>,
  reading: TypedReading,
): Typed<Type> | undefined {
  const { log, what } = reading;
  checkName(entry, log);
  const { value } = entry;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    log.report(entry.place, {
      code: "wrong-type",
      message: `This is ${showValue(value)}.`,
      found: showValue(value),
      expected: "a map with `type`",
      fix: `Write \`type:\` and the keys of that type.`,
    });
    return undefined;
  }
  const { type, ...rest } = value as Record<string, unknown>;
  const names = Object.keys(types);
  if (type === undefined) {
    log.report(below(entry.place, "type"), {
      code: "missing-key",
      message: "`type` is missing.",
      ...knownTypes(names, `Add \`type:\` with ${nameList(names)}.`),
      at: "key",
    });
    return undefined;
  }
  const known = typeof type === "string" && Object.hasOwn(types, type) ? types[type] : undefined;
  if (typeof type !== "string" || known === undefined) {
    const near = typeof type === "string" ? nearestName(type, names) : undefined;
    log.report(below(entry.place, "type"), {
      code: "unknown-type",
      message: `There is no ${what} type ${showValue(type)}.`,
      found: showValue(type),
      ...knownTypes(names, near === undefined ? `Write ${nameList(names)}.` : `Did you mean \`${near}\`?`),
    });
    return undefined;
  }
  const before = log.count;
  const settings = readSettings(known.settings, rest, entry.place, reading);
  return { known, config: log.count === before ? { name: entry.name, type, settings } : undefined };
}

/** Some types come only with adapters of one's own, and then there may be none. */
function knownTypes(names: readonly string[], fix: string): { readonly expected: string; readonly fix: string } {
  if (names.length > 0) return { expected: `one of ${names.join(", ")}`, fix };
  return {
    expected: "a type that an adapter brings, and none does",
    fix: "Name the module that brings it with `--adapters`.",
  };
}
