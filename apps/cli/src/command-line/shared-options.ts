import type { OptionSpec } from "./command.js";

/* Options that many commands take, each stated once. */

export const help: OptionSpec = { name: "help", short: "h", summary: "show this help" };
export const output: OptionSpec = {
  name: "output",
  short: "o",
  value: "form",
  choices: ["text", "json", "markdown"],
  summary: "text (the default), json or markdown",
};
export const config: OptionSpec = {
  name: "config",
  short: "c",
  value: "path",
  summary: "the configuration, a file or a folder (plimsoll.yaml)",
};
export const state: OptionSpec = {
  name: "state",
  value: "folder",
  summary: "where a running service is found (.plimsoll)",
};
export const address: OptionSpec = {
  name: "address",
  value: "url",
  summary: "a service elsewhere, with the token in PLIMSOLL_TOKEN",
};
export const adapters: OptionSpec = {
  name: "adapters",
  value: "module",
  repeatable: true,
  summary: "a module with source and notifier types of your own; it is run; may be repeated",
};

export const key: OptionSpec = {
  name: "key",
  value: "key",
  summary: "the same key is done once, so that the command may be repeated",
};

/** Of commands whose end may be counted from now. */
export const KEY_NEEDS_UNTIL =
  "With --key give --until: what --for counts from now would end at another instant each time.";

/** What keeps a command from changing what somebody else has changed since it was looked at. */
export function expecting(thing: string, shownBy: string): OptionSpec {
  return {
    name: "expect",
    value: "version",
    summary: `only if ${thing} is still at this version, as \`${shownBy}\` says`,
  };
}

/** What every command takes that reads the API. */
export const reading = [output, address, config, adapters, state, help];

/** What every command takes that writes something down: no configuration, as only a running service writes. */
export const writing = [
  { name: "by", value: "name", summary: "who decides (your user name); the token's name is recorded as well" },
  output,
  address,
  state,
  help,
];

export const risks = ["routine", "risky", "chaos", "automation", "emergency"];
