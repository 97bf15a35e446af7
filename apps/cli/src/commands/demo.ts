import { EXIT } from "../cli-error.js";
import { DEFAULT_STATE_DIRECTORY } from "../api/open-api.js";
import { optionFlag, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import { durationOption, numberOption, portOption } from "../command-line/number-option.js";
import { runDemo, type DemoOptions } from "../demo/run-demo.js";

export const demo: CommandRun = async (input, io) => {
  await runDemo(optionsOf(input), io, io.listenForStop());
  return EXIT.fine;
};

function optionsOf(input: CommandInput): DemoOptions {
  return {
    stateDirectory: optionText(input, "state") ?? DEFAULT_STATE_DIRECTORY,
    labStateDirectory: optionText(input, "lab-state"),
    labPortBase: numberOption(input, "lab-port-base"),
    port: portOption(input, "port") ?? 4700,
    slice: durationOption(input, "slice", "5s").text,
    pastMs: durationOption(input, "past", "30d").ms,
    keep: optionFlag(input, "keep"),
  };
}
