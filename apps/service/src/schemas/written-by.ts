import { z } from "zod";

/** A person's or program's name as a write gives it: one line, so that it can not pass for more than a name. */
export const nameOfAuthor = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u, "a name of one line, without control characters");

/** Words of a person, given as a reason or a note; something has to be said. */
export function words(most: number) {
  return z.string().trim().min(1).max(most);
}
