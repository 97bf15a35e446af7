import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@plimsoll/tools/components";
import { startLab, type LabHandle } from "../../start-lab.js";
import { buildProcesses } from "../../testing/build-processes.js";
import { PORT_SPAN } from "../../topology.js";

/** A lab of a test's own, built from its sources and visited sixty times a second. */
export type BusyLab = {
  readonly lab: LabHandle;
  /** Takes it down, and its files with it. */
  end(): Promise<void>;
};

export async function startBusyLab(): Promise<BusyLab> {
  const processesDirectory = await buildProcesses();
  const stateDirectory = mkdtempSync(join(tmpdir(), "plimsoll-lab-e2e-"));
  const portBase = await freePorts(PORT_SPAN);
  const lab = await startLab({ stateDirectory, processesDirectory, portBase, requestsPerSecond: 60 });
  return {
    lab,
    async end() {
      await lab.down();
      for (const directory of [processesDirectory, stateDirectory]) rmSync(directory, { recursive: true, force: true });
    },
  };
}
