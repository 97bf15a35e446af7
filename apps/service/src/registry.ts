import { notifierTypes } from "@plimsoll/adapters-notifiers";
import {
  probeQuerySchema,
  probeSettingsSchema,
  snapshotQuerySchema,
  snapshotSettingsSchema,
} from "@plimsoll/adapters-probe";
import {
  prometheusQuerySchema,
  prometheusSettingsSchema,
  scrapeQuerySchema,
  scrapeSettingsSchema,
} from "@plimsoll/adapters-prometheus";
import type { ConfigRegistry } from "@plimsoll/config";
import { readingShape } from "./sources/reading-settings.js";

/** The source and notifier types that the reference service brings, as configuration sees them. */
export const serviceRegistry: ConfigRegistry = {
  sourceTypes: {
    prometheus: { settings: prometheusSettingsSchema.extend(readingShape), query: prometheusQuerySchema },
    scrape: { settings: scrapeSettingsSchema.extend(readingShape), query: scrapeQuerySchema },
    snapshot: { settings: snapshotSettingsSchema.extend(readingShape), query: snapshotQuerySchema },
    probe: { settings: probeSettingsSchema.extend(readingShape), query: probeQuerySchema },
  },
  notifierTypes,
};
