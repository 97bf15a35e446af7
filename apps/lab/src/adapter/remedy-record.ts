import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const outcomeSchema = z.object({ summary: z.string(), data: z.json() });
const recordSchema = z.object({
  /** How the service stood before; written down before anything is done. */
  before: z.object({
    versions: z.array(z.string()),
    instances: z.number(),
    /** Which share of its charges went to the fallback bank; absent for a service that calls none. */
    fallback: z.number().exactOptional(),
  }),
  executed: outcomeSchema.optional(),
  undone: outcomeSchema.optional(),
});

/** What is written down of one remedy under one key. */
export type RemedyRecord = z.infer<typeof recordSchema>;

/** Keeps records of remedies and the highest fencing tokens in a folder, so that whoever takes over knows them. */
export type RemedyRecords = {
  read(key: string): RemedyRecord | undefined;
  write(key: string, record: RemedyRecord): void;
  /** Whether a token is the highest seen for its key, or as high; remembers it. */
  admits(fencing: { readonly key: string; readonly token: number }): boolean;
};

export function createRemedyRecords(directory: string): RemedyRecords {
  const fileOf = (kind: string, key: string): string =>
    join(directory, `${kind}-${createHash("sha256").update(key).digest("hex")}.json`);
  const readJson = (file: string): unknown => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
  const writeJson = (file: string, value: unknown): void => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Whole or not at all, also when the power goes.
    writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    read(key) {
      const found = readJson(fileOf("remedy", key));
      return found === undefined ? undefined : recordSchema.parse(found);
    },
    write: (key, record) => writeJson(fileOf("remedy", key), record),
    admits({ key, token }) {
      const file = fileOf("fencing", key);
      const highest = z.number().optional().parse(readJson(file)) ?? 0;
      if (token < highest) return false;
      if (token > highest) writeJson(file, token);
      return true;
    },
  };
}
