import { z } from "zod";
import { createAccessLogSource, type AccessLogSettings } from "./access-log-source.ts";

/** The types that `plimsoll serve --adapters ./adapters.ts` adds to those that the service ships with. */
export const adapters = {
  sourceTypes: {
    "access-log": {
      settings: z.strictObject({
        path: z.string().meta({ description: "A log in the common or combined format.", relativeToFile: true }),
      }),
      // One log, one question: there is nothing to choose.
      query: z.strictObject({}),
      create: (settings: AccessLogSettings) => createAccessLogSource(settings),
    },
  },
};
