import {
  auditTrailContract,
  clockContract,
  createManualClock,
  describeContract,
  credentialsContract,
  digestContract,
  eventBusContract,
  eventStoreContract,
  idSourceContract,
  sliHistoryContract,
  timerContract,
  type AuditTrailHarness,
} from "@plimsoll/testkit";
import type { ChainedAuditEntry } from "@plimsoll/core";
import { describe, it } from "vitest";

import { createMemoryAuditTrail } from "./memory-audit-trail.js";
import { createMemoryEventBus } from "./memory-event-bus.js";
import { createMemoryEventStore } from "./memory-event-store.js";
import { createMemorySliHistory } from "./memory-sli-history.js";
import { createMemoryTimer } from "./memory-timer.js";
import { createNodeCredentials } from "./node-credentials.js";
import { createNodeDigest } from "./node-digest.js";
import { createSystemClock } from "./system-clock.js";
import { createUlidIdSource } from "./ulid-id-source.js";

const framework = { describe, it };

describeContract(framework, clockContract, () => {
  let worldMs = 1_700_000_000_000;
  return {
    clock: createSystemClock({ readMs: () => worldMs }),
    advance: async (ms) => void (worldMs += ms),
    turnBack: async (ms) => void (worldMs -= ms),
  };
});

describeContract(framework, idSourceContract, () => {
  const clock = createManualClock("2026-01-31T12:00:00Z");
  return { ids: createUlidIdSource({ clock }), advance: async (ms) => clock.advance(ms) };
});

// Cheap here; what the default costs is a benchmark's matter.
describeContract(framework, credentialsContract, () => ({ credentials: createNodeCredentials({ memoryMib: 1 }) }));
describeContract(framework, digestContract, () => ({ digest: createNodeDigest() }));
describeContract(framework, eventStoreContract, () => ({ store: createMemoryEventStore() }));
describeContract(framework, eventBusContract, () => ({
  bus: createMemoryEventBus({ attempts: 3, pauseMs: () => 0 }),
  attempts: 3,
}));
describeContract(framework, sliHistoryContract, () => ({ history: createMemorySliHistory() }));
describeContract(framework, timerContract, () => {
  const clock = createManualClock("2026-01-31T12:00:00Z");
  const timer = createMemoryTimer({ clock, fires: "manual" });
  return {
    timer,
    nowMs: () => clock.nowMs(),
    async advance(ms) {
      clock.advance(ms);
      await timer.runDue();
    },
  };
});
describeContract(framework, auditTrailContract, (): AuditTrailHarness => {
  const digest = createNodeDigest();
  const entries: ChainedAuditEntry[] = [];
  return {
    digest,
    trail: createMemoryAuditTrail({ digest, entries }),
    async tamper(tampering) {
      switch (tampering.kind) {
        case "edit":
          return replace(entries, tampering.number, (entry) => ({ ...entry, details: tampering.details }));
        case "drop":
          return void entries.splice(tampering.number - 1, 1);
        case "swap": {
          const [first, second] = [entries[tampering.first - 1], entries[tampering.second - 1]];
          replace(entries, tampering.first, (entry) => ({ ...(second ?? entry), number: entry.number }));
          return replace(entries, tampering.second, (entry) => ({ ...(first ?? entry), number: entry.number }));
        }
      }
    },
  };
});

function replace(
  entries: ChainedAuditEntry[],
  number: number,
  change: (entry: ChainedAuditEntry) => ChainedAuditEntry,
): void {
  const entry = entries[number - 1];
  if (entry !== undefined) entries[number - 1] = change(entry);
}
