import { z } from "zod";
import { instant } from "./slo-schemas.js";
import { nameOfAuthor, words } from "./written-by.js";

const matcher = z.object({
  name: z.string().min(1).max(512),
  value: z.string().max(4_096),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});
export type WireMatcher = z.infer<typeof matcher>;

const withZone = z.iso.datetime({ offset: true });

/** Alertmanager's PostableSilence. */
export const postableSilenceSchema = z.object({
  id: z.string().max(200).optional().describe("the silence that this one takes the place of"),
  matchers: z.array(matcher).min(1).max(64),
  startsAt: withZone,
  endsAt: withZone,
  createdBy: nameOfAuthor,
  comment: words(2_000),
});

export const silenceIdSchema = z.object({ silenceID: z.string() });

export const gettableSilenceSchema = z.object({
  id: z.string(),
  status: z.object({ state: z.enum(["active", "pending", "expired"]) }),
  updatedAt: instant,
  comment: z.string(),
  createdBy: z.string(),
  startsAt: instant,
  endsAt: instant,
  matchers: z.array(z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() })),
});
export type GettableSilence = z.infer<typeof gettableSilenceSchema>;

export const gettableSilencesSchema = z.array(gettableSilenceSchema);
