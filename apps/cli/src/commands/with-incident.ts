import { incidentListSchema } from "@plimsoll/service/api";
import { checkKnown, pathWith, readApi, type Api } from "../api/api.js";
import { openApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT } from "../cli-error.js";
import type { CommandInput, CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";

/** Where incidents are in the API. */
export const INCIDENTS = "/api/v1/incidents";

/** Opens the API and finds the address of the incident that the first argument names. */
export async function withIncident(
  input: CommandInput,
  io: Io,
  use: (api: Api, path: string) => Promise<void>,
): ReturnType<CommandRun> {
  await withApi(openApi(input, io), async (api) => {
    const id = input.arguments[0] ?? "";
    const all = await readApi(api, pathWith(INCIDENTS, { limit: "1000" }), incidentListSchema);
    const known = all.value.incidents.map((incident) => incident.id);
    const path = `${INCIDENTS}/${encodeURIComponent(id)}`;
    // One that is not listed may be there all the same, and not readable.
    if (!known.includes(id) && (await api.get(path)).status === 404) checkKnown("incident", id, known);
    await use(api, path);
  });
  return EXIT.fine;
}
