import { parseDuration } from "@plimsoll/core";
import { usageError } from "../cli-error.js";
import { optionFlag, optionList, optionText, type CommandInput } from "../command-line/command.js";
import { numberOption } from "../command-line/number-option.js";
import type { Io } from "../io.js";

/** Who decides: the name given, or else the name of the user at this machine. */
export function deciderOf(input: CommandInput, io: Io): string {
  const name = optionText(input, "by") ?? io.env["USER"] ?? io.env["LOGNAME"] ?? io.env["USERNAME"] ?? "";
  if (name === "") throw usageError("Who decides this? The user has no name here: give --by <name>.");
  return name;
}

/** A text that must be given. */
export function neededText(input: CommandInput, name: string, what: string): string {
  const text = optionText(input, name);
  if (text === undefined) throw usageError(`--${name} is missing: ${what}.`);
  return text;
}

/** The key that makes a command safe to repeat, where one is given. */
export function keyOf(input: CommandInput): { readonly key?: string } {
  const key = optionText(input, "key");
  if (key === undefined) return {};
  if (/^[\x21-\x7e]{1,128}$/.test(key)) return { key };
  throw usageError("--key: give 1 to 128 visible ASCII characters, without spaces.");
}

/** The version that somebody has seen of what they change, where they say which. */
export function expectedOf(input: CommandInput): { readonly expectedVersion?: number } {
  const expectedVersion = numberOption(input, "expect");
  if (expectedVersion === undefined) return {};
  if (Number.isInteger(expectedVersion)) return { expectedVersion };
  throw usageError(`--expect: ${expectedVersion} is no version; give the whole number that was shown.`);
}

/** What something is about: named one by one, or all by saying so, never all by leaving it out. */
export function scopeOf(input: CommandInput, name: string): "all" | readonly string[] {
  const named = optionList(input, name);
  const all = optionFlag(input, "all");
  if (all === named.length > 0) throw usageError(`Give either --${name}, once or several times, or --all.`);
  return all ? "all" : named;
}

/** When something ends: after a time from the instant given, or else from now; or at an instant. */
export function expiryOf(input: CommandInput, fromMs?: number): string {
  const [lasting, until] = [optionText(input, "for"), optionText(input, "until")];
  if ((lasting === undefined) === (until === undefined)) throw usageError("Give either --for, such as 2h, or --until.");
  if (lasting === undefined) return instantOf(until ?? "", "until");
  const duration = parseDuration(lasting);
  if (!duration.ok) throw usageError(`--for: ${duration.error.message}.`);
  if (fromMs === undefined && optionText(input, "key") !== undefined) {
    throw usageError("With --key give --until: --for counts from now, so that a repetition would ask for another end.");
  }
  return new Date((fromMs ?? Date.now()) + duration.value).toISOString();
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** An instant that means the same everywhere. */
export function instantOf(text: string, option: string): string {
  const atMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw usageError(
      `--${option}: ${JSON.stringify(text.slice(0, 80))} is no instant; write it with its offset, such as 2026-11-01T22:00:00Z.`,
    );
  }
  return new Date(atMs).toISOString();
}

/** An instant that may be given. */
export function instantOption(input: CommandInput, name: string): string | undefined {
  const text = optionText(input, name);
  return text === undefined ? undefined : instantOf(text, name);
}
