import type { DateTime } from "luxon";

/** Tells the time; the only way in which time enters the engine. Never runs backwards. */
export interface Clock {
  /** The present instant, in UTC. */
  now(): DateTime;
}
