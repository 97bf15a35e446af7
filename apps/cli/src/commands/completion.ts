import { EXIT } from "../cli-error.js";
import type { CommandRun } from "../command-line/command.js";
import { COMMANDS } from "../command-line/command-table.js";
import { renderCompletion, type Shell } from "../command-line/render-completion.js";

export const completion: CommandRun = async (input, io) => {
  io.stdout.write(renderCompletion(input.arguments[0] as Shell, COMMANDS));
  return EXIT.fine;
};
