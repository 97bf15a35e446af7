import { existsSync } from "node:fs";
import { optionText, type CommandInput } from "../command-line/command.js";

/** Where runbooks are, unless a folder is named. */
export const DEFAULT_FOLDER = "runbooks";

/** Whether runbooks are read from a service: from the one that is named, or from the running one where no folder is here. */
export function areServed(input: CommandInput): boolean {
  if (optionText(input, "runbooks") !== undefined) return false;
  return optionText(input, "address") !== undefined || !existsSync(DEFAULT_FOLDER);
}
