import type { Fleet, FleetReading } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** A fleet and the platform that it reads. */
export type FleetHarness = ClosableHarness & {
  readonly fleet: Fleet;
  /** A target that has this many instances, all healthy. */
  readonly target: string;
  readonly count: number;
  /** Makes one instance of the target unhealthy. */
  sicken?(): Promise<void>;
  /** Makes the platform unreachable. */
  fail?(): Promise<void>;
  readonly patienceMs?: number;
};

/** The promises of a `Fleet`. */
export const fleetContract: PortContract<FleetHarness> = {
  port: "Fleet",
  cases: [
    {
      name: "tells every instance once, with its health",
      async run(harness) {
        const reading = await read(harness, harness.target);
        ensure(reading.kind === "known", `the reading is ${JSON.stringify(reading)}`);
        ensureEqual(new Set(reading.instances.map(({ id }) => id)).size, harness.count, "different instances");
        ensureEqual(reading.instances.length, harness.count, "instances");
        const healthy = reading.instances.filter(({ health }) => health === "healthy").length;
        ensureEqual(healthy, harness.count, "healthy instances");
      },
    },
    {
      name: "does not know a target that there is not",
      async run(harness) {
        ensureUnknown(await read(harness, "no-such-target"));
      },
    },
    {
      name: "shows an instance that is not healthy, and does not leave it out",
      cannotRun: ({ sicken }) => (sicken === undefined ? "its instances cannot be made unhealthy" : undefined),
      async run(harness) {
        await harness.sicken?.();
        const reading = await read(harness, harness.target);
        ensure(reading.kind === "known", `the reading is ${JSON.stringify(reading)}`);
        ensureEqual(reading.instances.length, harness.count, "instances");
        const healthy = reading.instances.filter(({ health }) => health === "healthy").length;
        ensureEqual(healthy, harness.count - 1, "healthy instances");
      },
    },
    {
      name: "says that it does not know when it cannot look",
      cannotRun: ({ fail }) => (fail === undefined ? "its platform cannot be made unreachable" : undefined),
      async run(harness) {
        await harness.fail?.();
        ensureUnknown(await read(harness, harness.target));
      },
    },
  ],
};

function read(harness: FleetHarness, target: string): Promise<FleetReading> {
  return ensureComes("the reading of a fleet", harness.fleet.instances(target), harness.patienceMs);
}

function ensureUnknown(reading: FleetReading): void {
  ensure(reading.kind === "unknown", `it should not be known: ${JSON.stringify(reading)}`);
  ensure(reading.reason.trim() !== "", "it does not say why it is unknown");
}
