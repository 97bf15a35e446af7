import type { Json } from "../errors/json.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import type { EventStore, NewEvent, StoredEvent } from "../ports/event-store.js";
import { createSerialQueue } from "./serial-queue.js";

/** Something to write down: the journal gives it its id and its version. */
export type Entry = {
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: Json;
};

/** Entries for one stream. */
export type StreamEntries = { readonly stream: string; readonly entries: readonly Entry[] };

/** Keeps state that is made from events only. */
export type Projection = {
  /** Streams whose name starts with this belong to it. */
  readonly prefix: string;
  apply(event: StoredEvent): void;
};

/**
 * Joins the event store to the projections made from it: what is committed is applied, in order, once.
 *
 * `decide` runs alone, on the newest state, and what it returns is written in one transaction; when another process
 * wrote first, the journal catches up and asks again. Event ids are `<stream>@<version>`, so that the same decision
 * made again after a crash can not be stored twice.
 */
export type Journal = {
  /** Reads everything that was ever stored into the projections; answers how many events. */
  replay(): Promise<number>;
  commit(decide: () => readonly StreamEntries[] | Promise<readonly StreamEntries[]>): Promise<readonly StoredEvent[]>;
};

/** A journal that can be told that there is more than it knows of. */
export type SharedJournal = Journal & {
  /** Reads what another process stored, where the projections do not know of the events up to a position yet. */
  catchUp(position: number): Promise<void>;
};

const PAGE = 1000;
const ATTEMPTS = 5; // a conflict needs another writer each time; five in a row is a bug, not bad luck

export function createJournal(store: EventStore, projections: readonly Projection[]): SharedJournal {
  const versions = new Map<string, number>();
  const alone = createSerialQueue();
  let position = 0;
  // A store that failed may have stored all the same, so the next decision first looks.
  let doubtful = false;

  const apply = (event: StoredEvent): void => {
    position = event.position;
    versions.set(event.stream, event.version);
    for (const projection of projections) {
      if (event.stream.startsWith(projection.prefix)) projection.apply(event);
    }
  };

  const catchUp = async (): Promise<number> => {
    let count = 0;
    doubtful = true;
    for (let full = true; full;) {
      const page = await store.readAll({ afterPosition: position, limit: PAGE });
      page.forEach(apply);
      count += page.length;
      full = page.length === PAGE;
    }
    doubtful = false;
    return count;
  };

  const toWrite = ({ stream, entries }: StreamEntries) => {
    const expectedVersion = versions.get(stream) ?? 0;
    const events = entries.map((entry, index): NewEvent => ({
      ...entry,
      id: `${stream}@${expectedVersion + index + 1}`,
    }));
    return { stream, expectedVersion, events };
  };

  return {
    replay: () => alone(catchUp),
    async catchUp(upTo) {
      if (position < upTo) await alone(catchUp);
    },
    commit: (decide) =>
      alone(async () => {
        for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
          if (doubtful) await catchUp();
          const writes = (await decide()).filter(({ entries }) => entries.length > 0).map(toWrite);
          if (writes.length === 0) return [];
          doubtful = true;
          const outcome = await store.append(writes);
          if (!outcome.ok) continue;
          // A hole before or between them may be another process's events, which come first; or nothing at all.
          const first = position + 1;
          if (outcome.value.every((event, index) => event.position === first + index)) {
            outcome.value.forEach(apply);
            doubtful = false;
          } else {
            await catchUp();
          }
          return outcome.value;
        }
        throw new PlimsollError({
          code: "journal-conflict",
          message: `Another process kept writing to the same streams; ${ATTEMPTS} attempts were made. Run one service per store.`,
          retryable: true,
        });
      }),
  };
}
