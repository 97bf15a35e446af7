import { success, failure, parseDuration, type Result } from "@plimsoll/core";
import { z } from "zod";

/** What is wrong with one scalar, in the words of the place where it stands. */
export type ScalarProblem = { readonly message: string; readonly expected?: string; readonly fix?: string };

/** How a scalar is described: to a person whose value does not fit, and to an editor. */
type ScalarWords = { readonly expected: string; readonly description: string };

/** A field that is written as text and read into something else; `expected` is said whenever it does not fit. */
export function textScalar<Value>(words: ScalarWords, parse: (text: string) => Result<Value, ScalarProblem>) {
  return z
    .string()
    .transform((text, context) => {
      const parsed = parse(text.trim());
      if (parsed.ok) return parsed.value;
      const { message, ...params } = parsed.error;
      context.addIssue({ code: "custom", message, params });
      return z.NEVER;
    })
    .meta(words);
}

/** As `textScalar`, for what may also be written as a bare number. */
function numberScalar(words: ScalarWords, parse: (value: string | number) => Result<number, ScalarProblem>) {
  return z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const parsed = parse(typeof value === "string" ? value.trim() : value);
      if (parsed.ok) return parsed.value;
      const { message, ...params } = parsed.error;
      context.addIssue({ code: "custom", message, params });
      return z.NEVER;
    })
    .meta(words);
}

/** Plain text of at least one character. */
export function words(description: string, expected = "text") {
  return z
    .string()
    .trim()
    .min(1, "It is empty.")
    .max(2_000, "It is longer than 2000 characters.")
    .meta({ description, expected });
}

export const ID_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
export const ID_WORDS =
  "a name of letters, digits, `-`, `_` and `.`, at most 64 characters, such as `payments-availability`";

/** The name of something, or a reference to it. */
export function id(description: string) {
  return z.string().regex(ID_PATTERN, "It is not a name.").meta({ description, expected: ID_WORDS });
}

/** Milliseconds from a duration such as `15s`, `1h30m` or `30d`. */
export function duration(description: string, example = "30d", zero: "refused" | "allowed" = "refused") {
  const expected = `a duration such as \`${example}\``;
  return textScalar({ description, expected }, (text) => {
    if (zero === "allowed" && /^0(?:ms|[smhdw])$/.test(text)) return success(0);
    const parsed = parseDuration(text);
    if (parsed.ok) return parsed;
    const suggestion = suggestDuration(text);
    return failure({
      message:
        parsed.error.code === "not-a-duration" ? `\`${shorten(text)}\` is not a duration.` : `${parsed.error.message}.`,
      expected: "whole numbers with w, d, h, m, s or ms, longest first",
      fix: suggestion === undefined ? `Write ${expected}${calendarHint(text)}.` : `Write \`${suggestion}\`.`,
    });
  });
}

/** A duration with a shortest and a longest. */
export function durationWithin(
  description: string,
  bounds: { readonly example: string; readonly min: string; readonly max: string },
) {
  const expected = `a duration from ${bounds.min} to ${bounds.max}`;
  const [leastMs, mostMs] = [bounds.min, bounds.max].map((text) => {
    const parsed = parseDuration(text);
    return parsed.ok ? parsed.value : 0;
  }) as [number, number];
  return duration(description, bounds.example, leastMs === 0 ? "allowed" : "refused")
    .refine((ms) => ms >= leastMs && ms <= mostMs, {
      message: "It is too short, or too long.",
      params: { expected, fix: `Write ${expected}, such as \`${bounds.example}\`.` },
    })
    .meta({ description, expected: `a duration such as \`${bounds.example}\`` });
}

const UNIT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/, "ms"],
  [/^(s|secs?|seconds?)$/, "s"],
  [/^(m|mins?|minutes?)$/, "m"],
  [/^(h|hrs?|hours?)$/, "h"],
  [/^(d|days?)$/, "d"],
  [/^(w|wks?|weeks?)$/, "w"],
];

function calendarHint(text: string): string {
  return /month|quarter|year/i.test(text)
    ? "; a window may also follow the calendar: `{ calendar: month, zone: Europe/Berlin }`"
    : "";
}

/** `30 days` means `30d`; undefined when the words do not say. */
function suggestDuration(text: string): string | undefined {
  let suggestion = "";
  const rest = text
    .slice(0, 60)
    .toLowerCase()
    .replace(/(\d+)\s*([a-z]+)[\s,]*(?:and\s+)?/g, (_, count: string, unit: string) => {
      const known = UNIT_WORDS.find(([pattern]) => pattern.test(unit));
      suggestion += known === undefined ? "" : `${count}${known[1]}`;
      return known === undefined ? "?" : "";
    });
  return rest.trim() === "" && suggestion !== "" && parseDuration(suggestion).ok ? suggestion : undefined;
}

/** A share of one, written as a percentage or a fraction; the bounds are part of it or not, as said. */
export function share(
  description: string,
  bounds: { readonly example: string; readonly zero: boolean; readonly one: boolean; readonly name: string },
) {
  const expected = `a share such as \`${bounds.example}\``;
  return numberScalar({ description, expected }, (value) => {
    const ratio = ratioOf(value);
    if (ratio === undefined) {
      return failure({
        message: `\`${shorten(String(value))}\` is not ${bounds.name}.`,
        expected,
        fix: `Write ${expected.replace("a share such as ", "")} for example.`,
      });
    }
    const low = bounds.zero ? ratio >= 0 : ratio > 0;
    const high = bounds.one ? ratio <= 1 : ratio < 1;
    if (low && high) return success(ratio);
    const between = `${bounds.zero ? "from 0 %" : "more than 0 %"} ${bounds.one ? "to 100 %" : "and less than 100 %"}`;
    const meant =
      typeof value === "number" && value > 1 && value < 100
        ? `Write \`${value}%\` if a percentage is meant.`
        : `Write it as ${expected}.`;
    return failure({
      message: `\`${shorten(String(value))}\` is out of range for ${bounds.name}.`,
      expected: between,
      fix: meant,
    });
  });
}

function ratioOf(value: string | number): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(value);
  // The decimal point is moved in the text: 99.9 / 100 is not 0.999 in binary.
  return match === null ? undefined : Number(match[2] === "%" ? `${match[1]}e-2` : match[1]);
}

/** The share that must be good. */
export const target = share("The share of events that must be good: `99.9%` or `0.999`.", {
  example: "99.9%",
  zero: false,
  one: false,
  name: "a target",
});

/** A whole number in a range. */
export function wholeNumber(description: string, range: { readonly min: number; readonly max: number }) {
  const expected = `a whole number from ${range.min} to ${range.max}`;
  const message = `It is not ${expected}.`;
  return z.number().int(message).min(range.min, message).max(range.max, message).meta({ description, expected });
}

/** One of a few words. */
export function choice<const Options extends readonly [string, ...string[]]>(options: Options, description: string) {
  return z.enum(options).meta({ description });
}

/** Cuts what a person wrote to a length fit for a sentence. */
export function shorten(text: string, limit = 60): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
