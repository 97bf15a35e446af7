import type { CommandSpec } from "./command.js";
import { help, output } from "./shared-options.js";

/** Replays what resolved incidents taught; it needs files alone, and no service. */
export const REGRESS_COMMAND: CommandSpec = {
  path: ["regress"],
  summary: "replay resolved incidents, and fail when the engine makes something else of one",
  details:
    "Each case is told to the real engine again, on a clock of its own. Exit code 0: all the same; 1: one is different; 2: one can not be read.",
  arguments: [{ name: "path", required: false, repeatable: true, summary: "files, or folders of them (regression)" }],
  options: [
    {
      name: "tolerance",
      value: "duration",
      summary: "how far an instant may be off, such as 30s, or 0 (three slices of the case)",
    },
    output,
    help,
  ],
  examples: ["plimsoll regress regression/", "plimsoll regress regression-INC-001.json --tolerance 0"],
  load: async () => (await import("../commands/regress.js")).regressCommand,
};
