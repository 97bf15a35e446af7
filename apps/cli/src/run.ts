import { EXIT, type ExitCode } from "./cli-error.js";
import { COMMANDS, GROUPS } from "./command-line/command-table.js";
import { parseCommandLine } from "./command-line/parse-command-line.js";
import { renderHelp } from "./command-line/render-help.js";
import { describeFailure } from "./describe-failure.js";
import type { Io } from "./io.js";

/** Runs one command line and answers its exit code. Never throws: what goes wrong becomes one line on stderr. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const asked = parseCommandLine(argv, COMMANDS);
    switch (asked.kind) {
      case "help":
        io.stdout.write(renderHelp({ commands: COMMANDS, groups: GROUPS }, asked.path));
        return EXIT.fine;
      case "incomplete":
        io.stderr.write(renderHelp({ commands: COMMANDS, groups: GROUPS }, asked.path));
        return EXIT.usage;
      case "version":
        io.stdout.write(`${(await import("./version.js")).version()}\n`);
        return EXIT.fine;
      case "run":
        return await (
          await asked.command.load()
        )(asked.input, io);
    }
  } catch (error) {
    const { exitCode, isUnforeseen, message } = describeFailure(error);
    io.stderr.write(`plimsoll: ${message}\n`);
    if (isDebugging(io) && error instanceof Error) io.stderr.write(`${traceOf(error)}\n`);
    else if (isUnforeseen) io.stderr.write("With PLIMSOLL_DEBUG=1 it says more.\n");
    return exitCode;
  }
}

function isDebugging(io: Io): boolean {
  return (io.env["PLIMSOLL_DEBUG"] ?? "") !== "";
}

function traceOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${traceOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
