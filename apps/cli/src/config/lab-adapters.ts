import type { Fleet, Remediator } from "@plimsoll/core";
import type { AdapterTypes } from "@plimsoll/service";
import { z } from "zod";

const settings = z.strictObject({
  state: z.string().min(1).meta({ description: "The lab's state folder; its own default when absent." }).optional(),
});
type Settings = z.infer<typeof settings>;

/** The lab, which comes with this program, as a remediator and as a fleet. Its code is loaded where a configuration names it. */
export const labAdapters: AdapterTypes = {
  remediatorTypes: { lab: { settings, create: remediator } },
  fleetTypes: { lab: { settings, create: fleet } },
};

function remediator(given: Settings): Remediator {
  const made = import("@plimsoll/lab/adapter").then((lab) => lab.createLabRemediator(folderOf(given)));
  return {
    prepare: async (remedy) => (await made).prepare(remedy),
    execute: async (order) => (await made).execute(order),
    undo: async (order) => (await made).undo(order),
  };
}

function fleet(given: Settings): Fleet {
  const made = import("@plimsoll/lab/adapter").then((lab) => lab.createLabFleet(folderOf(given)));
  return { instances: async (target) => (await made).instances(target) };
}

function folderOf({ state }: Settings): { readonly stateDirectory?: string } {
  return state === undefined ? {} : { stateDirectory: state };
}
