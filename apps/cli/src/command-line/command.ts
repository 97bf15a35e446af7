import type { ExitCode } from "../cli-error.js";
import type { Io } from "../io.js";

/** An option as it is typed, shown and completed. One with a `value` takes one; the others are flags. */
export type OptionSpec = {
  readonly name: string;
  readonly short?: string;
  /** The placeholder of its value, such as `path`. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  readonly summary: string;
};

/** A positional argument. */
export type ArgumentSpec = {
  readonly name: string;
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** Takes all that is left; only the last may. */
  readonly repeatable?: boolean;
  readonly summary: string;
};

/** One command: all that help, completion and parsing need, and a way to load what does the work. */
export type CommandSpec = {
  /** The words that name it, such as `slo list`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Loaded only when it runs: help must come at once. */
  readonly load: () => Promise<CommandRun>;
};

/** Does a command's work. */
export type CommandRun = (input: CommandInput, io: Io) => Promise<ExitCode>;

/** What was typed after the command's name. */
export type CommandInput = {
  readonly arguments: readonly string[];
  /** The values of an option, in the order typed; none when it was not given. A flag has the value "". */
  readonly options: ReadonlyMap<string, readonly string[]>;
};

/** The last value of an option; undefined when it was not given. */
export function optionText(input: CommandInput, name: string): string | undefined {
  return input.options.get(name)?.at(-1);
}

/** Whether a flag was given. */
export function optionFlag(input: CommandInput, name: string): boolean {
  return input.options.has(name);
}

/** All values of an option that may be repeated. */
export function optionList(input: CommandInput, name: string): readonly string[] {
  return input.options.get(name) ?? [];
}
