import type { EventStore } from "@plimsoll/core";
import type { ClosableHarness } from "../port-contract.js";

/** An event store on storage of its own, empty. */
export type EventStoreHarness = ClosableHarness & {
  readonly store: EventStore;
  /** Puts the store away and opens the same storage again; absent where nothing outlives the process. */
  reopen?(): Promise<EventStore>;
};
