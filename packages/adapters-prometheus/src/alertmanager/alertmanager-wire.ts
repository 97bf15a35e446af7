import { z } from "zod";

const labels = z.record(z.string(), z.string());

/** Go's zero time, by which Alertmanager says that there is none. */
const ZERO_MS = Date.parse("0001-01-01T00:00:00Z");

/** An instant with its zone, in milliseconds; undefined for Go's zero time and for an empty text. */
const instant = z
  .string()
  .refine((text) => text === "" || isInstant(text), { error: "expected a date and a time with a zone, as in RFC 3339" })
  .transform((text) => (text === "" || Date.parse(text) === ZERO_MS ? undefined : Date.parse(text)));

/** One alert of `POST /api/v2/alerts`, as Prometheus sends it. */
export const postableAlertSchema = z.object({
  labels,
  annotations: labels.optional(),
  startsAt: instant.optional(),
  endsAt: instant.optional(),
  generatorURL: z.string().optional(),
});

/** One alert of Alertmanager's webhook. */
export const webhookAlertSchema = postableAlertSchema.extend({ status: z.enum(["firing", "resolved"]) });

/** Alertmanager's webhook, version 4, save its alerts, which are read one by one. */
export const webhookSchema = z.object({
  version: z.literal("4"),
  groupKey: z.string().optional(),
  truncatedAlerts: z.number().int().min(0).optional(),
  status: z.enum(["firing", "resolved"]),
  receiver: z.string(),
  groupLabels: labels.optional(),
  commonLabels: labels.optional(),
  commonAnnotations: labels.optional(),
  externalURL: z.string().optional(),
  alerts: z.array(z.unknown()),
});

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

function isInstant(text: string): boolean {
  return RFC_3339.test(text) && Number.isFinite(Date.parse(text));
}
