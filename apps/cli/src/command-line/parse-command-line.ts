import { usageError } from "../cli-error.js";
import type { CommandInput, CommandSpec, OptionSpec } from "./command.js";
import { didYouMean } from "./near-names.js";

/** What a command line asks for. */
export type ParsedCommandLine =
  | { readonly kind: "run"; readonly command: CommandSpec; readonly input: CommandInput }
  | { readonly kind: "help"; readonly path: readonly string[] }
  | { readonly kind: "version" }
  /** A group without its verb, such as `plimsoll slo`. */
  | { readonly kind: "incomplete"; readonly path: readonly string[] };

/** Reads a command line by a table of commands. Throws a usage error that says what was typed and what would do. */
export function parseCommandLine(argv: readonly string[], commands: readonly CommandSpec[]): ParsedCommandLine {
  const [first, second] = argv;
  if (first === undefined || first === "--help" || first === "-h") return { kind: "help", path: [] };
  if (first === "--version" || first === "-V" || first === "version") return { kind: "version" };
  if (first === "help") return helpFor(argv.slice(1), commands);
  const single = commands.find(({ path }) => path.length === 1 && path[0] === first);
  if (single !== undefined) return parseRest(single, argv.slice(1));
  const group = commands.filter(({ path }) => path[0] === first);
  if (group.length === 0) {
    const known = new Set(commands.map(({ path }) => path[0] ?? ""));
    throw usageError(`There is no command ${quoted(first)}.${didYouMean(first, known)} See: plimsoll --help`);
  }
  if (second === "--help" || second === "-h") return { kind: "help", path: [first] };
  if (second === undefined) return { kind: "incomplete", path: [first] };
  const command = group.find(({ path }) => path.length === 2 && path[1] === second);
  if (command !== undefined) return parseRest(command, argv.slice(2));
  const inner = group.filter(({ path }) => path[1] === second);
  if (inner.length > 0) return parseInner([first, second], inner, argv.slice(2));
  throw unknownVerb([first], second, group);
}

/** A verb of a group inside a group, such as `incident role assign`. */
function parseInner(
  path: readonly string[],
  inner: readonly CommandSpec[],
  [third, ...rest]: readonly string[],
): ParsedCommandLine {
  if (third === "--help" || third === "-h") return { kind: "help", path };
  if (third === undefined) return { kind: "incomplete", path };
  const command = inner.find((one) => one.path[2] === third);
  if (command === undefined) throw unknownVerb(path, third, inner);
  return parseRest(command, rest);
}

function unknownVerb(path: readonly string[], typed: string, inside: readonly CommandSpec[]): Error {
  const verbs = [...new Set(inside.map((one) => one.path[path.length] ?? ""))];
  const name = path.join(" ");
  return usageError(
    `There is no command ${quoted(`${name} ${typed}`)}; ${name} has ${verbs.join(", ")}.${didYouMean(typed, verbs)}`,
  );
}

function helpFor(path: readonly string[], commands: readonly CommandSpec[]): ParsedCommandLine {
  const known = commands.some((command) => path.every((word, index) => command.path[index] === word));
  if (known) return { kind: "help", path };
  throw usageError(`There is no command ${quoted(path.join(" "))}. See: plimsoll --help`);
}

function parseRest(command: CommandSpec, words: readonly string[]): ParsedCommandLine {
  const found = new Map<string, string[]>();
  const positionals: string[] = [];
  const queue = [...words];
  while (queue.length > 0) {
    const word = queue.shift() ?? "";
    if (word === "--") {
      positionals.push(...queue.splice(0));
    } else if (word.startsWith("-") && word !== "-") {
      const { option, value } = readOption(command, word, queue);
      if (option.name === "help") return { kind: "help", path: command.path };
      found.set(option.name, [...(found.get(option.name) ?? []), value]);
    } else positionals.push(word);
  }
  for (const option of command.options) checkTimes(command, option, found.get(option.name)?.length ?? 0);
  checkArguments(command, positionals);
  return { kind: "run", command, input: { arguments: positionals, options: found } };
}

function readOption(
  command: CommandSpec,
  word: string,
  queue: string[],
): { readonly option: OptionSpec; readonly value: string } {
  const equals = word.indexOf("=");
  const typed = equals === -1 ? word : word.slice(0, equals);
  const option = command.options.find(
    ({ name, short }) => typed === `--${name}` || (short !== undefined && typed === `-${short}`),
  );
  if (option === undefined) {
    const known = command.options.map(({ name }) => `--${name}`);
    throw usageError(
      `${nameOf(command)} has no option ${quoted(typed)}.${didYouMean(typed, known)} See: ${nameOf(command)} --help`,
    );
  }
  if (option.value === undefined) {
    if (equals !== -1) throw usageError(`--${option.name} takes no value, and ${quoted(word)} has one.`);
    return { option, value: "" };
  }
  const next = queue[0];
  // A value may begin with a dash only behind `=`: `--reason --force` is a forgotten value far more often than a reason.
  const value =
    equals !== -1 ? word.slice(equals + 1) : next === undefined || /^--?[a-z]/i.test(next) ? undefined : queue.shift();
  if (value === undefined || value === "") {
    throw usageError(
      `--${option.name} needs a value: --${option.name} <${option.choices?.join("|") ?? option.value}>.`,
    );
  }
  checkChoice(`--${option.name}`, value, option.choices);
  return { option, value };
}

function checkTimes(command: CommandSpec, option: OptionSpec, times: number): void {
  if (times <= 1 || option.repeatable === true) return;
  throw usageError(`${nameOf(command)}: --${option.name} is given ${times} times; give it once.`);
}

function checkArguments(command: CommandSpec, given: readonly string[]): void {
  const missing = command.arguments.find(({ required }, index) => required && given[index] === undefined);
  if (missing !== undefined) {
    throw usageError(`${nameOf(command)} needs <${missing.name}>: ${missing.summary}. See: ${nameOf(command)} --help`);
  }
  const extra = given[command.arguments.length];
  if (extra !== undefined && command.arguments.at(-1)?.repeatable !== true) {
    const most = command.arguments.length === 0 ? "no argument" : `at most ${command.arguments.length}`;
    throw usageError(`${nameOf(command)} takes ${most}; ${quoted(extra)} is one too many.`);
  }
  command.arguments.forEach(({ name, choices }, index) => {
    const value = given[index];
    if (value !== undefined) checkChoice(`<${name}>`, value, choices);
  });
}

function checkChoice(what: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  throw usageError(`${what}: ${quoted(value)} is none of ${choices.join(", ")}.${didYouMean(value, choices)}`);
}

function nameOf({ path }: CommandSpec): string {
  return `plimsoll ${path.join(" ")}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
