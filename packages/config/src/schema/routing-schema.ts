import { z } from "zod";
import { severity } from "./escalation-schema.js";
import { choice, duration, id, words } from "./scalar.js";
import {
  coveredTimeShape,
  EXACTLY_ONE_TIME,
  hasLocalTimes,
  hasOneTime,
  localTimesShape,
  NO_TIMES,
  numberRanges,
  zone,
} from "./time.js";

const matcherText = z
  .string()
  // Without a matcher in it everything would match, and planned work would silence all that there is.
  .refine((text) => /[^\s{},]/.test(text), {
    message: "There is no matcher in it.",
    params: { expected: 'matchers such as `severity="critical"`', fix: "Write one, or remove the text." },
  })
  .meta({ description: 'Matchers in Alertmanager\'s syntax, such as `severity=~"critical|page"`.', expected: "text" });

const matchers = (description: string) =>
  z
    .array(matcherText)
    .min(1, "The list is empty.")
    .meta({ description, expected: 'a list of matchers such as `severity="critical"`' });

const labelNames = (description: string) =>
  z.array(words("Name of a label.")).meta({ description, expected: "a list of names of labels" });

const intervalNames = (description: string) =>
  z.array(id("Name of a time interval.")).meta({ description, expected: "a list of names of time intervals" });

/** One route as it is written; what it leaves out it has from the one above. */
export type RouteInput = {
  readonly receiver?: string | undefined;
  readonly matchers?: readonly string[] | undefined;
  readonly continue?: boolean | undefined;
  readonly groupBy?: readonly string[] | undefined;
  readonly incident?: "per-alert" | "per-group" | undefined;
  readonly groupWait?: number | undefined;
  readonly groupInterval?: number | undefined;
  readonly repeatInterval?: number | undefined;
  readonly muteTimeIntervals?: readonly string[] | undefined;
  readonly activeTimeIntervals?: readonly string[] | undefined;
  readonly routes?: readonly RouteInput[] | undefined;
};

const routeSchema: z.ZodType<RouteInput> = z
  .strictObject({
    receiver: id("Name of the receiver; that of the route above when absent.").optional(),
    matchers: matchers("All must match; every alert does when absent.").optional(),
    continue: z
      .boolean()
      .meta({ description: "Goes on to the next routes on this level after this one matched." })
      .optional(),
    groupBy: labelNames("Labels whose values make a group; `...` alone stands for all of them.").optional(),
    incident: choice(
      ["per-alert", "per-group"],
      "What an incident is opened for; per-group where `groupBy` names labels, and else per-alert, when absent here and above.",
    ).optional(),
    groupWait: duration("How long a new group waits for company; 30s when absent.", "30s", "allowed").optional(),
    groupInterval: duration("How long until a group tells of what is new; 5m when absent.", "5m").optional(),
    repeatInterval: duration("How long until a group tells the same again; 4h when absent.", "4h").optional(),
    muteTimeIntervals: intervalNames("Time intervals in which it tells nobody.").optional(),
    activeTimeIntervals: intervalNames("The only time intervals in which it tells anybody.").optional(),
    routes: z
      .array(z.lazy(() => routeSchema))
      .meta({ description: "Routes below, the first that matches first.", expected: "a list of routes" })
      .optional(),
  })
  .meta({ description: "A route.", expected: "a map such as `{ receiver: incidents }`" });

const receiverSchema = z
  .strictObject({
    opens: choice(["incident", "nothing"], "Whether an incident is opened, or only the notifiers are told.").default(
      "incident",
    ),
    service: id("The service of its incidents; the label `service` says when absent.").optional(),
    severity: severity("The severity of its incidents; the labels say when absent.").optional(),
    notifiers: z
      .array(id("Name of a notifier."))
      .meta({
        description: "Told of every group of alerts, beside what the incident itself makes known.",
        expected: "a list of names of notifiers",
      })
      .default([]),
  })
  .meta({
    description: "Who hears of alerts, and what is made of them.",
    expected: "a map such as `{ opens: incident }`",
  });

const years = numberRanges(
  { description: "Years, such as `[2026-2028]`.", expected: "years such as `2026` or `2026-2028`" },
  (text) => {
    const match = /^(\d{4})(?:\s*-\s*(\d{4}))?$/.exec(text);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return from <= to ? Array.from({ length: to - from + 1 }, (_, offset) => from + offset) : undefined;
  },
);

const intervalSchema = z
  .strictObject({
    ...localTimesShape,
    years: years.optional(),
    zone: zone("Whose clock is meant."),
  })
  .refine((interval) => hasLocalTimes(interval) || interval.years !== undefined, {
    ...NO_TIMES,
    params: { expected: "at least one of weekdays, daysOfMonth, months, years, times", fix: "Add one." },
  })
  .meta({
    description: "An interval that comes again: every key given must match.",
    expected: "a map with `zone` and at least one of weekdays, daysOfMonth, months, years, times",
  });

const inhibitRuleSchema = z
  .strictObject({
    name: words("What people call it.").optional(),
    sourceMatchers: matchers("While an alert fires that matches all of these …"),
    targetMatchers: matchers("… alerts that match all of these tell nobody …"),
    equal: labelNames("… where these labels are the same in both.").default([]),
  })
  .meta({
    description: "Holds alerts back while another fires.",
    expected: "a map with `sourceMatchers` and `targetMatchers`",
  });

const maintenanceSchema = z
  .strictObject({
    id: id("Name of the planned work."),
    matchers: matchers("What it is about: labels of alerts, and `service`, `severity` and `slo` of incidents."),
    author: words("Who planned it."),
    reason: words("Why."),
    ...coveredTimeShape,
  })
  .refine(hasOneTime, EXACTLY_ONE_TIME)
  .meta({
    description: "Planned work: incidents open and tell whom they would, and nothing escalates meanwhile.",
    expected: "a map with `id`, `matchers`, `author`, `reason` and `at` or `recurring`",
  });

/** What becomes of alerts from elsewhere, as it is written. */
export const routingSchema = z
  .strictObject({
    route: routeSchema.meta({
      description: "The first route; it takes every alert that no route below it takes.",
      expected: "a map such as `{ receiver: incidents }`",
    }),
    receivers: z
      .record(z.string(), receiverSchema)
      .meta({ description: "Receivers by name.", expected: "a map by name" }),
    inhibitRules: z
      .array(inhibitRuleSchema)
      .meta({ description: "What holds alerts back.", expected: "a list of rules" })
      .default([]),
    timeIntervals: z
      .record(
        z.string(),
        z
          .array(intervalSchema)
          .min(1, "The list is empty.")
          .meta({ description: "Intervals; one that covers an instant is enough.", expected: "a list of intervals" }),
      )
      .meta({ description: "Time intervals by name.", expected: "a map by name" })
      .default({}),
    maintenance: z
      .array(maintenanceSchema)
      .meta({ description: "Planned work.", expected: "a list of planned work" })
      .default([]),
    grace: duration(
      "After a start, how long an alert that would have ended meanwhile may be sent again.",
      "5m",
    ).prefault("5m"),
  })
  .meta({
    description: "What becomes of alerts from elsewhere; each opens an incident of its own at once when absent.",
    expected: "a map with `route` and `receivers`",
  });
