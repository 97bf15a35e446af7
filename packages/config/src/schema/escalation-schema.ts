import { SEVERITIES } from "@plimsoll/core";
import { z } from "zod";
import { choice, durationWithin, id, wholeNumber } from "./scalar.js";
import { hasLocalTimes, localTimesShape, NO_TIMES, zone } from "./time.js";

// A minute, as one unanswered night would else page thousands of times; a week, as nobody waits longer for a call.
const DELAYS = { min: "1m", max: "1w" } as const;
const MOST_REPEATS = 99;

/** A severity of incidents. */
export const severity = (description: string) => choice(SEVERITIES, description);

/** Some severities of incidents, at least one. */
export const severities = (description: string) =>
  z
    .array(severity("A severity."))
    .min(1, "The list is empty.")
    .meta({ description, expected: "a list of severities such as `SEV1`" });

type TargetInput = {
  readonly person?: unknown;
  readonly schedule?: unknown;
  readonly team?: unknown;
  readonly members?: unknown;
};

const targetSchema = z
  .strictObject({
    person: id("Name of a person.").optional(),
    schedule: id("Name of a schedule: whoever is on call by it at that instant.").optional(),
    team: id("Name of a team.").optional(),
    members: choice(
      ["all", "in-turn"],
      "Of a team: `all` of it, which is the default, or the next who can be reached.",
    ).optional(),
  })
  .refine(
    ({ person, schedule, team }: TargetInput) =>
      [person, schedule, team].filter((one) => one !== undefined).length === 1,
    {
      message: "A target is exactly one of a person, a schedule and a team.",
      params: {
        expected: "one of `person`, `schedule`, `team`",
        fix: "Write several targets where several are meant.",
      },
    },
  )
  .refine(({ members, team }: TargetInput) => members === undefined || team !== undefined, {
    message: "Only a team has members.",
    path: ["members"],
    params: { expected: "`members` beside `team`", fix: "Remove it." },
  })
  .meta({ description: "Whom it means.", expected: "a map with one of `person`, `schedule`, `team`" });

const targets = (description: string) =>
  z
    .array(targetSchema)
    .min(1, "The list is empty.")
    .meta({ description, expected: "a list such as `[{ schedule: primary }]`" });

const stepSchema = z
  .strictObject({
    targets: targets("Whom it calls; who that is, is found out when it fires."),
    delay: durationWithin("From this step to the next one, while nobody acknowledges.", {
      example: "5m",
      ...DELAYS,
    }).prefault("5m"),
    when: z
      .strictObject({
        severities: severities("Only for incidents of these severities.").optional(),
        time: z
          .strictObject({ ...localTimesShape, zone: zone("Whose clock is meant.") })
          .refine(hasLocalTimes, NO_TIMES)
          .meta({
            description: "Only at these local times.",
            expected: "a map with `zone` and at least one of weekdays, daysOfMonth, months, times",
          })
          .optional(),
        passes: z
          .strictObject({
            from: wholeNumber("The first pass; 1 is the first of all.", { min: 1, max: MOST_REPEATS + 1 }).default(1),
            to: wholeNumber("The last pass.", { min: 1, max: MOST_REPEATS + 1 }).optional(),
          })
          .meta({ description: "Only in these passes.", expected: "a map with `from` or `to`" })
          .optional(),
      })
      .meta({
        description: "All of this must hold, else the step is passed over.",
        expected: "a map with `severities`, `time` or `passes`",
      })
      .default({}),
  })
  .meta({ description: "A step.", expected: "a map with `targets`" });

/** One escalation policy as it is written. */
export const escalationPolicySchema = z
  .strictObject({
    steps: z
      .array(stepSchema)
      .min(1, "The list is empty.")
      .meta({ description: "Who is called after whom.", expected: "a list of steps" }),
    repeat: wholeNumber("How often the steps are gone through again.", { min: 0, max: MOST_REPEATS }).default(0),
    fallback: targets("Paged when a pass has reached nobody, for whatever reason."),
    stakeholders: z
      .array(
        z
          .strictObject({
            targets: targets("Who hears of it."),
            after: durationWithin("From the start of the escalation.", {
              example: "15m",
              min: "0s",
              max: "1w",
            }).prefault("0s"),
            severities: severities("Only of incidents of these severities.").optional(),
          })
          .meta({ description: "A notice.", expected: "a map with `targets`" }),
      )
      .meta({
        description: "Who hears of an incident without having to act: told once, whether or not somebody acknowledged.",
        expected: "a list of notices",
      })
      .default([]),
    acknowledgement: z
      .strictObject({
        remindAfter: durationWithin("When whoever acknowledged is asked whether they are still on it.", {
          example: "30m",
          ...DELAYS,
        }),
        answerWithin: durationWithin("Without an answer for this long it escalates again.", {
          example: "10m",
          ...DELAYS,
        }),
      })
      .meta({
        description: "Asks whoever acknowledged; nobody is asked when absent.",
        expected: "a map with `remindAfter` and `answerWithin`",
      })
      .optional(),
  })
  .meta({
    description: "Who is called when, until somebody acknowledges.",
    expected: "a map with `steps` and `fallback`",
  });

/** The whole section as it is written. */
export const escalationSchema = z
  .strictObject({
    default: id("The policy of services that name none; nobody is called about those when absent.").optional(),
    policies: z
      .record(z.string(), escalationPolicySchema)
      .meta({ description: "Escalation policies by name.", expected: "a map by name" }),
  })
  .meta({ description: "Who is called about which incident.", expected: "a map with `policies`" });
