import { failure, success } from "@plimsoll/core";
import type { EventStore, Result, StoredEvent, StreamWrite, VersionConflict } from "@plimsoll/core";

import type { EventStoreHarness } from "../contracts/event-store-harness.js";
import type { Broken } from "./broken.js";

type Page = { readonly afterPosition: number; readonly limit: number };
type State = { readonly log: StoredEvent[]; unpublished: StoredEvent[] };

// What a flaw may put in the place of the right behaviour.
type Flaw = {
  readonly returned?: (event: StoredEvent) => StoredEvent;
  readonly stored?: (event: StoredEvent) => StoredEvent;
  readonly copy?: <Value>(value: Value) => Value;
  readonly read?: (events: readonly StoredEvent[], state: State, afterVersion: number) => readonly StoredEvent[];
  readonly readAll?: (state: State, page: Page) => readonly StoredEvent[];
  readonly pending?: (unpublished: readonly StoredEvent[], limit: number) => readonly StoredEvent[];
  readonly settle?: (state: State, ids: readonly string[]) => void;
  readonly conflict?: (conflict: VersionConflict) => VersionConflict;
  readonly accepts?: (write: StreamWrite, state: State) => boolean;
  readonly writes?: (writes: readonly StreamWrite[], state: State) => readonly StreamWrite[];
  readonly writesBeforeConflict?: boolean;
  readonly allowsTakenIds?: boolean;
  readonly waitsBeforeWriting?: boolean;
  readonly reopened?: (state: State) => void;
};

/** A naive store; each flaw is one thing that stores get wrong. */
export const brokenEventStores: Broken<EventStoreHarness> = {
  right: () => storeThat({}),
  flawed: {
    "numbers a stream's events from 1 without a hole": () =>
      storeThat({ returned: (event) => (event.version === 3 ? { ...event, version: 4 } : event) }),
    "reads a stream in version order, and only that stream": () =>
      storeThat({ read: (events, { log }, after) => (events.length === 0 ? log : events.slice(after)) }),
    "reads those after a version": () => storeThat({ read: (events) => events }),
    "keeps every member as it was given": () =>
      storeThat({ stored: (event) => ({ ...event, atMs: Math.floor(event.atMs / 1_000) * 1_000 }) }),
    "cannot be changed through what it was given or gave": () => storeThat({ copy: (value) => value }),
    "refuses a writer who has not seen the newest version, as a value": () =>
      storeThat({ conflict: (conflict) => ({ ...conflict, actualVersion: conflict.expectedVersion + 1 }) }),
    "writes nothing of any stream when one of them is in conflict": () => storeThat({ writesBeforeConflict: true }),
    "writes several streams at once": () => storeThat({ writes: (writes) => writes.slice(0, 1) }),
    // Takes a repetition for a success.
    "takes the same append again as a conflict, and keeps one": () =>
      storeThat({
        accepts: (write, { log }) => repeats(write, log),
        writes: (writes, { log }) => writes.filter((write) => !repeats(write, log)),
      }),
    "never keeps two events with one id, also in two streams": () => storeThat({ allowsTakenIds: true }),
    "lets one of many writers win a version, and tells the others": () => storeThat({ waitsBeforeWriting: true }),
    "gives positions that grow from append to append": () =>
      storeThat({ returned: (event) => (event.stream === "s-1" ? { ...event, position: event.version } : event) }),
    "pages through everything in position order without overlap or hole": () =>
      storeThat({
        readAll: ({ log }, { afterPosition, limit }) =>
          log
            .filter(({ position }) => (limit === 5 ? position >= afterPosition : position > afterPosition))
            .slice(0, limit),
      }),
    "shows a reader who follows every event, while many write": () => storeThat({ readAll: showsOneWriterLate() }),
    "holds every appended event as still to be published, in position order": () =>
      storeThat({
        pending: (unpublished, limit) =>
          unpublished.toSorted((left, right) => (left.id < right.id ? -1 : 1)).slice(0, limit),
      }),
    "gives no more of the outbox than asked for, oldest first": () =>
      storeThat({ pending: (unpublished) => unpublished }),
    // Remembers only how far it has come.
    "takes settled events out of the outbox and leaves the rest": () =>
      storeThat({
        settle: (state, ids) => {
          const upTo = Math.max(0, ...state.log.filter(({ id }) => ids.includes(id)).map(({ position }) => position));
          state.unpublished = state.unpublished.filter(({ position }) => position > upTo);
        },
      }),
    "settles an event twice, an unknown one, or none, without harm": () =>
      storeThat({
        settle: (state, ids) => {
          if (ids.some((id) => !state.unpublished.some((event) => event.id === id)))
            throw new Error("nothing to settle");
          settle(state, ids);
        },
      }),
    "keeps a settled event in its stream": () =>
      storeThat({
        settle: (state, ids) => {
          settle(state, ids);
          if (state.log.length === 1) state.log.pop();
        },
      }),
    "keeps events and what is to be published across a restart": () =>
      storeThat({ reopened: (state) => void (state.unpublished = []) }),
  },
};

function storeThat(flaw: Flaw): EventStoreHarness {
  const state: State = { log: [], unpublished: [] };
  const copy = flaw.copy ?? structuredClone;
  const versionOf = (stream: string): number => state.log.filter((event) => event.stream === stream).length;
  const conflictOf = ({ stream, expectedVersion }: StreamWrite): VersionConflict | undefined => {
    const actualVersion = versionOf(stream);
    if (actualVersion === expectedVersion) return undefined;
    const conflict: VersionConflict = { code: "version-conflict", stream, expectedVersion, actualVersion };
    return flaw.conflict?.(conflict) ?? conflict;
  };
  const store = ({ stream, expectedVersion, events }: StreamWrite): StoredEvent[] =>
    events.map((event, index) => {
      const stored: StoredEvent = {
        ...event,
        data: copy(event.data),
        stream,
        version: expectedVersion + index + 1,
        position: state.log.length + 1,
      };
      const kept = flaw.stored?.(stored) ?? stored;
      state.log.push(kept);
      state.unpublished.push(kept);
      return flaw.returned?.(stored) ?? stored;
    });
  const append = async (writes: readonly StreamWrite[]): Promise<Result<readonly StoredEvent[], VersionConflict>> => {
    const conflict = writes
      .filter((write) => flaw.accepts?.(write, state) !== true)
      .map(conflictOf)
      .find((found) => found !== undefined);
    if (flaw.waitsBeforeWriting === true) await new Promise((resolve) => setTimeout(resolve, 0));
    if (conflict !== undefined) {
      if (flaw.writesBeforeConflict === true) writes.filter((write) => conflictOf(write) === undefined).forEach(store);
      return failure(conflict);
    }
    const accepted = flaw.writes?.(writes, state) ?? writes;
    const ids = new Set(accepted.flatMap(({ events }) => events.map(({ id }) => id)));
    if (flaw.allowsTakenIds !== true && state.log.some(({ id }) => ids.has(id))) throw new Error("an id is taken");
    return success(accepted.flatMap(store));
  };
  const store_: EventStore = {
    append,
    async read(stream, afterVersion = 0) {
      const events = state.log.filter((event) => event.stream === stream);
      return copy(flaw.read?.(events, state, afterVersion) ?? events.slice(afterVersion));
    },
    readAll: async (page) => copy((flaw.readAll ?? pageOf)(state, page)),
    outbox: {
      pending: async (limit) => copy(flaw.pending?.(state.unpublished, limit) ?? state.unpublished.slice(0, limit)),
      settle: async (ids) => (flaw.settle ?? settle)(state, ids),
    },
  };
  return {
    store: store_,
    async reopen() {
      flaw.reopened?.(state);
      return store_;
    },
  };
}

function pageOf({ log }: State, { afterPosition, limit }: Page): readonly StoredEvent[] {
  return log.filter(({ position }) => position > afterPosition).slice(0, limit);
}

function settle(state: State, ids: readonly string[]): void {
  state.unpublished = state.unpublished.filter(({ id }) => !ids.includes(id));
}

function repeats({ stream, events }: StreamWrite, log: readonly StoredEvent[]): boolean {
  return events.every(({ id }) => log.some((known) => known.id === id && known.stream === stream));
}

// Positions are drawn at the start and seen at the end of a transaction: what a sequence does where nothing is done about it.
function showsOneWriterLate(): (state: State, page: Page) => readonly StoredEvent[] {
  let seen = 0;
  return (state, page) => {
    const visible = state.log.filter(({ stream, position }) => stream !== "writer-3" || position < seen);
    const given = pageOf({ ...state, log: visible }, page);
    seen = Math.max(seen, given.at(-1)?.position ?? 0);
    return given;
  };
}
