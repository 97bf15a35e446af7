import type { FleetReading } from "@plimsoll/core";

import type { FleetHarness } from "../contracts/fleet-contract.js";
import type { Broken } from "./broken.js";

type World = { readonly sick: number; readonly away: boolean };
type Flaw = (target: string, world: World) => FleetReading | undefined;

/** A fleet over two variables. */
export const brokenFleets: Broken<FleetHarness> = {
  right: () => fleetThat(() => undefined),
  flawed: {
    "tells every instance once, with its health": () =>
      fleetThat((target, { away, sick }) => {
        if (target !== "payments" || away || sick > 0) return undefined;
        return { kind: "known", instances: [healthy("1"), healthy("1"), healthy("2")] };
      }),
    "does not know a target that there is not": () =>
      fleetThat((target) => (target === "payments" ? undefined : { kind: "known", instances: [] })),
    "shows an instance that is not healthy, and does not leave it out": () =>
      fleetThat((_target, { sick }) =>
        sick > 0 ? { kind: "known", instances: [healthy("1"), healthy("2")] } : undefined,
      ),
    "says that it does not know when it cannot look": () =>
      fleetThat((_target, { away }) => (away ? { kind: "known", instances: [] } : undefined)),
  },
};

function fleetThat(flaw: Flaw): FleetHarness {
  let world: World = { sick: 0, away: false };
  return {
    target: "payments",
    count: 3,
    sicken: async () => void (world = { ...world, sick: 1 }),
    fail: async () => void (world = { ...world, away: true }),
    fleet: {
      instances: async (target) => {
        const flawed = flaw(target, world);
        if (flawed !== undefined) return flawed;
        if (world.away) return { kind: "unknown", reason: "the platform does not answer" };
        if (target !== "payments") return { kind: "unknown", reason: "there is no such target" };
        const third = world.sick > 0 ? ({ id: "3", health: "unhealthy" } as const) : healthy("3");
        return { kind: "known", instances: [healthy("1"), healthy("2"), third] };
      },
    },
  };
}

function healthy(id: string) {
  return { id, health: "healthy" } as const;
}
