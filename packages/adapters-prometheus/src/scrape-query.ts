import { durationText } from "@plimsoll/core";
import { z } from "zod";
import { httpSettingsShape, httpUrl } from "./http-settings.js";
import { absentSchema, checkForm, unitSchema } from "./query-form.js";
import { parseSeriesSelector } from "./series-selector.js";

/** A selector as text, such as `http_requests_total{code!~"5.."}`. */
export const selectorText = (description: string) =>
  z
    .string({ error: 'Expected a selector such as `http_requests_total{code!~"5.."}`.' })
    .superRefine((text, context) => {
      const parsed = parseSeriesSelector(text);
      if (!parsed.ok) context.addIssue({ code: "custom", message: `Not a selector: ${parsed.error}.` });
    })
    .meta({ description });

/** What an SLI asks of a scraped page: one of good and total, bad and total, histogram, value. */
export const scrapeQuerySchema = z
  .strictObject({
    good: selectorText("Counters of good events; all that match are added up.").optional(),
    bad: selectorText("Counters of bad events; all that match are added up.").optional(),
    total: selectorText("Counters of all events; all that match are added up.").optional(),
    histogram: selectorText(
      "A histogram by its name, with or without `_bucket`; all that match are added up.",
    ).optional(),
    value: selectorText("A gauge; exactly one series may match.").optional(),
    absent: absentSchema.optional(),
    unit: unitSchema.optional(),
  })
  .superRefine(checkForm)
  .meta({ description: "Series on the scraped pages." });

export type ScrapeQuery = z.output<typeof scrapeQuerySchema>;

const targetSchema = z.union(
  [
    httpUrl("The page's address."),
    z.strictObject({
      url: httpUrl("The page's address."),
      labels: z
        .record(z.string(), z.string())
        .meta({ description: "Labels that every series of this target gets." })
        .optional(),
    }),
  ],
  { error: "Expected an address such as `http://127.0.0.1:9100/metrics`, or a map with `url` and `labels`." },
);

/** The settings of a source that scrapes pages itself. */
export const scrapeSettingsSchema = z
  .strictObject({
    ...httpSettingsShape,
    targets: z
      .array(targetSchema, { error: "Expected a list of addresses." })
      .min(1, "At least one target is needed.")
      .meta({ description: "The pages to read; an SLI adds up the series of all of them." }),
    staleAfter: durationText(
      "Counts that cover more time than this stand for the last slice alone; the slices before stay a gap.",
      "5m",
    ).default("5m"),
  })
  .meta({ description: "Reads `/metrics` pages directly, without a Prometheus server." });

export type ScrapeSettings = z.input<typeof scrapeSettingsSchema>;
