import type { CommandSpec, OptionSpec } from "./command.js";

/** A shell for which there is a completion script. */
export type Shell = "bash" | "zsh" | "fish";

/** Writes the completion script of a shell from the table of commands. */
export function renderCompletion(shell: Shell, commands: readonly CommandSpec[]): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      return zsh(commands);
    case "fish":
      return fish(commands);
  }
}

function firstWords(commands: readonly CommandSpec[]): readonly string[] {
  return [...new Set(commands.map(({ path }) => path[0] ?? ""))];
}

/** A group of commands, and what may come next in it: a verb, or a group inside. */
type Group = { readonly path: readonly string[]; readonly next: readonly (readonly [word: string, summary: string])[] };

/** Every group, such as `incident` and, inside it, `incident role`. */
function groupsOf(commands: readonly CommandSpec[]): readonly Group[] {
  const names = new Set(
    commands.flatMap(({ path }) => path.slice(1).map((_word, index) => path.slice(0, index + 1).join(" "))),
  );
  return [...names].map((name) => {
    const group = name.split(" ");
    const inside = commands.filter(
      ({ path }) => path.length > group.length && group.every((word, index) => path[index] === word),
    );
    const words = [...new Set(inside.map(({ path }) => path[group.length] ?? ""))];
    const summaryOf = (word: string): string =>
      inside.find(({ path }) => path.length === group.length + 1 && path.at(-1) === word)?.summary ??
      `${name} ${word} commands`;
    return { path: group, next: words.map((word) => [word, summaryOf(word)] as const) };
  });
}

function flagsOf(command: CommandSpec): readonly string[] {
  return command.options.map(({ name }) => `--${name}`);
}

/** The values that an option takes, by its flag; the same flag has the same values in every command that has it. */
function choicesByFlag(command: CommandSpec): readonly (readonly [string, readonly string[]])[] {
  return command.options.flatMap(({ choices, name, short }) =>
    choices === undefined ? [] : [[short === undefined ? `--${name}` : `--${name}|-${short}`, choices] as const],
  );
}

function bash(commands: readonly CommandSpec[]): string {
  const cases = commands.map((command) => {
    const values = choicesByFlag(command).map(([flag, choices]) => `        ${flag}) words="${choices.join(" ")}" ;;`);
    const words = [...flagsOf(command), ...command.arguments.flatMap(({ choices }) => choices ?? [])].join(" ");
    return [
      `    "${command.path.join(" ")}")`,
      `      case "$previous" in`,
      ...values,
      `        *) words="${words}" ;;`,
      "      esac ;;",
    ].join("\n");
  });
  const known = groupsOf(commands);
  const groups = known.map(
    ({ next, path }) => `    "${path.join(" ")}") words="${next.map(([word]) => word).join(" ")}" ;;`,
  );
  return `# Completion of plimsoll for bash.
_plimsoll() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" command at=1
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${firstWords(commands).join(" ")} --help --version" -- "$current"))
    return
  fi
  command="\${COMP_WORDS[1]}"
  while [ "$COMP_CWORD" -gt $((at + 1)) ]; do
    case "$command" in
      ${known.map(({ path }) => `"${path.join(" ")}"`).join("|")})
        at=$((at + 1)); command="$command \${COMP_WORDS[at]}" ;;
      *) break ;;
    esac
  done
  case "$command" in
${groups.join("\n")}
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _plimsoll plimsoll
`;
}

function zsh(commands: readonly CommandSpec[]): string {
  const described = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([word, summary]) => `'${single(`${word}:${summary.replaceAll(":", "\\:")}`)}'`).join(" ");
  const top = firstWords(commands).map(
    (word) =>
      [
        word,
        commands.find(({ path }) => path.length === 1 && path[0] === word)?.summary ?? `${word} commands`,
      ] as const,
  );
  const groups = groupsOf(commands).map(({ next, path }) => `      '${path.join(" ")}') verbs=(${described(next)}) ;;`);
  const cases = commands.map((command) => `    '${command.path.join(" ")}') _arguments ${zshArguments(command)} ;;`);
  return `#compdef plimsoll
# Completion of plimsoll for zsh.
_plimsoll() {
  local -a verbs
  local command="$words[2]"
  if (( CURRENT == 2 )); then
    verbs=(${described(top)})
    _describe command verbs
    return
  fi
  while true; do
    verbs=()
    case "$command" in
${groups.join("\n")}
    esac
    (( $#verbs )) || break
    if (( CURRENT == 3 )); then _describe command verbs; return; fi
    command="$command $words[3]"
    shift words; (( CURRENT-- ))
  done
  shift words; (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _plimsoll plimsoll
`;
}

function zshArguments(command: CommandSpec): string {
  const options = command.options.map(
    (option) => `'${single(`--${option.name}[${bracketed(option.summary)}]${zshValue(option)}`)}'`,
  );
  const positionals = command.arguments.map(
    ({ choices, name }, index) =>
      `'${single(`${index + 1}:${name}:${choices === undefined ? "_files" : `(${choices.join(" ")})`}`)}'`,
  );
  return [...options, ...positionals].join(" ");
}

function zshValue({ choices, value }: OptionSpec): string {
  if (value === undefined) return "";
  return `:${value}:${choices === undefined ? "_files" : `(${choices.join(" ")})`}`;
}

function bracketed(text: string): string {
  return text.replaceAll("[", "(").replaceAll("]", ")").replaceAll(":", " ");
}

function single(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

function fish(commands: readonly CommandSpec[]): string {
  const lines = firstWords(commands).map((word) => {
    const summary = commands.find(({ path }) => path.length === 1 && path[0] === word)?.summary ?? `${word} commands`;
    return `complete -c plimsoll -n __fish_use_subcommand -a ${word} -d '${fishQuoted(summary)}'`;
  });
  for (const { next, path } of groupsOf(commands)) {
    const within = path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const names = next.map(([word]) => word).join(" ");
    for (const [word, summary] of next) {
      lines.push(
        `complete -c plimsoll -n '${within}; and not __fish_seen_subcommand_from ${names}' -a ${word} -d '${fishQuoted(summary)}'`,
      );
    }
  }
  for (const command of commands) {
    const seen = command.path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    for (const { choices, name, short, summary, value } of command.options) {
      const values = value === undefined ? "" : choices === undefined ? " -r" : ` -x -a '${choices.join(" ")}'`;
      lines.push(
        `complete -c plimsoll -n '${seen}' -l ${name}${short === undefined ? "" : ` -s ${short}`}${values} -d '${fishQuoted(summary)}'`,
      );
    }
    for (const { choices } of command.arguments) {
      if (choices !== undefined) lines.push(`complete -c plimsoll -n '${seen}' -a '${choices.join(" ")}'`);
    }
  }
  return `# Completion of plimsoll for fish.\n${lines.join("\n")}\n`;
}

function fishQuoted(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
}
