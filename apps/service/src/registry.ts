import { hostSettingsSchema } from "@plimsoll/adapters-host";
import { deadManSettingsSchema, notifierTypes } from "@plimsoll/adapters-notifiers";
import {
  probeQuerySchema,
  probeSampleEveryMs,
  probeSettingsSchema,
  snapshotQuerySchema,
  snapshotSampleEveryMs,
  snapshotSettingsSchema,
} from "@plimsoll/adapters-probe";
import {
  prometheusQuerySchema,
  prometheusSampleEveryMs,
  prometheusSettingsSchema,
  scrapeQuerySchema,
  scrapeSettingsSchema,
} from "@plimsoll/adapters-prometheus";
import type { ConfigRegistry } from "@plimsoll/config";
import { readingShape } from "./sources/reading-settings.js";

/** The types that the reference service brings, as configuration sees them. Remediators and fleets come with adapters. */
export const serviceRegistry: ConfigRegistry = {
  sourceTypes: {
    prometheus: {
      settings: prometheusSettingsSchema.extend(readingShape),
      query: prometheusQuerySchema,
      sampleEveryMs: prometheusSampleEveryMs,
    },
    scrape: { settings: scrapeSettingsSchema.extend(readingShape), query: scrapeQuerySchema },
    snapshot: {
      settings: snapshotSettingsSchema.extend(readingShape),
      query: snapshotQuerySchema,
      sampleEveryMs: snapshotSampleEveryMs,
    },
    probe: {
      settings: probeSettingsSchema.extend(readingShape),
      query: probeQuerySchema,
      sampleEveryMs: probeSampleEveryMs,
    },
  },
  notifierTypes,
  remediatorTypes: {},
  fleetTypes: {},
  runbookHost: { settings: hostSettingsSchema },
  deadMan: { settings: deadManSettingsSchema },
};
