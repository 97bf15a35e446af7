import type { Clock } from "../ports/clock.js";
import type { Credentials } from "../ports/credentials.js";
import type { IdSource } from "../ports/id-source.js";
import type { AccessBook } from "./access-book.js";
import type { AccessWriter } from "./access-writer.js";
import type { SerialQueue } from "./serial-queue.js";

/** What the desks that let in, and say who may be, work with. */
export type AccessParts = {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly credentials: Credentials;
  readonly book: AccessBook;
  readonly write: AccessWriter;
  /** Hashing takes memory on purpose; one at a time, so that a flood of attempts can not take all of it. */
  readonly hashing: SerialQueue;
};
