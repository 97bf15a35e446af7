import { durationText, durationTextMs } from "@plimsoll/core";
import { z } from "zod";
import { httpSettingsShape, httpUrl } from "./http-settings.js";
import { absentSchema, checkForm, QUERY_PARTS, unitSchema } from "./query-form.js";
import { parseSeriesSelector } from "./series-selector.js";

/** Stands for the slice's length in a query, as `15s`. */
export const SLICE_PLACEHOLDER = "$slice";

const promql = (description: string) =>
  z
    .string({ error: "Expected a PromQL query." })
    .trim()
    .min(1, "It is empty.")
    .max(20_000, "It is longer than 20000 characters.")
    .meta({ description });

/** What an SLI asks of a Prometheus server. */
export const prometheusQuerySchema = z
  .strictObject({
    good: promql("Good events.").optional(),
    bad: promql("Bad events.").optional(),
    total: promql("All events.").optional(),
    histogram: promql(
      "Buckets of a histogram, one series for each `le`; in `raw` mode the histogram's selector.",
    ).optional(),
    value: promql("A gauge's value.").optional(),
    mode: z
      .enum(["increase", "raw"], { error: "Expected `increase` or `raw`." })
      .meta({
        description:
          "`increase` (the default): the server computes what was added in each slice. `raw`: the parts are selectors of counters, and increases are computed here from every scraped value, to the event.",
      })
      .optional(),
    absent: absentSchema.optional(),
    unit: unitSchema.optional(),
  })
  .superRefine(checkForm)
  .superRefine((query, context) => {
    for (const part of QUERY_PARTS) {
      const text = query[part];
      if (text === undefined) continue;
      const message = query.mode === "raw" ? rawProblem(part, text) : increaseProblem(part, text);
      if (message !== undefined) context.addIssue({ code: "custom", path: [part], message });
    }
  })
  .meta({ description: "Queries to a Prometheus server." });

export type PrometheusQuery = z.output<typeof prometheusQuerySchema>;

function rawProblem(part: string, text: string): string | undefined {
  if (part === "value") return "`mode: raw` is for counters; leave the mode out for `value`.";
  const parsed = parseSeriesSelector(text);
  return parsed.ok ? undefined : `In \`mode: raw\` it must be a selector: ${parsed.error}.`;
}

function increaseProblem(part: string, text: string): string | undefined {
  if (part === "value" || text.includes(SLICE_PLACEHOLDER)) return undefined;
  return "It must say over which range it counts: write `[$slice]`, as in `sum(increase(http_requests_total[$slice]))`, or set `mode: raw` and give a plain selector.";
}

/** The settings of a source that queries a Prometheus server. */
export const prometheusSettingsSchema = z
  .strictObject({
    url: httpUrl("The server's address; a path before `/api/v1` is kept."),
    ...httpSettingsShape,
    every: durationText(
      "How often the server scrapes what `raw` queries count; their data are missing after three times this.",
      "1m",
    ).default("1m"),
    delay: durationText("How long after a slice's end its data is complete on the server.", "10s").default("10s"),
    lookback: durationText("How far before an interval `raw` looks for the value to count from.", "5m").default("5m"),
  })
  .meta({ description: "Queries a Prometheus server, or one that speaks its API." });

const rawQuery = z.looseObject({ mode: z.literal("raw") });
const scrapeCadence = z.looseObject({ every: prometheusSettingsSchema.shape.every });

/** How often a source with these settings brings a sample: `raw` as often as the server scrapes, else every slice. */
export function prometheusSampleEveryMs(settings: unknown, query: unknown): number | undefined {
  return rawQuery.safeParse(query).success ? durationTextMs(scrapeCadence.parse(settings).every) : undefined;
}

export type PrometheusSettings = z.input<typeof prometheusSettingsSchema>;
