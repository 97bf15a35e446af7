import { createLabFleet, createLabRemediator } from "@plimsoll/lab/adapter";
import type { AdapterTypes } from "@plimsoll/service";
import { z } from "zod";

const settings = z.strictObject({
  state: z.string().min(1).meta({ description: "The lab's state folder; its own default when absent." }).optional(),
});

const folderOf = ({ state }: z.infer<typeof settings>) => (state === undefined ? {} : { stateDirectory: state });

/** The lab, which comes with this program, as a remediator and as a fleet. */
export const labAdapters: AdapterTypes = {
  remediatorTypes: {
    lab: { settings, create: (given: z.infer<typeof settings>) => createLabRemediator(folderOf(given)) },
  },
  fleetTypes: { lab: { settings, create: (given: z.infer<typeof settings>) => createLabFleet(folderOf(given)) } },
};
