import { labAdapters } from "./lab-adapters.js";
import type { PlimsollConfig } from "@plimsoll/config";
import type { AdapterTypes } from "@plimsoll/service";
import { CliError, EXIT } from "../cli-error.js";
import type { Io } from "../io.js";
import { wantsColour } from "../present/paint.js";

/** The configuration that is read unless another is named. */
export const DEFAULT_CONFIG = "plimsoll.yaml";

/** Reads the configuration; shows every problem of it, and then throws. */
export async function loadConfig(
  path: string,
  io: Io,
  adapters: readonly AdapterTypes[] = [labAdapters],
): Promise<PlimsollConfig> {
  const { createSecretReader, formatIssues, parseConfig, readConfigFiles } = await import("@plimsoll/config");
  const { registryWith } = await import("@plimsoll/service/registry");
  const files = await readConfigFiles(path);
  const parsed = files.ok
    ? parseConfig(files.value, { ...registryWith(adapters), readSecret: createSecretReader(io.env) })
    : files;
  if (parsed.ok) return parsed.value;
  io.stderr.write(formatIssues(parsed.error, { color: wantsColour(io.stderr, io.env) }));
  const missing = !files.ok;
  throw new CliError(EXIT.usage, missing ? `${path} could not be read.` : `${path} has problems; nothing was started.`);
}
