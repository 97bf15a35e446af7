import type { AdapterTypes } from "@plimsoll/service";
import type { Notifier, SliSource } from "@plimsoll/core";
import { z } from "zod";

/** Types as a user's own module exports them. */
export const adapters: AdapterTypes = {
  sourceTypes: {
    jobs: {
      settings: z.strictObject({ address: z.string(), token: z.string().meta({ secret: true }).optional() }),
      query: z.strictObject({ queue: z.string() }),
      create: (): SliSource => ({
        read: async ({ toMs }) => ({ kind: "read", samples: [], watermarkMs: toMs, setAside: [], notes: [] }),
      }),
    },
  },
  notifierTypes: {
    lamp: {
      settings: z.strictObject({ colour: z.string() }),
      create: (): Notifier => ({ send: async () => ({ kind: "sent" }) }),
    },
  },
};
