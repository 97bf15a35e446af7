import type { CommandSpec, OptionSpec } from "./command.js";

/** What help is made from. */
export type HelpSource = {
  readonly commands: readonly CommandSpec[];
  readonly groups: Readonly<Record<string, string>>;
};

/** Writes the help of everything, of a group or of one command. */
export function renderHelp({ commands, groups }: HelpSource, path: readonly string[]): string {
  const inside = commands.filter((command) => path.every((word, index) => command.path[index] === word));
  const [only] = inside;
  if (path.length > 0 && inside.length === 1 && only !== undefined) return commandHelp(only);
  const title =
    path.length === 0
      ? "plimsoll: how much unreliability is left to spend, and what may still be done"
      : `plimsoll ${path.join(" ")}: ${groups[path[0] ?? ""] ?? ""}`;
  const rows = inside.map((command): Row => [[...command.path, ...argumentWords(command)].join(" "), command.summary]);
  const usage = path.length === 0 ? "plimsoll <command> [options]" : `plimsoll ${path.join(" ")} <command> [options]`;
  return [
    title,
    "",
    `Usage: ${usage}`,
    "",
    "Commands:",
    ...aligned(rows),
    "",
    `More on one: plimsoll ${path.length === 0 ? "<command>" : `${path.join(" ")} <command>`} --help`,
    ...(path.length === 0
      ? ["Exit codes: 0 fine; 1 a finding or a denial; 2 wrong usage or configuration; 3 unavailable or unknown"]
      : []),
    "",
  ].join("\n");
}

function commandHelp(command: CommandSpec): string {
  const usage = ["plimsoll", ...command.path, ...argumentWords(command), "[options]"].join(" ");
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", title, ...lines];
  return [
    `plimsoll ${command.path.join(" ")}: ${command.summary}`,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    `Usage: ${usage}`,
    ...section(
      "Arguments:",
      aligned(command.arguments.map((argument): Row => [`<${argument.name}>`, summaryWords(argument)])),
    ),
    ...section("Options:", aligned(command.options.map((option): Row => [optionWords(option), summaryWords(option)]))),
    ...section(
      "Examples:",
      command.examples.map((example) => `  ${example}`),
    ),
    "",
  ].join("\n");
}

/** The summary, and what may be chosen, where it does not name all of that itself. */
function summaryWords({ choices = [], summary }: Pick<OptionSpec, "choices" | "summary">): string {
  const named = choices.every((choice) => summary.includes(choice));
  return named ? summary : `${summary}; one of ${choices.join(", ")}`;
}

type Row = readonly [string, string];

function aligned(rows: readonly Row[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function argumentWords(command: CommandSpec): readonly string[] {
  return command.arguments.map(({ name, repeatable, required }) => {
    const shown = repeatable === true ? `${name}...` : name;
    return required ? `<${shown}>` : `[${shown}]`;
  });
}

function optionWords({ name, short, value, repeatable }: OptionSpec): string {
  const flag = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return value === undefined ? flag : `${flag} <${value}>${repeatable === true ? "..." : ""}`;
}
