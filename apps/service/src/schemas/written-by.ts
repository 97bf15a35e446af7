import { z } from "zod";

/** A person's or program's name as a write gives it: one line, so that it can not pass for more than a name. */
export const nameOfAuthor = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, "a name of one line, without control characters");

/** How many events made a thing: its version, as its ETag says too. */
export const version = z.number().int().min(0).describe("grows with every change; the ETag says the same");

/** What a write about something that is there may say beside its own. */
export const expectedVersion = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe("the version that was seen; at any other the write is refused. The If-Match header says the same");

/** Words of a person, given as a reason or a note; something has to be said. */
export function words(most: number) {
  return z.string().trim().min(1).max(most);
}
