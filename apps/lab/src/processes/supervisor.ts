import { randomBytes } from "node:crypto";
import { LabError } from "../lab-error.js";
import { listen } from "../http/observed-server.js";
import { logsDirectory, prepareStateDirectory, removeLabState, writeLabState } from "../state-directory.js";
import { checkPorts, portError } from "../supervisor/check-ports.js";
import { createControlServer } from "../supervisor/control-server.js";
import { Lab } from "../supervisor/lab.js";
import type { SupervisorConfig, SupervisorReport } from "../supervisor/supervisor-protocol.js";
import { labAddresses, listeningProcesses } from "../topology.js";
import { readChildConfig } from "./child-process.js";

const config = readChildConfig<SupervisorConfig>();
const startedAt = new Date().toISOString();
let lab: Lab | undefined;
let ending = false;

process.title = "plimsoll-lab supervisor";
process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));
process.on("SIGHUP", () => void end(0));
process.on("disconnect", () => {
  if (!config.detached) void end(0);
});

try {
  await start();
  tell({ type: "ready" });
} catch (error) {
  // An end that was asked for while the lab started is not a failure.
  if (!ending) {
    console.error(error);
    const known = error instanceof LabError;
    const message = error instanceof Error ? error.message : String(error);
    tell({ type: "failed", code: known ? error.code : "start-failed", message });
    await end(1);
  }
}

async function start(): Promise<void> {
  const addresses = labAddresses(config.portBase);
  prepareStateDirectory(config.stateDirectory);
  await checkPorts(listeningProcesses(addresses));
  lab = new Lab({
    portBase: config.portBase,
    requestsPerSecond: config.requestsPerSecond,
    logsDirectory: logsDirectory(config.stateDirectory),
    processesDirectory: config.processesDirectory,
    startedAt,
    onProgress: (message) => tell({ type: "progress", message }),
  });
  const token = randomBytes(32).toString("base64url");
  const { name, port, url } = addresses.control;
  const server = createControlServer({ lab, token, onDown: () => void end(0) });
  await listen(server, port).catch((error: unknown) => {
    throw portError(name, port, (error as NodeJS.ErrnoException).code ?? String(error));
  });
  writeLabState(config.stateDirectory, {
    pid: process.pid,
    controlUrl: url,
    token,
    portBase: config.portBase,
    startedAt,
  });
  await lab.start();
}

async function end(exitCode: number): Promise<void> {
  if (ending) return;
  ending = true;
  try {
    await lab?.stop();
    removeLabState(config.stateDirectory, process.pid);
  } finally {
    process.exit(exitCode);
  }
}

function tell(report: SupervisorReport): void {
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
}
