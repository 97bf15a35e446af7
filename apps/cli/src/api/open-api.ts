import { existsSync } from "node:fs";
import { CliError, EXIT } from "../cli-error.js";
import { optionText, type CommandInput } from "../command-line/command.js";
import { loadAdapters } from "../config/load-adapters.js";
import { DEFAULT_CONFIG, loadConfig } from "../config/load-config.js";
import type { Io } from "../io.js";
import type { Api, WritableApi } from "./api.js";
import { createRemoteApi } from "./remote-api.js";

/** Where the service's address and token are kept, unless said. */
export const DEFAULT_STATE_DIRECTORY = ".plimsoll";

/** Opens the API: of the address given, of the service that runs here, or else on the storage itself. */
export async function openApi(input: CommandInput, io: Io): Promise<Api> {
  return (await findService(input, io)) ?? openStorage(input, stateOf(input), io);
}

/** Opens the API of a service that runs: what is written must be told to people, and only a service does that. */
export async function openWritableApi(input: CommandInput, io: Io): Promise<WritableApi> {
  const service = await findService(input, io);
  if (service !== undefined) return service;
  throw new CliError(
    EXIT.unavailable,
    `No service runs here (looked in ${stateOf(input)}), and only a running service writes things down. Start one with \`plimsoll serve\`, or give --address.`,
  );
}

function stateOf(input: CommandInput): string {
  return optionText(input, "state") ?? DEFAULT_STATE_DIRECTORY;
}

async function findService(input: CommandInput, io: Io): Promise<WritableApi | undefined> {
  const address = optionText(input, "address");
  // A token is never an option: it would stand in the list of processes.
  if (address !== undefined) return createRemoteApi(address, io.env["PLIMSOLL_TOKEN"]);
  const { findLocalService } = await import("@plimsoll/service/local");
  const service = await findLocalService(stateOf(input));
  return service === undefined ? undefined : createRemoteApi(service.address, service.token);
}

/** Reads what is stored without a service; nothing is measured, and nobody is told anything. */
async function openStorage(input: CommandInput, state: string, io: Io): Promise<Api> {
  const path = optionText(input, "config") ?? DEFAULT_CONFIG;
  if (optionText(input, "config") === undefined && !existsSync(path)) {
    throw new CliError(
      EXIT.unavailable,
      `No service runs here (looked in ${state}), and there is no ${path} to find the storage by. Start one with \`plimsoll serve\` or \`plimsoll demo\`, or give --address.`,
    );
  }
  const adapters = await loadAdapters(input);
  const config = await loadConfig(path, io, adapters);
  if (config.storage.kind === "embedded" && !existsSync(config.storage.folder)) {
    throw new CliError(
      EXIT.unavailable,
      `No service runs here (looked in ${state}), and nothing is stored yet in ${config.storage.folder}. Start one with \`plimsoll serve\`.`,
    );
  }
  io.stderr.write("No service runs here; this is what its storage holds, as of now.\n");
  const { openStoredApi } = await import("@plimsoll/service");
  return openStoredApi(config, { adapters });
}
