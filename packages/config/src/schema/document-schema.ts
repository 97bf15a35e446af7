import { z } from "zod";
import { escalationSchema } from "./escalation-schema.js";
import { personSchema, scheduleSchema, teamSchema } from "./on-call-schema.js";
import { isNetwork } from "./network.js";
import { choice, duration, id, share, wholeNumber, words } from "./scalar.js";
import { routingSchema } from "./routing-schema.js";
import {
  automationSchema,
  deadManSchema,
  deliverySchema,
  runbookHostSchema,
  runbooksSchema,
} from "./operation-schema.js";
import { secretText } from "./secret-text.js";
import { sloSchema } from "./slo-schema.js";
import { clockTime, coveredTimeShape, EXACTLY_ONE_TIME, hasOneTime, weekday, zone } from "./time.js";
import { webhookSchema } from "./webhook-schema.js";

const allOrIds = (description: string, of: string) =>
  z
    .union([z.literal("all"), z.array(id(`Name of one of the ${of}.`)).min(1, "The list is empty.")])
    .meta({ description, expected: `\`all\`, or a list of names of ${of}` });

/** One service as it is written. */
export const serviceSchema = z
  .strictObject({
    title: words("A title for people.").optional(),
    tier: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
      .meta({ description: "How much it matters: 1 is the most critical.", expected: "1, 2, 3 or 4" })
      .default(1),
    owner: words("The team or person who is answerable.").optional(),
    dependsOn: z
      .array(id("Name of a service."))
      .meta({ description: "Services that it calls.", expected: "a list of names of services" })
      .default([]),
    escalation: id("Name of the escalation policy of its incidents; the default one when absent.").optional(),
  })
  .meta({ description: "Something that a team runs.", expected: "a map" });

/** One budget policy as it is written; what is left out comes from the default policy. */
export const budgetPolicySchema = z
  .strictObject({
    levels: z
      .array(
        z
          .strictObject({
            name: words("Name of the level."),
            above: share("It holds while more than this share of the budget remains; the last level has none.", {
              example: "50%",
              zero: true,
              one: false,
              name: "a share of the budget",
            }).optional(),
            action: words("What the team does at this level."),
          })
          .meta({ description: "A level.", expected: "a map with `name`, `above` and `action`" }),
      )
      .min(1, "The list is empty.")
      .meta({ description: "Levels by remaining budget, highest first.", expected: "a list of levels" })
      .optional(),
    rules: z
      .array(
        z
          .strictObject({
            name: words("Name of the rule, such as `halt deployments at 50 % burned`."),
            atConsumed: share("It holds once this share of the budget is spent.", {
              example: "50%",
              zero: false,
              one: true,
              name: "a share of the budget",
            }),
            effect: choice(["notify", "halt"], "`halt` closes the gate, `notify` tells people."),
          })
          .meta({ description: "A named rule.", expected: "a map with `name`, `atConsumed` and `effect`" }),
      )
      .meta({ description: "Named rules.", expected: "a list of rules" })
      .optional(),
    needs: z
      .strictObject({
        routine: needed("routine changes"),
        risky: needed("risky changes"),
        chaos: needed("chaos experiments"),
        automation: needed("automation"),
      })
      .meta({
        description: "The remaining budget that each class of risk needs: strictly more than this.",
        expected: "a map of risk classes and shares",
      })
      .optional(),
  })
  .meta({
    description: "What the team has agreed to do as its budget runs out.",
    expected: "a map with `levels`, `rules` or `needs`",
  });

function needed(what: string) {
  return share(`Needed for ${what}.`, {
    example: "25%",
    zero: true,
    one: true,
    name: "a share of the budget",
  }).optional();
}

/** One correction as it is written. */
export const correctionSchema = z
  .strictObject({
    id: id("Name of the correction."),
    slos: allOrIds("The SLOs that it changes.", "SLOs"),
    effect: choice(["drop", "count-good"], "`drop` leaves the slices out; `count-good` counts their events as good."),
    author: words("Who decided it."),
    reason: words("Why."),
    ...coveredTimeShape,
  })
  .refine(hasOneTime, EXACTLY_ONE_TIME)
  .meta({
    description: "A change to what counts, such as maintenance.",
    expected: "a map with `id`, `slos`, `effect`, `author`, `reason` and `at` or `recurring`",
  });

/** One freeze window as it is written. */
export const freezeWindowSchema = z
  .strictObject({
    id: id("Name of the freeze window."),
    name: words("What people call it.").optional(),
    services: allOrIds("The services whose changes it stops.", "services").default("all"),
    stops: z
      .array(choice(["routine", "risky", "chaos", "automation"], "Class of risk."))
      .min(1, "The list is empty.")
      .meta({
        description: "Classes of risk that it stops; emergencies never.",
        expected: "a list of routine, risky, chaos, automation",
      })
      .default(["routine", "risky", "chaos"]),
    ...coveredTimeShape,
  })
  .refine(hasOneTime, EXACTLY_ONE_TIME)
  .meta({ description: "A time in which changes do not go.", expected: "a map with `id` and `at` or `recurring`" });

/** How the service is reached, as it is written; tokens arrive with their secrets looked up. */
export const httpSchema = z
  .strictObject({
    host: words("Address to listen on; the default answers this machine only.").default("127.0.0.1"),
    port: wholeNumber("Port to listen on; 0 takes a free one.", { min: 0, max: 65_535 }).default(4700),
    allowedHosts: z
      .array(words("A host name."))
      .meta({ description: "Further values of the Host header that are answered.", expected: "a list of host names" })
      .default([]),
    trustedProxies: z
      .array(
        z.string().trim().refine(isNetwork, "It is no address, and no network.").meta({
          description: "A proxy's address, or a network of proxies.",
          expected: "an IP address such as `10.0.0.5`, or a network such as `10.0.0.0/8`",
        }),
      )
      .meta({
        description: "Proxies whose X-Forwarded-For says who asks; of anybody else it is ignored.",
        expected: "a list of addresses and networks",
      })
      .default([]),
    tokens: z
      .array(
        z
          .strictObject({
            name: id("Whose token it is; written to the audit trail."),
            role: choice(
              ["viewer", "responder", "approver", "admin"],
              "What its holder may do; each role includes the ones before it.",
            ),
            token: secretText("The token itself, at least 16 characters."),
          })
          .meta({ description: "A token.", expected: "a map with `name`, `role` and `token`" }),
      )
      .meta({ description: "Tokens for everything that writes.", expected: "a list of tokens" })
      .default([]),
  })
  .meta({ description: "How the service is reached.", expected: "a map" });

const recipients = (description: string) =>
  z.array(id("Name of a notifier.")).meta({ description, expected: "a list of names of notifiers" });

/** Who hears of what, as it is written. */
export const notifySchema = z
  .strictObject({
    pages: recipients("Notifiers for alerts that page.").optional(),
    tickets: recipients("Notifiers for alerts that wait for working hours.").optional(),
    incidents: recipients("Notifiers for what happens to incidents.").optional(),
  })
  .meta({
    description: "Who hears of what; the console when absent.",
    expected: "a map with `pages`, `tickets`, `incidents`",
  });

/** One report as it is written. */
export const reportSchema = z
  .strictObject({
    name: id("Name of the report."),
    period: duration("How far back it looks.", "7d"),
    every: z
      .strictObject({
        weekday: weekday.optional(),
        dayOfMonth: z
          .number()
          .int("It is not a whole number.")
          .min(-31)
          .max(31)
          .refine((day) => day !== 0, "There is no day 0.")
          .meta({ description: "Day of the month; -1 is the last.", expected: "a day from 1 to 31, or from -31 to -1" })
          .optional(),
        time: clockTime("Local clock time."),
        zone: zone().default("UTC"),
      })
      .refine((every) => every.weekday === undefined || every.dayOfMonth === undefined, {
        message: "`weekday` and `dayOfMonth` exclude each other.",
        params: { expected: "one of the two, or none for every day", fix: "Remove one." },
      })
      .meta({
        description: "When it is due; every day without weekday and dayOfMonth.",
        expected: "a map with `time` and, where wanted, `weekday` or `dayOfMonth`",
      }),
    format: choice(["markdown", "text", "json"], "How it is written.").default("markdown"),
    services: z
      .array(id("Name of a service."))
      .min(1, "The list is empty.")
      .meta({ description: "Only these services.", expected: "a list of names of services" })
      .optional(),
    to: z
      .array(
        z
          .union([id("Name of a notifier."), z.strictObject({ file: words("Path of a file, relative to this one.") })])
          .meta({
            description: "A notifier's name, or `{ file: path }`.",
            expected: "the name of a notifier, or `{ file: path }`",
          }),
      )
      .min(1, "The list is empty.")
      .meta({ description: "Where it goes.", expected: "a list of notifiers and files" }),
  })
  .meta({ description: "A report on a schedule.", expected: "a map with `name`, `period`, `every` and `to`" });

/** How incidents follow alerts, as it is written. */
export const incidentsSchema = z
  .strictObject({
    cooldown: duration(
      "An alert under the same key within this time after closing reopens the incident.",
      "30m",
    ).prefault("30m"),
    autoCloseAfter: duration("An incident whose alert is resolved closes by itself after this.", "24h").prefault("24h"),
  })
  .meta({ description: "How incidents follow alerts.", expected: "a map with `cooldown` and `autoCloseAfter`" });

const named = <Value extends z.ZodType>(value: Value, description: string) =>
  z.record(z.string(), value).meta({ description, expected: "a map by name" });
const listed = <Value extends z.ZodType>(value: Value, description: string) =>
  z.array(value).meta({ description, expected: "a list" });

/** Settings belong to the type; they are checked against the type's own schema. */
const typed = (what: string) =>
  z.looseObject({ type: z.string().meta({ description: `Type of the ${what}.`, expected: `a type of ${what}` }) });

/** The whole document: which sections there are, and what stands in each. */
export const documentSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format: 1.", expected: "1" }),
    slice: duration(
      "Length of a slice: how often everything is measured and evaluated. 15s when absent.",
      "15s",
    ).optional(),
    storage: words(
      "Folder of the embedded store, or `postgres://user:${env:DB_PASSWORD}@host/database`. `.plimsoll/data` when absent.",
      "a folder or an address such as `postgres://user:${env:DB_PASSWORD}@host/database`",
    ).optional(),
    http: httpSchema.optional(),
    sources: named(typed("source"), "Where measurements come from, by name.").optional(),
    services: named(serviceSchema, "Services by name.").optional(),
    slos: named(sloSchema, "SLOs by name.").optional(),
    budgetPolicies: named(
      budgetPolicySchema,
      "Budget policies by name; `default` replaces the built-in one.",
    ).optional(),
    corrections: listed(correctionSchema, "Corrections: maintenance and the like.").optional(),
    freezeWindows: listed(freezeWindowSchema, "Times in which changes do not go.").optional(),
    notifiers: named(typed("notifier"), "Ways to tell people, by name.").optional(),
    notify: notifySchema.optional(),
    reports: listed(reportSchema, "Reports on a schedule.").optional(),
    incidents: incidentsSchema.optional(),
    people: named(personSchema, "People who can be on call, by name.").optional(),
    teams: named(teamSchema, "Teams of them, by name.").optional(),
    schedules: named(scheduleSchema, "Schedules of who answers when, by name.").optional(),
    escalation: escalationSchema.optional(),
    routing: routingSchema.optional(),
    runbooks: runbooksSchema.optional(),
    runbookHost: runbookHostSchema.optional(),
    automation: automationSchema.optional(),
    remediators: named(typed("remediator"), "What changes the world for runbooks, by name.").optional(),
    fleets: named(typed("fleet"), "What knows the instances of a target, by name.").optional(),
    deadMan: deadManSchema.optional(),
    delivery: deliverySchema.optional(),
    webhooks: named(webhookSchema, "Where alerts come in from elsewhere, by the name in the address.").optional(),
  })
  .meta({ title: "plimsoll.yaml", description: "Configuration of Plimsoll." });
