import type { EngineSettings } from "./engine-settings.js";

/** What must be said to an engine, and what may be. */
export type SettingsDefinition = Pick<EngineSettings, "sliceMs" | "slos" | "services"> & Partial<EngineSettings>;

const MINUTE_MS = 60_000;

/** Fills in what settings leave unsaid, as plimsoll.yaml does: nobody is told, and nothing is read from before the start. */
export function defineSettings(definition: SettingsDefinition): EngineSettings {
  return {
    corrections: [],
    freezeWindows: [],
    incidents: { cooldownMs: 30 * MINUTE_MS, autoCloseAfterMs: 24 * 60 * MINUTE_MS },
    notify: { pages: [], tickets: [], incidents: [] },
    reading: {},
    ...definition,
  };
}
