import { parseDuration } from "@plimsoll/core";
import { usageError } from "../cli-error.js";
import { optionText, type CommandInput } from "./command.js";

/** An option that is a number; undefined when it was not given. */
export function numberOption(input: CommandInput, name: string): number | undefined {
  const typed = optionText(input, name);
  if (typed === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(typed)) throw usageError(`--${name}: ${JSON.stringify(typed.slice(0, 40))} is no number.`);
  return Number(typed);
}

/** An option that is a TCP port; 0 stands for any that is free. */
export function portOption(input: CommandInput, name: string): number | undefined {
  const port = numberOption(input, name);
  if (port === undefined || (Number.isInteger(port) && port <= 65_535)) return port;
  throw usageError(`--${name}: ${port} is no port; give a whole number from 0 to 65535.`);
}

/** An option that is a duration such as `5s` or `30d`. */
export function durationOption(
  input: CommandInput,
  name: string,
  fallback: string,
): { readonly text: string; readonly ms: number } {
  const text = optionText(input, name) ?? fallback;
  const parsed = parseDuration(text);
  if (!parsed.ok)
    throw usageError(`--${name}: ${JSON.stringify(text.slice(0, 40))} is no duration; write it as 5s, 1h or 30d.`);
  return { text, ms: parsed.value };
}
