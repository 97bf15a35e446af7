import { z } from "zod";
import type { ExternalAlert } from "../alert/external-alert.js";
import { failure, success, type Result } from "../errors/result.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { HeldAlert } from "../routing/group-decision.js";
import type { Labels } from "../alert/labels.js";
import type { IncidentScope } from "../routing/route.js";
import type { NoticeReason, TracedRule } from "../routing/routing-trace.js";

export const EXTERNAL_ALERT_PREFIX = "external-alert/";
export const ALERT_GROUP_PREFIX = "alert-group/";

/** What happened to alerts from elsewhere and to the groups that receivers are told of. */
export type RoutingEvent =
  | {
      readonly type: "external-alert.fired";
      /** `trace` names the rules that it met when it came in. */
      readonly data: { readonly alert: ExternalAlert; readonly trace: readonly TracedRule[] };
    }
  /** It goes on: its end moved, or its labels did under a key of its source's own. */
  | { readonly type: "external-alert.extended"; readonly data: { readonly alert: ExternalAlert } }
  | {
      readonly type: "external-alert.resolved";
      readonly data: {
        readonly alert: ExternalAlert;
        /** Who gave the end that has come. */
        readonly how: "source" | "timeout";
        /** It was not sent again for this long; absent where its source said that it is over. */
        readonly silentMs?: number;
      };
    }
  /** A receiver is to be told; whoever reacts to it tells. */
  | { readonly type: "alert-group.notified"; readonly data: GroupNotified }
  /** A group was due and told nobody, for reasons that were not there before. */
  | {
      readonly type: "alert-group.held";
      readonly data: { readonly groupId: string; readonly receiver: string; readonly held: readonly HeldAlert[] };
    };

/** What a receiver is to be told. */
export type GroupNotified = {
  readonly groupId: string;
  readonly routeId: string;
  readonly receiver: string;
  /** The labels that make the group. */
  readonly labels: Labels;
  /** What its receiver opens incidents for; absent from before there was a choice: `per-alert`. */
  readonly incident?: IncidentScope;
  readonly why: NoticeReason;
  /** Keys of the alerts. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** Those of the group of which nobody is told, and why. */
  readonly held: readonly HeldAlert[];
};

const labels = z.record(z.string(), z.string());

const externalAlertSchema: z.ZodType<ExternalAlert> = z.object({
  key: z.string(),
  source: z.string(),
  fingerprint: z.string(),
  labels,
  annotations: labels,
  startsAtMs: z.number(),
  endsAtMs: z.number().exactOptional(),
  timesOut: z.boolean(),
  status: z.enum(["firing", "resolved"]),
  generatorUrl: z.string().exactOptional(),
});

const why = z.enum(["first", "new-alerts", "all-resolved", "some-resolved", "repeat"]);
const base = { atMs: z.number() };

const tracedRuleSchema: z.ZodType<TracedRule> = z.discriminatedUnion("rule", [
  z.object({ ...base, rule: z.literal("deduplicated"), sinceMs: z.number() }),
  z.object({ ...base, rule: z.literal("route-taken"), routeId: z.string(), receiver: z.string() }),
  z.object({
    ...base,
    rule: z.literal("grouped"),
    groupId: z.string(),
    receiver: z.string(),
    labels,
    others: z.number(),
    dueAtMs: z.number(),
  }),
  z.object({
    ...base,
    rule: z.literal("silenced"),
    silenceId: z.string(),
    author: z.string(),
    reason: z.string(),
    endsAtMs: z.number(),
  }),
  z.object({ ...base, rule: z.literal("inhibited"), name: z.string(), sourceKey: z.string() }),
  z.object({ ...base, rule: z.literal("muted"), receiver: z.string(), interval: z.string() }),
  z.object({ ...base, rule: z.literal("not-active"), receiver: z.string(), intervals: z.array(z.string()) }),
  z.object({
    ...base,
    rule: z.literal("maintenance"),
    windowId: z.string(),
    reason: z.string(),
    endsAtMs: z.number(),
  }),
  z.object({ ...base, rule: z.literal("notified"), groupId: z.string(), receiver: z.string(), why }),
  z.object({
    ...base,
    rule: z.literal("nothing-new"),
    groupId: z.string(),
    receiver: z.string(),
    repeatAtMs: z.number(),
  }),
  z.object({ ...base, rule: z.literal("over-before-told"), groupId: z.string(), receiver: z.string() }),
  z.object({ ...base, rule: z.literal("cooldown"), incidentId: z.string(), reason: z.string() }),
  z.object({ ...base, rule: z.literal("low-traffic"), reason: z.string() }),
  z.object({ ...base, rule: z.literal("suppressed"), by: z.string() }),
]);

const held = z.array(z.object({ key: z.string(), rules: z.array(tracedRuleSchema) }));

const routingEventSchema: z.ZodType<RoutingEvent> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("external-alert.fired"),
    data: z.object({ alert: externalAlertSchema, trace: z.array(tracedRuleSchema) }),
  }),
  z.object({ type: z.literal("external-alert.extended"), data: z.object({ alert: externalAlertSchema }) }),
  z.object({
    type: z.literal("external-alert.resolved"),
    data: z.object({
      alert: externalAlertSchema,
      how: z.enum(["source", "timeout"]),
      silentMs: z.number().exactOptional(),
    }),
  }),
  z.object({
    type: z.literal("alert-group.notified"),
    data: z.object({
      groupId: z.string(),
      routeId: z.string(),
      receiver: z.string(),
      labels,
      incident: z.enum(["per-alert", "per-group"]).exactOptional(),
      why,
      firing: z.array(z.string()),
      resolved: z.array(z.string()),
      held,
    }),
  }),
  z.object({
    type: z.literal("alert-group.held"),
    data: z.object({ groupId: z.string(), receiver: z.string(), held }),
  }),
]);

/** What an alert met that a receiver was told of. */
export function notifiedRule({ groupId, receiver, why: reason }: GroupNotified, atMs: number): TracedRule {
  return { atMs, rule: "notified", groupId, receiver, why: reason };
}

/** Reads an event of routing back from the store; what is none is an error that names its place. */
export function parseRoutingEvent(stored: StoredEvent): Result<RoutingEvent, { readonly message: string }> {
  const read = routingEventSchema.safeParse({ type: stored.type, data: stored.data });
  if (read.success) return success(read.data);
  const place = `${stored.stream}, version ${stored.version}`;
  return failure({ message: `${place}: not an event of routing: ${z.prettifyError(read.error)}` });
}
