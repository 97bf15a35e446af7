import type { Fleet } from "@plimsoll/core";
import { createLabClient, DEFAULT_STATE_DIRECTORY, type LabClient } from "../lab-client.js";

/** Knows the instances of the lab's services. One that is not running is not healthy; faults do not show, as they would not elsewhere. */
export function createLabFleet(
  options: { readonly stateDirectory?: string; readonly client?: Pick<LabClient, "status"> } = {},
): Fleet {
  const client = options.client ?? createLabClient(options.stateDirectory ?? DEFAULT_STATE_DIRECTORY);
  return {
    async instances(target) {
      try {
        const { services } = await client.status();
        const service = services.find(({ name }) => name === target);
        if (service === undefined) {
          const names = services.map(({ name }) => name).join(", ");
          return { kind: "unknown", reason: `the lab has no service ${target}; it has ${names}` };
        }
        return {
          kind: "known",
          instances: service.instances.map(({ name, state, version }) => ({
            id: name,
            health: state === "running" ? "healthy" : "unhealthy",
            version,
          })),
        };
      } catch (error) {
        return { kind: "unknown", reason: error instanceof Error ? error.message : "the lab does not answer" };
      }
    },
  };
}
