import type {
  DeliveryBody,
  DeliveryList,
  OnCallNow,
  ScheduleDetail,
  ScheduleLint,
  ScheduleList,
  SchedulePreview,
  SilenceBody,
  SilenceList,
  SilencePreview,
} from "@plimsoll/service/api";
import type { Resource } from "./resources.js";
import { flag, instant, list, number, oneOf, optional, record, text } from "./shape.js";

export type {
  DeliveryBody,
  DeliveryList,
  OnCallNow,
  ScheduleDetail,
  ScheduleLint,
  ScheduleList,
  SchedulePreview,
  SilenceBody,
  SilenceList,
  SilencePreview,
};
export type Duty = OnCallNow["schedules"][number];
export type Shift = ScheduleDetail["shifts"][number];

const named = list(record({ id: text, name: text }));
const person = record({ id: text, name: text, reachable: flag, unreachable: optional(text), channels: list(text) });
const span = { from: instant, to: instant };
const difference = record({ ...span, before: list(text), after: list(text), opensGap: flag });
const override = record({ id: text, ...span, words: text, author: optional(text), reason: optional(text) });
const silence = record({ id: text, state: text, matchers: text, ...span, author: text, reason: text, quiets: number });
// Hand-offs come with the time: each round asks anew.
const topics = ["evaluated"] as const;

export const onCallNowResource: Resource<OnCallNow> = {
  path: "/api/v1/on-call",
  check: record({
    at: instant,
    schedules: list(
      record({
        id: text,
        name: text,
        people: list(person),
        next: optional(record({ from: instant, people: named })),
      }),
    ),
  }),
  topics,
};

export function scheduleResource(id: string, from: string, to: string): Resource<ScheduleDetail> {
  return {
    path: `/api/v1/schedules/${encodeURIComponent(id)}?${new URLSearchParams({ from, to })}`,
    check: record({
      id: text,
      name: text,
      ...span,
      shifts: list(
        record({ ...span, people: list(record({ id: text, name: text, because: list(record({ kind: text })) })) }),
      ),
      gaps: list(record(span)),
      overrides: list(override),
      people: list(person),
    }),
    topics,
  };
}

export function scheduleLintResource(id: string): Resource<ScheduleLint> {
  return {
    path: `/api/v1/schedules/${encodeURIComponent(id)}/lint`,
    check: record({ findings: list(record({ severity: text, code: text, message: text })) }),
    topics: [],
  };
}

export const schedulesResource: Resource<ScheduleList> = {
  path: "/api/v1/schedules",
  check: record({ people: list(person), teams: named }),
  topics: [],
};

export const silencesResource: Resource<SilenceList> = {
  path: "/api/v1/silences?state=all&limit=200",
  check: record({ at: instant, total: number, silences: list(silence) }),
  topics,
};

/** What was given up: news of an incident may be of one more. */
export const undeliveredResource: Resource<DeliveryList> = {
  path: "/api/v1/deliveries?state=dead",
  check: record({
    deliveries: list(
      record({
        id: text,
        notifier: text,
        urgency: oneOf("page", "ticket", "info"),
        title: text,
        incidentId: optional(text),
        person: optional(text),
        requestedAt: instant,
        givenUpAt: instant,
        attempts: number,
        lastReason: text,
      }),
    ),
  }),
  topics: ["evaluated", "incident"],
};

/** Look at the answers of what is written. */
export const previewCheck = record({
  differences: list(difference),
  pages: optional(list(record({ policy: text, after: list(record({ at: instant, step: number })) }))),
});
export const silencePreviewCheck = record({
  matchesEverything: flag,
  total: number,
  of: number,
  alerts: list(record({})),
});
