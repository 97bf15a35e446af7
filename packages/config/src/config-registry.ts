import type { Result } from "@plimsoll/core";
import type { ZodType } from "zod";

/**
 * A type of source, as configuration sees it. `settings` gets every key of the source but `type`; `query` gets an
 * SLI's `query` and must give JSON back.
 *
 * Fields marked `.meta({ secret: true })` must be written as `${env:NAME}` or `${file:PATH}` and arrive as an object
 * with `reveal()`; fields marked `.meta({ mayHoldSecret: true })` may also be plain, and arrive with `reveal()` where a
 * reference stands in them. In other fields a reference arrives as its text. Fields marked
 * `.meta({ relativeToFile: true })`, of settings and of queries, are paths, resolved against the file's folder.
 */
export type SourceType = {
  readonly settings: ZodType;
  readonly query: ZodType;
  /**
   * How often such a source brings a sample, from what its schemas made of its settings and of one SLI's query; absent,
   * or undefined, for a source that knows of every slice at once. Data count as missing after three times this.
   */
  readonly sampleEveryMs?: (settings: unknown, query: unknown) => number | undefined;
};

/** A type of notifier, remediator or fleet, as configuration sees it. Marks on fields mean the same as for a source type. */
export type NotifierType = {
  readonly settings: ZodType;
  /**
   * What the address of a contact may be, where the type is a notifier's that takes addresses: it refuses just what the
   * notifier would never send to, and its `expected` says what is meant. Absent: any text is an address.
   */
  readonly address?: ZodType;
};

/** The types that a program brings; configuration itself knows none. */
export type ConfigRegistry = {
  readonly sourceTypes: Readonly<Record<string, SourceType>>;
  readonly notifierTypes: Readonly<Record<string, NotifierType>>;
  readonly remediatorTypes?: Readonly<Record<string, NotifierType>>;
  readonly fleetTypes?: Readonly<Record<string, NotifierType>>;
  /** What runs the steps of runbooks; absent: `runbookHost` is refused. */
  readonly runbookHost?: NotifierType;
  /** What tells a service elsewhere that paging works; absent: `deadMan` is refused. */
  readonly deadMan?: NotifierType;
};

/** Where a secret is kept. A file's path is absolute or relative to the working directory. */
export type SecretReference =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** Looks a secret up. The failure says why there is none, in words that hold no part of it. */
export type ReadSecret = (reference: SecretReference) => Result<string, string>;

/** What `parseConfig` needs from outside. */
export type ParseConfigOptions = ConfigRegistry & { readonly readSecret: ReadSecret };

/** One file of configuration. Paths inside it are relative to the folder of `name`. */
export type ConfigFile = { readonly name: string; readonly text: string };
