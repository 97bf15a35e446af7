import type { Clock, EnginePorts } from "@plimsoll/core";
import { createMemoryAuditTrail } from "./memory-audit-trail.js";
import { createMemoryEventBus } from "./memory-event-bus.js";
import { createMemoryEventStore } from "./memory-event-store.js";
import { createMemorySliHistory } from "./memory-sli-history.js";
import { createMemoryTimer } from "./memory-timer.js";
import { createNodeCredentials } from "./node-credentials.js";
import { createNodeDigest } from "./node-digest.js";
import { createSystemClock } from "./system-clock.js";
import { createUlidIdSource } from "./ulid-id-source.js";

/** What is one's own among the ports; there are neither sources nor notifiers unless given, and the clock is the system's. */
export type MemoryPortsSettings = {
  readonly clock?: Clock;
  readonly sources?: EnginePorts["sources"];
  readonly notifiers?: EnginePorts["notifiers"];
};

/** Makes every port that the engine needs, in memory: `createPlimsoll({ ports: createMemoryPorts({ sources }), settings })`. */
export function createMemoryPorts(settings: MemoryPortsSettings = {}) {
  const { clock = createSystemClock(), notifiers = {}, sources = {} } = settings;
  const digest = createNodeDigest();
  return {
    clock,
    digest,
    credentials: createNodeCredentials(),
    ids: createUlidIdSource({ clock }),
    history: createMemorySliHistory(),
    events: createMemoryEventStore(),
    bus: createMemoryEventBus(),
    audit: createMemoryAuditTrail({ digest }),
    timer: createMemoryTimer({ clock }),
    sources,
    notifiers,
  };
}
