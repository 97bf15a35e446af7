import { EXTERNAL_ALERT_LIMITS } from "@plimsoll/core";
import { z } from "zod";
import { instant } from "./slo-schemas.js";

/** A source has a name of the configuration, which has at most 64 characters. */
export const LONGEST_ALERT_KEY = 64 + "/".length + EXTERNAL_ALERT_LIMITS.fingerprintLength;

const labels = z.record(z.string(), z.string());

const setAsideSchema = z.object({
  path: z.string().describe("its place in the body, such as alerts.3.labels.job"),
  message: z.string(),
});

export const alertsTakenSchema = z.object({
  taken: z.number().int(),
  alerts: z
    .array(
      z.object({
        key: z.string(),
        outcome: z.enum(["fired", "extended", "resolved", "deduplicated", "ignored"]),
      }),
    )
    .describe("one for each alert that was taken, in their order"),
  setAside: z.array(setAsideSchema).describe("alerts that could not be taken while the others were"),
  truncatedAlerts: z.number().int().optional().describe("how many Alertmanager left out; see max_alerts there"),
});
export type AlertsTaken = z.infer<typeof alertsTakenSchema>;

export const activeAlertSchema = z.object({
  key: z.string(),
  source: z.string(),
  fingerprint: z.string(),
  labels,
  annotations: labels,
  startsAt: instant,
  firing: z.boolean(),
  endsAt: instant
    .optional()
    .describe("when it ended, or ends unless it is sent again; absent while only its source can end it"),
  generatorUrl: z.string().optional(),
  incidentId: z
    .string()
    .optional()
    .describe("the open incident that it is part of; of one that is over, the incident that heard of it, open or not"),
  told: z.array(z.string()).describe("receivers that were told of it"),
  met: z
    .array(z.string())
    .describe("the rules that it met, in words, oldest first; of one that is over, only its own address has them"),
});
export type ActiveAlert = z.infer<typeof activeAlertSchema>;

export const alertListSchema = z.object({ total: z.number().int(), alerts: z.array(activeAlertSchema) });

export const alertExplanationSchema = activeAlertSchema.extend({
  routes: z
    .array(
      z.object({
        id: z.string(),
        depth: z.number().int(),
        receiver: z.string(),
        outcome: z.enum(["taken", "passed-down", "not-matched", "not-reached"]),
        matcher: z.string().optional().describe("what did not match"),
      }),
    )
    .describe("every route that is asked, as the routes are now"),
});
export type AlertExplanationBody = z.infer<typeof alertExplanationSchema>;

/** As in `filter` of Alertmanager's API: given once or several times, all must match. */
export const matchersQuery = z
  .union([z.string().max(16_384), z.array(z.string().max(16_384)).max(64)])
  .optional()
  .describe('label matchers as Alertmanager writes them, such as severity="page"; all must match');

const wireAlert = {
  type: "object",
  properties: {
    labels: { type: "object", additionalProperties: { type: "string" } },
    annotations: { type: "object", additionalProperties: { type: "string" } },
    startsAt: { type: "string", format: "date-time" },
    endsAt: { type: "string", format: "date-time" },
    generatorURL: { type: "string" },
  },
  required: ["labels"],
} as const;

/** Read alert by alert, so that a broken one costs no other; the shape is for readers of the document. */
export const postedAlertsBody = z.unknown().meta({
  type: "array",
  items: wireAlert,
  description: "Alertmanager's PostableAlerts, as Prometheus sends them",
});

/** The same for Alertmanager's webhook. */
export const alertmanagerWebhookBody = z.unknown().meta({
  type: "object",
  properties: {
    version: { const: "4" },
    status: { enum: ["firing", "resolved"] },
    receiver: { type: "string" },
    alerts: {
      type: "array",
      items: { ...wireAlert, properties: { ...wireAlert.properties, status: { enum: ["firing", "resolved"] } } },
    },
  },
  required: ["version", "status", "receiver", "alerts"],
  description: "Alertmanager's webhook, version 4",
});

export const genericWebhookBody = z.unknown().meta({ description: "any JSON; the mapping of this name reads it" });

const named = z.object({ name: z.string() });

export const gettableAlertSchema = z.object({
  annotations: labels,
  endsAt: instant,
  fingerprint: z.string(),
  receivers: z.array(named),
  startsAt: instant,
  status: z.object({
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
    silencedBy: z.array(z.string()),
    state: z.enum(["active", "suppressed"]),
  }),
  updatedAt: instant,
  generatorURL: z.string().optional(),
  labels,
});
export type GettableAlert = z.infer<typeof gettableAlertSchema>;

export const gettableAlertsSchema = z.array(gettableAlertSchema);

export const alertGroupsSchema = z.array(z.object({ labels, receiver: named, alerts: z.array(gettableAlertSchema) }));
