import { failure, success, type SliceCondition } from "@plimsoll/core";
import { z } from "zod";
import { choice, duration, id, share, shorten, target, textScalar, wholeNumber, words } from "./scalar.js";
import { zone } from "./time.js";

const source = id("Name of the source that is asked.");
const query = z.record(z.string(), z.unknown()).meta({
  description: "What the source is asked; its keys belong to the source's type.",
  expected: "a map with the keys of the source's type",
});

const CONDITION = /^(value|ratio)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*(%?)$/;
const CONDITION_WORDS = "a comparison such as `value < 0.8` or `ratio >= 99%`";

const sliceCondition = textScalar(
  {
    description: "When a slice is good: a comparison of its `value` or of its `ratio` of good events.",
    expected: CONDITION_WORDS,
  },
  (text) => {
    const match = CONDITION.exec(text);
    if (match === null) {
      return failure({
        message: `\`${shorten(text)}\` is not a comparison.`,
        expected: CONDITION_WORDS,
        fix: "Write `value` or `ratio`, then <, <=, > or >=, then a number.",
      });
    }
    return success({
      of: match[1] as SliceCondition["of"],
      operator: match[2] as SliceCondition["operator"],
      limit: Number(match[4] === "%" ? `${match[3]}e-2` : match[3]),
    });
  },
);

const memberIds = (description: string) =>
  z
    .array(id("Name of an SLO."))
    .min(1, "The list is empty.")
    .meta({ description, expected: "a list of names of SLOs" });

/** What is measured, one shape per kind. */
export const sliSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("events"), source, query }).meta({ description: "Good events of all events." }),
    z
      .strictObject({
        kind: z.literal("latency"),
        source,
        query,
        threshold: duration("An event at or under this is good.", "300ms"),
      })
      .meta({ description: "Events at or under a threshold, from a histogram or from durations." }),
    z
      .strictObject({ kind: z.literal("time-slices"), source, query, goodWhen: sliceCondition })
      .meta({ description: "Good slices of all slices." }),
    z.strictObject({ kind: z.literal("probe"), source, query }).meta({ description: "Each probe is one event." }),
    z
      .strictObject({
        kind: z.literal("composite"),
        allOf: memberIds("Good when all of these are (serial dependencies).").optional(),
        anyOf: memberIds("Good when any of these is (parallel dependencies).").optional(),
        weighted: z
          .record(
            z.string(),
            z
              .number()
              .positive("A weight is more than 0.")
              .meta({ description: "Weight.", expected: "a number greater than 0" }),
          )
          .meta({
            description: "Weighted mean of these: name of an SLO and its weight. A weighted mean hides a dead member.",
            expected: "a map of names of SLOs and weights",
          })
          .optional(),
      })
      .meta({ description: "Made of other SLOs: exactly one of allOf, anyOf, weighted." }),
  ])
  .meta({ description: "What is measured.", expected: "a map with `kind`" });

const windowSchema = z
  .union([
    duration("A rolling window.", "30d"),
    z
      .strictObject({
        calendar: choice(["week", "month", "quarter", "year"], "The calendar's unit; weeks start on Monday."),
        zone: zone("Time zone in which the unit starts.").default("UTC"),
        fiscalYearStart: wholeNumber("First month of the fiscal year; moves quarters and years.", {
          min: 1,
          max: 12,
        }).default(1),
      })
      .meta({ description: "A calendar window." }),
  ])
  .meta({
    description: "The compliance period: `30d`, or `{ calendar: month, zone: Europe/Berlin }`.",
    expected: "a duration such as `30d`, or a map with `calendar`",
  });

const comparison = choice(
  [">", ">="],
  "How a burn rate is held against a rule's factor; `>=` is for rules from tools that use it.",
);

const ruleSchema = z
  .strictObject({
    id: id("Name of the rule; made from tier and window when absent.").optional(),
    tier: choice(["page", "ticket"], "A page wakes somebody, a ticket waits for working hours."),
    share: share("The share of the period's budget that may be spent in the window.", {
      example: "2%",
      zero: false,
      one: true,
      name: "a share of the budget",
    }).optional(),
    rate: z
      .number()
      .positive("A burn rate is more than 0.")
      .meta({ description: "A burn rate, instead of a share.", expected: "a burn rate such as `14.4`" })
      .optional(),
    window: duration("The long window.", "1h"),
    short: duration("The short window; a twelfth of the long one when absent.", "5m").optional(),
  })
  .refine((rule) => (rule.share === undefined) !== (rule.rate === undefined), {
    message: "A rule needs exactly one of `share` and `rate`.",
    params: { expected: "`share: 2%` or `rate: 14.4`", fix: "Write one of the two and not both." },
  })
  .meta({
    description: "A multi-window burn-rate rule.",
    expected: "a map with `tier`, `window` and either `share` or `rate`",
  });

const alertingSchema = z
  .strictObject({
    preset: choice(
      ["google", "homelab"],
      "A rule set: `google` is 2 % in 1 h, 5 % in 6 h, 10 % in 1 d and 3 d; `homelab` is 14x/1h, 6x/6h, 2x/24h.",
    ).optional(),
    rules: z
      .array(ruleSchema)
      .min(1, "The list is empty.")
      .meta({ description: "Rules of one's own, instead of a preset.", expected: "a list of rules" })
      .optional(),
    factors: choice(
      ["scaled", "fixed"],
      "For periods other than 30 d: `scaled` keeps the shares and the windows; `fixed` keeps the factors and scales the windows.",
    ).default("scaled"),
    comparison: comparison.default(">"),
    minBadEvents: wholeNumber(
      "A page needs at least this many bad events in its long window; fewer make it a ticket.",
      { min: 0, max: 1_000_000 },
    ).default(3),
    suppressedBy: z
      .array(id("Name of an SLO."))
      .meta({
        description: "SLOs; while one of them pages, this one's alert is held back.",
        expected: "a list of names of SLOs",
      })
      .default([]),
  })
  .refine((alerting) => alerting.preset === undefined || alerting.rules === undefined, {
    message: "`preset` and `rules` exclude each other.",
    params: { expected: "one of the two", fix: "Keep `rules` for rules of your own, or `preset` for a ready set." },
  })
  .meta({
    description: "When and how it alerts. Preset `google` when absent.",
    expected: "a map such as `{ preset: google }`",
  });

/** One SLO as it is written. */
export const sloSchema = z
  .strictObject({
    service: id("Name of the service that it is about."),
    title: words("A title for people.").optional(),
    description: words("What is promised, in words.").optional(),
    owner: words("Who answers for it; the service's owner when absent.").optional(),
    runbook: words("Address of the runbook.").optional(),
    target,
    window: windowSchema,
    sli: sliSchema,
    alerting: alertingSchema.prefault({}),
    policy: id("Name of a budget policy.").default("default"),
    mode: choice(["active", "shadow"], "`shadow` evaluates and never alerts.").default("active"),
    gapIs: choice(
      ["gap", "bad"],
      "What a slice without a sample is: unmeasured, or one bad event (an option for probes).",
    ).default("gap"),
  })
  .meta({ description: "A promise about a service.", expected: "a map with `service`, `target`, `window` and `sli`" });

/** An SLO after its shapes were checked and before its names were looked up. */
export type SloInput = z.output<typeof sloSchema>;
