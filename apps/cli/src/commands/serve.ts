import type { PlimsollConfig } from "@plimsoll/config";
import { startService } from "@plimsoll/service";
import { findLocalService } from "@plimsoll/service/local";
import { dashboardDirectory } from "../dashboard-directory.js";
import { CliError, EXIT } from "../cli-error.js";
import { optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import { portOption } from "../command-line/number-option.js";
import { loadAdapters } from "../config/load-adapters.js";
import { DEFAULT_CONFIG, loadConfig } from "../config/load-config.js";
import { DEFAULT_STATE_DIRECTORY } from "../api/open-api.js";
import { untilAborted } from "../until-aborted.js";
import { version } from "../version.js";

type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export const serve: CommandRun = async (input, io) => {
  const path = optionText(input, "config") ?? DEFAULT_CONFIG;
  const stateDirectory = optionText(input, "state") ?? DEFAULT_STATE_DIRECTORY;
  const adapters = await loadAdapters(input);
  const config = withFlags(await loadConfig(path, io, adapters), input);
  await refuseSecondService(stateDirectory);
  const stop = io.listenForStop();
  const dashboard = dashboardDirectory();
  if (dashboard === undefined)
    io.stderr.write("The dashboard is not built, so no pages are served; the API is. Build it with: pnpm build\n");
  const service = await startService(config, {
    stateDirectory,
    adapters,
    ...(dashboard === undefined ? {} : { dashboardDirectory: dashboard }),
    version: version(),
    logLevel: (optionText(input, "log-level") ?? "info") as LogLevel,
  });
  io.stderr.write(`Plimsoll runs at ${service.address} with ${config.slos.length} SLOs. Stop it with Ctrl-C.\n`);
  if (service.signInLink !== undefined) {
    io.stderr.write(`Nobody can sign in yet. Become the first admin, within 15 minutes, at\n  ${service.signInLink}\n`);
  }
  await untilAborted(stop);
  io.stderr.write("Stopping.\n");
  await service.stop();
  return EXIT.fine;
};

/** Two services on one state folder would take each other's address away. */
export async function refuseSecondService(stateDirectory: string): Promise<void> {
  const running = await findLocalService(stateDirectory);
  if (running === undefined) return;
  throw new CliError(
    EXIT.unavailable,
    `A service already runs here: ${running.address}, process ${running.pid}. Stop it first, or choose another folder with --state.`,
  );
}

function withFlags(config: PlimsollConfig, input: CommandInput): PlimsollConfig {
  const port = portOption(input, "port");
  const host = optionText(input, "host");
  return {
    ...config,
    http: { ...config.http, ...(port === undefined ? {} : { port }), ...(host === undefined ? {} : { host }) },
  };
}
