import type { ConfigRegistry, NotifierType, SourceType } from "@plimsoll/config";
import { PlimsollError, type Clock, type Fleet, type Notifier, type Remediator, type SliSource } from "@plimsoll/core";
import { serviceRegistry } from "./registry.js";
import { readingShape } from "./sources/reading-settings.js";

/** What an adapter gets of the service beside its settings. */
export type AdapterSurroundings = { readonly clock: Clock };

/** A source type of one's own: its schemas, and a way to make a source of what its settings came to. */
export type SourceAdapter = SourceType & {
  readonly create: (settings: never, surroundings: AdapterSurroundings) => SliSource;
};

/** A notifier type of one's own. */
export type NotifierAdapter = NotifierType & {
  readonly create: (settings: never, surroundings: AdapterSurroundings) => Notifier;
};

/** A type of what changes the world for runbooks. */
export type RemediatorAdapter = NotifierType & {
  readonly create: (settings: never, surroundings: AdapterSurroundings) => Remediator;
};

/** A type of what knows the instances of a target. */
export type FleetAdapter = NotifierType & {
  readonly create: (settings: never, surroundings: AdapterSurroundings) => Fleet;
};

/** Types by the name that `type:` gives them; what a module for `--adapters` exports as `adapters`. */
export type AdapterTypes = {
  readonly sourceTypes?: Readonly<Record<string, SourceAdapter>>;
  readonly notifierTypes?: Readonly<Record<string, NotifierAdapter>>;
  readonly remediatorTypes?: Readonly<Record<string, RemediatorAdapter>>;
  readonly fleetTypes?: Readonly<Record<string, FleetAdapter>>;
};

/**
 * The types that the service ships with and those given, as configuration sees them. Sources get the keys `backfill` and
 * `lateness` beside their own. Throws a `PlimsollError` for a name that is taken.
 */
export function registryWith(adapters: readonly AdapterTypes[]): ConfigRegistry {
  const { fleets, notifiers, remediators, sources } = joinAdapters(adapters);
  const settingsOf = ({ settings }: SourceAdapter): SourceType["settings"] =>
    "extend" in settings && typeof settings.extend === "function"
      ? (settings.extend as (shape: typeof readingShape) => SourceType["settings"])(readingShape)
      : settings;
  return {
    ...serviceRegistry,
    sourceTypes: {
      ...serviceRegistry.sourceTypes,
      ...Object.fromEntries(
        [...sources].map(([type, adapter]) => [type, { ...adapter, settings: settingsOf(adapter) }]),
      ),
    },
    notifierTypes: { ...serviceRegistry.notifierTypes, ...Object.fromEntries(notifiers) },
    remediatorTypes: Object.fromEntries(remediators),
    fleetTypes: Object.fromEntries(fleets),
  };
}

/** All types by name, each once. */
export function joinAdapters(adapters: readonly AdapterTypes[]): {
  readonly sources: ReadonlyMap<string, SourceAdapter>;
  readonly notifiers: ReadonlyMap<string, NotifierAdapter>;
  readonly remediators: ReadonlyMap<string, RemediatorAdapter>;
  readonly fleets: ReadonlyMap<string, FleetAdapter>;
} {
  const sources = new Map<string, SourceAdapter>();
  const notifiers = new Map<string, NotifierAdapter>();
  const remediators = new Map<string, RemediatorAdapter>();
  const fleets = new Map<string, FleetAdapter>();
  for (const { fleetTypes = {}, notifierTypes = {}, remediatorTypes = {}, sourceTypes = {} } of adapters) {
    take("source", { given: sourceTypes, known: sources, ready: serviceRegistry.sourceTypes });
    take("notifier", { given: notifierTypes, known: notifiers, ready: serviceRegistry.notifierTypes });
    take("remediator", { given: remediatorTypes, known: remediators, ready: {} });
    take("fleet", { given: fleetTypes, known: fleets, ready: {} });
  }
  return { sources, notifiers, remediators, fleets };
}

function take<Adapter>(
  what: string,
  types: {
    readonly given: Readonly<Record<string, Adapter>>;
    readonly known: Map<string, Adapter>;
    readonly ready: Readonly<Record<string, unknown>>;
  },
): void {
  for (const [type, adapter] of Object.entries(types.given)) {
    if (Object.hasOwn(types.ready, type) || types.known.has(type)) {
      throw new PlimsollError({
        code: "adapter-type-taken",
        message: `There is a ${what} type "${type}" already; give the other one another name.`,
        retryable: false,
      });
    }
    types.known.set(type, adapter);
  }
}
