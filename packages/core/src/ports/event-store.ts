import type { Json } from "../errors/json.js";
import type { Result } from "../errors/result.js";

/** Something that happened, before storage has given it a place. */
export type NewEvent = {
  /** Unique over the whole store; appending the same id again to the same stream and version is a conflict, never a double. */
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
  readonly data: Json;
  /** Who did it: a person's name, or `engine`. */
  readonly actor: string;
};

/** Something that happened, in its place. */
export type StoredEvent = NewEvent & {
  readonly stream: string;
  /** 1 for a stream's first event, then without a hole. */
  readonly version: number;
  /** Place in the whole store; strictly grows in the order of commits. */
  readonly position: number;
};

/** Events for one stream, and the version that the writer has seen. */
export type StreamWrite = {
  readonly stream: string;
  /** The stream's version as the writer knows it; 0 for a new stream. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
};

/** Somebody else wrote first: nothing was written. */
export type VersionConflict = {
  readonly code: "version-conflict";
  readonly stream: string;
  readonly expectedVersion: number;
  readonly actualVersion: number;
};

/**
 * Keeps every event, append-only, and remembers which ones still have to be published.
 *
 * `append` writes all streams and their outbox rows in one transaction, or nothing; a version conflict is a value.
 * `readAll` pages in position order and never skips an event that was committed before one it has given.
 */
export interface EventStore {
  append(writes: readonly StreamWrite[]): Promise<Result<readonly StoredEvent[], VersionConflict>>;
  /** The events of a stream in version order, those after `afterVersion` (default 0). */
  read(stream: string, afterVersion?: number): Promise<readonly StoredEvent[]>;
  /** Up to `limit` events with a position after `afterPosition`, in position order. */
  readAll(query: { readonly afterPosition: number; readonly limit: number }): Promise<readonly StoredEvent[]>;
  readonly outbox: Outbox;
}

/** The events that were stored and not yet published. */
export interface Outbox {
  /** Up to `limit` unsettled events in position order. */
  pending(limit: number): Promise<readonly StoredEvent[]>;
  /** Marks events as published; settling one twice is fine. */
  settle(eventIds: readonly string[]): Promise<void>;
}
