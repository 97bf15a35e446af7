import { parseDuration } from "@plimsoll/core";
import { z } from "zod";

/** A duration as a person writes it, such as `15s`; kept as text, so that what was read can be written again. */
export function durationText(description: string, example: string) {
  const expected = `a duration such as \`${example}\``;
  return z
    .string({ error: `Expected ${expected}.` })
    .refine((text) => parseDuration(text).ok, {
      error: `Expected ${expected}: whole numbers with w, d, h, m, s or ms.`,
    })
    .meta({ description, expected });
}

/** Whether a text is a duration and longer than so much. */
export function isLongerThan(text: string, mostMs: number): boolean {
  const parsed = parseDuration(text);
  return parsed.ok && parsed.value > mostMs;
}

/** Milliseconds of a text that `durationText` let through. */
export function milliseconds(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new RangeError(`\`${text}\` is not a duration`);
  return parsed.value;
}
