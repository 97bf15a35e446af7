import { z } from "zod";
import type { EscalationPolicy, EscalationTarget, StepCondition } from "../../on-call/escalation/escalation-policy.js";
import type { NotificationRule } from "../../on-call/escalation/notification-rules.js";
import type { OnCallSchedule, Override, Rotation } from "../../on-call/schedule/schedule.js";
import type { InclusiveRange, Schedule, TimeInterval } from "../../routing/time-interval.js";
import type { RouteSpec } from "../../routing/route.js";
import type { RecurringInterval } from "../../slo/correction.js";
import { SEVERITIES } from "../severity.js";
import type {
  CaseEscalationCommand,
  CaseOnCall,
  CaseRouting,
  CaseSilenceChange,
  CaseMaintenance,
} from "./case-answering.js";

/** Far more than a configuration allows; a file may not make a replay endless. */
const MOST_REPEATS = 10_000;

export const instant = z.number().int().min(-8.64e15).max(8.64e15);
const text = z.string();
const texts = z.array(text);
const count = z.number().nonnegative();
const severity = z.enum(SEVERITIES);
const opening = z.enum(["incident", "nothing"]);

const range: z.ZodType<InclusiveRange> = z.tuple([z.number(), z.number()]);
const ranges = z.array(range).exactOptional();
const timeInterval: z.ZodType<TimeInterval> = z.object({
  times: ranges,
  weekdays: ranges,
  daysOfMonth: ranges,
  months: ranges,
  years: ranges,
  location: text.exactOptional(),
});
const scheduled = { startsAtMs: instant, endsAtMs: instant, recurring: z.array(timeInterval).exactOptional() };
const schedule: z.ZodType<Schedule> = z.object(scheduled);

const route: z.ZodType<RouteSpec> = z.lazy(() =>
  z.object({
    receiver: text.exactOptional(),
    matchers: texts.exactOptional(),
    continue: z.boolean().exactOptional(),
    groupBy: texts.exactOptional(),
    incident: z.enum(["per-alert", "per-group"]).exactOptional(),
    groupWaitMs: count.exactOptional(),
    groupIntervalMs: count.exactOptional(),
    repeatIntervalMs: count.exactOptional(),
    muteTimeIntervals: texts.exactOptional(),
    activeTimeIntervals: texts.exactOptional(),
    routes: z.array(route).exactOptional(),
  }),
);
const maintenance: z.ZodType<CaseMaintenance> = z.object({ ...scheduled, id: text, matchers: text, reason: text });

export const caseRouting: z.ZodType<CaseRouting> = z.object({
  routes: route,
  receivers: z.array(
    z.object({ name: text, opens: opening, service: text.exactOptional(), severity: severity.exactOptional() }),
  ),
  timeIntervals: z.record(text, z.array(timeInterval)),
  inhibitRules: z.array(
    z.object({
      name: text.exactOptional(),
      sourceMatchers: texts,
      targetMatchers: texts,
      equal: texts.exactOptional(),
    }),
  ),
  maintenance: z.array(maintenance),
});

const numbers = z.array(z.number()).exactOptional();
export const recurring: z.ZodType<RecurringInterval> = z.object({
  weekdays: numbers,
  daysOfMonth: numbers,
  months: numbers,
  times: z.array(z.object({ start: text, end: text })).exactOptional(),
  zone: text,
});

const target: z.ZodType<EscalationTarget> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), personId: text }),
  z.object({ kind: z.literal("schedule"), scheduleId: text }),
  z.object({ kind: z.literal("team"), teamId: text, members: z.enum(["all", "in-turn"]) }),
]);
const targets = z.array(target);
const condition: z.ZodType<StepCondition> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("severity"), anyOf: z.array(severity) }),
  z.object({ kind: z.literal("time"), within: recurring }),
  z.object({ kind: z.literal("pass"), from: z.number(), to: z.number().exactOptional() }),
]);
const policy: z.ZodType<EscalationPolicy> = z.object({
  id: text,
  steps: z.array(z.object({ targets, delayMs: count, conditions: z.array(condition).exactOptional() })),
  repeat: z.number().int().nonnegative().max(MOST_REPEATS),
  fallback: targets,
  stakeholders: z
    .array(z.object({ targets, afterMs: count, severities: z.array(severity).exactOptional() }))
    .exactOptional(),
  acknowledgement: z.object({ remindAfterMs: count, answerWithinMs: count }).exactOptional(),
});

const rotation: z.ZodType<Rotation> = z.object({
  every: z.enum(["hourly", "daily", "weekly", "monthly", "yearly"]),
  length: z.number().exactOptional(),
  start: text,
  handOff: text,
  zone: text,
  participants: texts,
  excluded: z
    .object({ weekdays: numbers, dates: texts.exactOptional(), turns: z.enum(["skip", "consume"]).exactOptional() })
    .exactOptional(),
});
const span = { id: text, fromMs: instant, toMs: instant };
const told = { ...span, author: text.exactOptional(), reason: text.exactOptional() };
const override: z.ZodType<Override> = z.discriminatedUnion("kind", [
  z.object({ ...told, kind: z.literal("add"), personId: text }),
  z.object({ ...told, kind: z.literal("remove"), personId: text }),
  z.object({ ...told, kind: z.literal("replace"), personId: text, withPersonId: text }),
]);
const onCallSchedule: z.ZodType<OnCallSchedule> = z.object({
  id: text,
  name: text,
  layers: z.array(
    z.object({
      id: text,
      priority: z.number().exactOptional(),
      rotation,
      restrictions: z.array(z.object({ weekdays: numbers, start: text, end: text })).exactOptional(),
    }),
  ),
  temporary: z
    .array(z.object({ ...span, shifts: z.array(z.object({ personId: text, fromMs: instant, toMs: instant })) }))
    .exactOptional(),
  overrides: z.array(override).exactOptional(),
});
const rule: z.ZodType<NotificationRule> = z.object({
  urgency: z.enum(["page", "ticket", "info"]),
  severities: z.array(z.enum(SEVERITIES)).exactOptional(),
  notifier: text,
  afterMs: count,
  within: recurring.exactOptional(),
});

export const caseOnCall: z.ZodType<CaseOnCall> = z.object({
  policy,
  schedules: z.array(onCallSchedule),
  teams: z.array(z.object({ id: text, members: texts })),
  people: z.array(
    z.object({
      id: text,
      zone: text,
      contacts: z.array(z.object({ notifier: text })),
      rules: z.array(rule).exactOptional(),
    }),
  ),
});

const by = { atMs: instant, actor: text };
export const silenceChange: z.ZodType<CaseSilenceChange> = z.discriminatedUnion("type", [
  z.object({ ...by, type: z.literal("create"), id: text, matchers: text, schedule, reason: text }),
  z.object({ ...by, type: z.literal("expire"), id: text }),
]);
export const escalationCommand: z.ZodType<CaseEscalationCommand> = z.discriminatedUnion("type", [
  z.object({ ...by, type: z.enum(["acknowledge", "confirm", "resume"]) }),
  z.object({ ...by, type: z.enum(["unacknowledge", "escalate"]), reason: text }),
  z.object({ ...by, type: z.literal("pause"), untilMs: instant, reason: text }),
]);
