import { notifierTypes } from "@plimsoll/adapters-notifiers";
import { probeQuerySchema, probeSettingsSchema, snapshotQuerySchema, snapshotSettingsSchema } from "@plimsoll/adapters-probe";
import {
  prometheusQuerySchema,
  prometheusSettingsSchema,
  scrapeQuerySchema,
  scrapeSettingsSchema,
} from "@plimsoll/adapters-prometheus";
import type { ConfigRegistry } from "@plimsoll/config";

/** The source and notifier types that the reference service brings, as configuration sees them. */
export const serviceRegistry: ConfigRegistry = {
  sourceTypes: {
    prometheus: { settings: prometheusSettingsSchema, query: prometheusQuerySchema },
    scrape: { settings: scrapeSettingsSchema, query: scrapeQuerySchema },
    snapshot: { settings: snapshotSettingsSchema, query: snapshotQuerySchema },
    probe: { settings: probeSettingsSchema, query: probeQuerySchema },
  },
  notifierTypes,
};
