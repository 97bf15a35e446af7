import { EXIT } from "../cli-error.js";
import type { CommandRun, CommandSpec } from "../command-line/command.js";
import { renderCompletion, type Shell } from "../command-line/render-completion.js";

/** Prints the completion script of a shell; the table of commands is handed in, because it loads this one. */
export function completionOf(commands: readonly CommandSpec[]): CommandRun {
  return async (input, io) => {
    io.stdout.write(renderCompletion(input.arguments[0] as Shell, commands));
    return EXIT.fine;
  };
}
