import { z } from "zod";
import { parseDuration } from "../slo/duration.js";

/** A duration as a person writes it in settings, such as `15s`; kept as text, so that what was read can be written again. */
export function durationText(description: string, example: string) {
  const expected = `a duration such as \`${example}\``;
  return z
    .string({ error: `Expected ${expected}.` })
    .refine((text) => parseDuration(text).ok, {
      error: `Expected ${expected}: whole numbers with w, d, h, m, s or ms.`,
    })
    .meta({ description, expected });
}

/** Milliseconds of a text that `durationText` let through; throws RangeError for any other. */
export function durationTextMs(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new RangeError(`\`${text}\` is not a duration`);
  return parsed.value;
}
