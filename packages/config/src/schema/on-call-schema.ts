import { z } from "zod";
import { severities } from "./escalation-schema.js";
import { choice, duration, id, wholeNumber, words } from "./scalar.js";
import {
  calendarDate,
  clockRange,
  clockTime,
  endsLater,
  hasLocalTimes,
  localTimesShape,
  NO_LENGTH,
  NO_TIMES,
  spanShape,
  weekdays,
  zone,
} from "./time.js";

const personId = (description: string) => id(description);
const people = (description: string) =>
  z
    .array(personId("Name of a person."))
    .min(1, "The list is empty.")
    .meta({ description, expected: "a list of names of people" });

const contactSchema = z
  .strictObject({
    notifier: id("Name of the notifier that reaches the person."),
    address: words("Where it reaches this person, for a notifier that serves many people.").optional(),
  })
  .meta({ description: "One way to reach the person.", expected: "a map with `notifier`" });

const notificationRuleSchema = z
  .strictObject({
    urgency: choice(["page", "ticket", "info"], "How pressing the messages are that it is for."),
    severities: severities("Only for incidents of these severities; all of the urgency when absent.").optional(),
    notifier: id("Which of the person's contacts: the name of its notifier."),
    after: duration("How long after the step fired.", "5m", "allowed").prefault("0s"),
    within: z
      .strictObject({
        ...localTimesShape,
        zone: zone("Whose clock is meant; the person's own when absent.").optional(),
      })
      .refine(hasLocalTimes, NO_TIMES)
      .meta({
        description: "The local times at which it is for; always when absent.",
        expected: "a map with at least one of weekdays, daysOfMonth, months, times",
      })
      .optional(),
  })
  .meta({ description: "A person's own rule.", expected: "a map with `urgency` and `notifier`" });

/** One person as it is written. */
export const personSchema = z
  .strictObject({
    name: words("What people call the person; the key when absent.").optional(),
    zone: zone("Whose clock the night is on, and whose the rules are unless they say otherwise."),
    night: clockRange
      .meta({
        description: "When the person sleeps; 22:00-07:00 when absent.",
        expected: "two clock times such as `22:00-07:00`",
      })
      .optional(),
    contacts: z
      .array(contactSchema)
      .meta({ description: "Ways to reach the person, in the order of preference.", expected: "a list of contacts" })
      .default([]),
    rules: z
      .array(notificationRuleSchema)
      .meta({
        description: "How the person wants to be told; every contact at once when absent.",
        expected: "a list of rules",
      })
      .optional(),
  })
  .meta({ description: "Someone who can be on call.", expected: "a map with `zone` and `contacts`" });

/** One team as it is written. */
export const teamSchema = z
  .strictObject({
    name: words("A name for people; the key when absent.").optional(),
    members: people("Who belongs to it."),
  })
  .meta({ description: "People who answer together.", expected: "a map with `members`" });

const rotationSchema = z
  .strictObject({
    every: choice(["hourly", "daily", "weekly", "monthly", "yearly"], "What a shift is counted in."),
    length: wholeNumber("How many of these a shift lasts.", { min: 1, max: 1_000 }).default(1),
    start: calendarDate("The day on which the first participant's shift begins."),
    handOff: clockTime("The local clock time of a hand-off."),
    zone: zone("Whose clock is meant."),
    participants: people("Who follows whom; the same person may come more than once."),
    excluded: z
      .strictObject({
        weekdays: weekdays.optional(),
        dates: z
          .array(calendarDate("A day, such as a holiday."))
          .meta({ description: "Days, such as holidays.", expected: "a list of dates" })
          .optional(),
        turns: choice(
          ["skip", "consume"],
          "Whether a shift that lies wholly on such days uses up somebody's turn: `skip` does not.",
        ).default("skip"),
      })
      .meta({
        description: "Days on which nobody is on call by this rotation; a day runs from hand-off to hand-off.",
        expected: "a map with `weekdays` or `dates`",
      })
      .optional(),
  })
  .meta({
    description: "Who follows whom, and how often.",
    expected: "a map with `every`, `start`, `handOff`, `zone` and `participants`",
  });

const layerSchema = z
  .strictObject({
    id: id("Name of the layer."),
    priority: z
      .number()
      .meta({ description: "Higher hides lower; equal ones are on call together.", expected: "a number such as 10" })
      .default(0),
    rotation: rotationSchema,
    restrictions: z
      .array(
        z
          .strictObject({
            weekdays: weekdays.optional(),
            times: clockRange
              .meta({
                description: "Local clock times such as `09:00-17:00`; the whole day when absent.",
                expected: "two clock times such as `09:00-17:00`",
              })
              .optional(),
          })
          .refine((rule) => rule.weekdays !== undefined || rule.times !== undefined, {
            message: "Nothing says when the layer speaks.",
            params: { expected: "`weekdays`, `times` or both", fix: "Add one, or remove the restriction." },
          })
          .meta({
            description: "Hours in which the layer speaks, on the clock of its rotation.",
            expected: "a map with `weekdays` or `times`",
          }),
      )
      .meta({ description: "When the layer speaks; always when absent.", expected: "a list of restrictions" })
      .default([]),
  })
  .meta({ description: "One rotation of the schedule.", expected: "a map with `id` and `rotation`" });

const temporarySchema = z
  .strictObject({
    id: id("Name of the temporary schedule."),
    ...spanShape,
    shifts: z
      .array(
        z
          .strictObject({ person: personId("Who is on call."), ...spanShape })
          .refine(endsLater, NO_LENGTH)
          .meta({ description: "One person's time in it.", expected: "a map with `person`, `from` and `to`" }),
      )
      .meta({ description: "Who is on call then; nobody where there is no shift.", expected: "a list of shifts" }),
  })
  .refine(endsLater, NO_LENGTH)
  .meta({ description: "A span that replaces all layers.", expected: "a map with `id`, `from`, `to` and `shifts`" });

type Change = {
  readonly add?: unknown;
  readonly remove?: unknown;
  readonly replace?: unknown;
  readonly with?: unknown;
};

const overrideSchema = z
  .strictObject({
    id: id("Name of the override."),
    ...spanShape,
    author: words("Who decided it.").optional(),
    reason: words("Why.").optional(),
    add: personId("Who is on call beside the others.").optional(),
    remove: personId("Who is not on call.").optional(),
    replace: personId("Who is not on call, and another in the place.").optional(),
    with: personId("Who takes the place of `replace`.").optional(),
  })
  .refine(endsLater, NO_LENGTH)
  .refine(
    ({ add, remove, replace, with: other }: Change) =>
      [add, remove, replace].filter((one) => one !== undefined).length === 1 &&
      (replace === undefined) === (other === undefined),
    {
      message: "An override is exactly one change.",
      params: {
        expected: "`add`, `remove`, or `replace` and `with`",
        fix: "Write one of them; two need two overrides.",
      },
    },
  )
  .meta({
    description: "A change for a span of time, on top of everything else.",
    expected: "a map with `id`, `from`, `to` and one of `add`, `remove`, `replace` and `with`",
  });

/** One schedule as it is written. */
export const scheduleSchema = z
  .strictObject({
    name: words("A name for people; the key when absent.").optional(),
    layers: z
      .array(layerSchema)
      .min(1, "The list is empty.")
      .meta({ description: "Rotations; higher priorities hide lower ones.", expected: "a list of layers" }),
    temporary: z
      .array(temporarySchema)
      .meta({ description: "Spans that replace all layers.", expected: "a list of temporary schedules" })
      .optional(),
    overrides: z
      .array(overrideSchema)
      .meta({ description: "Changes for a span of time.", expected: "a list of overrides" })
      .optional(),
  })
  .meta({ description: "Who answers when.", expected: "a map with `layers`" });
