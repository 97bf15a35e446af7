import { durationText, durationTextMs, parseDuration } from "@plimsoll/core";
import { z } from "zod";

/** What an SLI asks of snapshot files. */
export const snapshotQuerySchema = z
  .strictObject({
    service: z
      .string({ error: "Expected the service's name as the rows have it." })
      .min(1, "It is empty.")
      .meta({ description: "The rows' `service`." }),
    node: z
      .string()
      .min(1, "It is empty.")
      .meta({ description: "The rows' `node`. All nodes are added up unless said." })
      .optional(),
    file: z.string().min(1, "It is empty.").meta({ description: "Only rows of the file with this name." }).optional(),
  })
  .meta({ description: "Rows of one service." });

export type SnapshotQuery = z.output<typeof snapshotQuerySchema>;

const LONGEST_EVERY_MS = 3_600_000; // three of them must lie well inside the shortest windows that alerts look at

/** The settings of a source that reads snapshot files. */
export const snapshotSettingsSchema = z
  .strictObject({
    path: z
      .string({ error: "Expected the path of a file or a folder." })
      .min(1, "It is empty.")
      .meta({ description: "A file (.json, .ndjson, .jsonl) or a folder of such files.", relativeToFile: true }),
    every: durationText(
      "How often the scripts write, at most an hour apart. A row that does not say `seconds` covers this much, and data older than three times this are missing.",
      "1m",
    )
      .refine((text) => !parseDuration(text).ok || durationTextMs(text) <= LONGEST_EVERY_MS, {
        error: "Expected at most `1h`: let the script write its last result again in between.",
      })
      .default("1m"),
    scanEvery: durationText("How often to look for changes that were not announced.", "5s").default("5s"),
    settle: durationText("How long after its time a row may arrive and still be in order.", "5s").default("5s"),
    keep: durationText("How far back from the newest row rows are kept.", "100d").default("100d"),
  })
  .meta({ description: "JSON or NDJSON files that scripts write." });

/** How often a source with these settings brings a sample, whatever it is asked. */
export function snapshotSampleEveryMs(settings: unknown): number {
  return durationTextMs(z.looseObject({ every: snapshotSettingsSchema.shape.every }).parse(settings).every);
}

export type SnapshotSettings = z.input<typeof snapshotSettingsSchema>;
