import { existsSync } from "node:fs";
import type { z } from "zod";
import { readApi, readApiText, type Api, type ApiReading } from "../api/api.js";
import { DEFAULT_STATE_DIRECTORY, openApi } from "../api/open-api.js";
import { optionText, type CommandInput } from "../command-line/command.js";
import { DEFAULT_CONFIG, loadConfig } from "../config/load-config.js";
import { loadAdapters } from "../config/load-adapters.js";
import type { Io } from "../io.js";

/** The address of the schedule that the first argument, or the one of this number, names. */
export function schedulePath(input: CommandInput, number = 0): string {
  return `/api/v1/schedules/${encodeURIComponent(input.arguments[number] ?? "")}`;
}

/** Reads one address about who answers when. */
export async function readOnCall<Schema extends z.ZodType>(
  input: CommandInput,
  io: Io,
  asked: { readonly path: string; readonly schema: Schema },
): Promise<ApiReading<z.infer<Schema>>> {
  return withOnCall(input, io, (api) => readApi(api, asked.path, asked.schema));
}

/** Reads one address whose answer is text. */
export async function readOnCallText(input: CommandInput, io: Io, path: string): Promise<string> {
  return withOnCall(input, io, (api) => readApiText(api, path));
}

/** Opens what says who answers when, and closes it again. */
export async function withOnCall<Answer>(
  input: CommandInput,
  io: Io,
  read: (api: Api) => Promise<Answer>,
): Promise<Answer> {
  const api = (await openConfigured(input, io)) ?? (await openApi(input, io));
  try {
    return await read(api);
  } finally {
    await api.close();
  }
}

/** Where no service runs and nothing was ever stored, the configuration alone says it all. */
async function openConfigured(input: CommandInput, io: Io): Promise<Api | undefined> {
  if (optionText(input, "address") !== undefined) return undefined;
  const { findLocalService } = await import("@plimsoll/service/local");
  if ((await findLocalService(optionText(input, "state") ?? DEFAULT_STATE_DIRECTORY)) !== undefined) return undefined;
  const path = optionText(input, "config") ?? DEFAULT_CONFIG;
  if (optionText(input, "config") === undefined && !existsSync(path)) return undefined;
  const config = await loadConfig(path, io, await loadAdapters(input));
  if (config.storage.kind !== "embedded" || existsSync(config.storage.folder)) return undefined;
  io.stderr.write("No service runs here and nothing is stored; this is what the configuration says.\n");
  const { openConfiguredApi } = await import("@plimsoll/service");
  return openConfiguredApi(config);
}
