import type { EnginePorts, RegressionCase } from "@plimsoll/core";
import type { World } from "../world.js";
import type { TimedTask } from "./recorded-run.js";

/** The one timer of routing; without routing an alert is told when its incident heard of it, and nothing waits. */
const ROUTING_TIMER = "routing/next";

/** Lets time pass in a replay: each recorded thing, and each timer that the engine sets, at its own instant. */
export type Agenda = {
  /** Takes note of the timers that are set. */
  readonly around: (ports: EnginePorts) => EnginePorts;
  /** Does everything; at one instant slices first, then timers, then what people and sources did, as it is given. */
  play(world: World, tasks: readonly TimedTask[]): Promise<void>;
};

export function createAgenda({ inputs: { toMs }, routing }: RegressionCase): Agenda {
  let wakes: readonly number[] = [];
  /** Fires what is due before an instant, and what is due now. */
  const pass = async (world: World, untilMs: number): Promise<void> => {
    for (;;) {
      const nowMs = world.clock.nowMs();
      const nextMs = wakes.reduce((one, other) => Math.min(one, other), Infinity);
      if (nextMs > nowMs && nextMs >= untilMs) return;
      wakes = wakes.filter((atMs) => atMs > Math.max(nextMs, nowMs));
      await world.wait(Math.max(0, nextMs - nowMs));
    }
  };
  return {
    around: (ports) => ({
      ...ports,
      timer: {
        ...ports.timer,
        schedule(entry) {
          if (routing !== undefined || entry.key !== ROUTING_TIMER) wakes = [...wakes, entry.atMs];
          return ports.timer.schedule(entry);
        },
      },
    }),
    async play(world, tasks) {
      for (const { atMs, beforeTimers, run } of tasks.toSorted((one, other) => one.atMs - other.atMs)) {
        await pass(world, atMs);
        if (atMs > world.clock.nowMs()) world.clock.set(atMs);
        if (beforeTimers !== true) await pass(world, atMs);
        await run();
      }
      await pass(world, toMs + 1);
    },
  };
}
