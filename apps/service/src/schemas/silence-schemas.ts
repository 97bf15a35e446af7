import { z } from "zod";
import { instant } from "./slo-schemas.js";
import { expectedVersion, nameOfAuthor, version, words } from "./written-by.js";

const matchers = z
  .string()
  .min(1)
  .max(16_384)
  .describe('in Alertmanager\'s syntax: service="payments", severity=~"SEV3|SEV4"');

const texts = z.array(z.string().max(40)).max(40).optional();

/** A time interval as Alertmanager's configuration writes it. */
export const timeIntervalInputSchema = z.strictObject({
  times: z
    .array(z.strictObject({ start_time: z.string().max(5), end_time: z.string().max(5) }))
    .max(40)
    .optional(),
  weekdays: texts,
  days_of_month: texts,
  months: texts,
  years: texts,
  location: z.string().max(100).optional().describe("IANA name; UTC when left out"),
});

/** The same in the words of the configuration, on one line. */
const localTimesSchema = z
  .string()
  .min(1)
  .max(200)
  .describe("weekdays, clock times and zone, as in `mon-fri 22:00-06:00 Europe/Berlin`; UTC when no zone is named");

export const silenceStateSchema = z.enum(["active", "pending", "expired"]);

export const silenceSchema = z.object({
  id: z.string(),
  version,
  state: silenceStateSchema.describe("a recurring silence is active also between its times"),
  matchers: z.string(),
  from: instant,
  to: instant,
  recurring: z.array(z.string()).optional().describe("the only times within it at which it is on, in words"),
  author: z.string(),
  reason: z.string(),
  createdAt: instant,
  expired: z.object({ by: z.string(), at: instant }).optional().describe("there when it was ended early"),
  quiets: z.number().int().describe("how many alerts that fire now it keeps quiet now"),
});
export type SilenceBody = z.infer<typeof silenceSchema>;

export const silenceListSchema = z.object({
  at: instant,
  total: z.number().int(),
  silences: z.array(silenceSchema).describe("those that end first come first; of expired ones, those that ended last"),
});
export type SilenceList = z.infer<typeof silenceListSchema>;

export const silenceInputSchema = z.strictObject({
  matchers,
  from: instant.optional().describe("now"),
  to: instant,
  recurring: z
    .array(z.union([timeIntervalInputSchema, localTimesSchema]))
    .min(1)
    .max(20)
    .optional()
    .describe("only at these times within it: in the configuration's words, or as in Alertmanager's time_intervals"),
  author: nameOfAuthor.optional(),
  reason: words(1000),
});

export const silenceExtensionSchema = z.strictObject({
  expectedVersion,
  to: instant,
  author: nameOfAuthor.optional(),
  reason: words(1000),
});

export const silencePreviewInputSchema = z.strictObject({ matchers });
export const silencePreviewSchema = z.object({
  matchers: z.string().describe("as they were understood"),
  matchesEverything: z.boolean().describe("such a silence is refused"),
  total: z.number().int().describe("how many alerts that fire now it would keep quiet"),
  of: z.number().int().describe("how many fire now"),
  alerts: z
    .array(
      z.object({
        key: z.string(),
        labels: z.record(z.string(), z.string()),
        startsAt: instant,
        silencedAlready: z.boolean(),
      }),
    )
    .describe("the first hundred"),
  groups: z
    .array(z.object({ receiver: z.string(), labels: z.record(z.string(), z.string()), alerts: z.number().int() }))
    .describe("the groups that these are told of in, with how many of these are in each"),
});
export type SilencePreview = z.infer<typeof silencePreviewSchema>;
