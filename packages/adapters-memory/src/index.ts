export { canonicalJson } from "./canonical-json.js";
export { createMemoryAuditTrail, type MemoryAuditTrailSettings } from "./memory-audit-trail.js";
export { createMemoryEventBus, type MemoryEventBusSettings } from "./memory-event-bus.js";
export { createMemoryEventStore } from "./memory-event-store.js";
export { createMemorySliHistory } from "./memory-sli-history.js";
export { createMemoryTimer, type MemoryTimer, type MemoryTimerSettings } from "./memory-timer.js";
export { createNodeDigest } from "./node-digest.js";
export { createSystemClock, type SystemClockSettings } from "./system-clock.js";
export { createUlidIdSource, type UlidIdSourceSettings } from "./ulid-id-source.js";
