import { z } from "zod";
import { durationText } from "./duration-text.js";

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

/** The settings of a source that reads snapshot files. */
export const snapshotSettingsSchema = z
  .strictObject({
    path: z
      .string({ error: "Expected the path of a file or a folder." })
      .min(1, "It is empty.")
      .meta({ description: "A file (.json, .ndjson, .jsonl) or a folder of such files.", relativeToFile: true }),
    scanEvery: durationText("How often to look for changes that were not announced.", "5s").default("5s"),
    settle: durationText("How long after its time a row may arrive and still be in order.", "5s").default("5s"),
    keep: durationText("How far back from the newest row rows are kept.", "100d").default("100d"),
  })
  .meta({ description: "JSON or NDJSON files that scripts write." });

export type SnapshotSettings = z.input<typeof snapshotSettingsSchema>;
