import type { Clock } from "@plimsoll/core";

import { ensure, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** A clock and the time that it looks at. */
export type ClockHarness = ClosableHarness & {
  readonly clock: Clock;
  /** Lets time pass in the world that the clock looks at. */
  advance(ms: number): Promise<void>;
  /** Turns the world's time back, as a correction of the machine's clock does; absent where that cannot happen. */
  turnBack?(ms: number): Promise<void>;
};

/** The promises of a `Clock`. */
export const clockContract: PortContract<ClockHarness> = {
  port: "Clock",
  cases: [
    {
      name: "tells a valid instant",
      async run({ clock }) {
        for (let reading = 1; reading <= 5; reading += 1) {
          ensure(clock.now().isValid, `reading ${reading} of now() is not a valid DateTime`);
        }
      },
    },
    {
      name: "tells the time in UTC",
      async run({ clock }) {
        ensureEqual(clock.now().zoneName, "UTC", "zone of now()");
      },
    },
    {
      name: "goes forward with the world's time",
      async run({ clock, advance }) {
        const before = clock.now().toMillis();
        await advance(1_000);
        const passed = clock.now().toMillis() - before;
        ensure(passed >= 1_000, `1000 ms passed in the world, and the clock went on by ${passed} ms`);
      },
    },
    {
      name: "never runs backwards when the world's time is turned back",
      cannotRun: (harness) => (harness.turnBack === undefined ? "nobody can turn this time back" : undefined),
      async run({ clock, turnBack }) {
        const before = clock.now().toMillis();
        await turnBack?.(60_000);
        const after = clock.now().toMillis();
        ensure(after >= before, `the clock went back by ${before - after} ms`);
      },
    },
  ],
};
