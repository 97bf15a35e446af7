import { fork, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLabClient, DEFAULT_STATE_DIRECTORY, type LabClient } from "./lab-client.js";
import { LabError } from "./lab-error.js";
import { logsDirectory, prepareStateDirectory, readLabState } from "./state-directory.js";
import { childEnvironment } from "./supervisor/supervised-process.js";
import type { SupervisorConfig, SupervisorReport } from "./supervisor/supervisor-protocol.js";
import { DEFAULT_PORT_BASE, labAddresses, PORT_SPAN, type LabAddresses } from "./topology.js";

export const DEFAULT_REQUESTS_PER_SECOND = 20;

/** How to start a lab. */
export type StartLabOptions = {
  /** Holds the address, the token and the logs; `.lab` in the working directory unless said. */
  readonly stateDirectory?: string | undefined;
  /** The first of 50 ports; 18400 unless said. */
  readonly portBase?: number | undefined;
  /** What the load generator sends to the gateway, all routes together; 20 unless said, 0 for none. */
  readonly requestsPerSecond?: number | undefined;
  /** Whether the lab outlives the process that starts it; otherwise it ends with it. */
  readonly detached?: boolean | undefined;
  /** Hears one line per step of the start. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Where the built process files are; beside this module unless said. */
  readonly processesDirectory?: string | undefined;
};

/** A lab that this process started. */
export type LabHandle = LabClient & {
  readonly stateDirectory: string;
  readonly addresses: LabAddresses;
  readonly supervisorPid: number;
  /** Resolves when the supervisor has ended, whoever asked for it. */
  readonly ended: Promise<void>;
};

// Seventeen processes on a machine that is busy with other things.
const START_PATIENCE_MS = 60_000;

/** Starts a lab and resolves when all of it listens; throws a `LabError`, and then leaves nothing behind. */
export async function startLab(options: StartLabOptions = {}): Promise<LabHandle> {
  const stateDirectory = resolve(options.stateDirectory ?? DEFAULT_STATE_DIRECTORY);
  const config: SupervisorConfig = {
    stateDirectory,
    processesDirectory: options.processesDirectory ?? builtProcessesDirectory(),
    portBase: checkPortBase(options.portBase ?? DEFAULT_PORT_BASE),
    requestsPerSecond: checkRate(options.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND),
    detached: options.detached ?? false,
  };
  await refuseSecondLab(stateDirectory);
  prepareStateDirectory(stateDirectory);
  const supervisor = forkSupervisor(config);
  const ended = new Promise<void>((settle) => supervisor.once("exit", () => settle()));
  await untilReady(supervisor, stateDirectory, options.onProgress);
  if (config.detached) {
    supervisor.disconnect();
    supervisor.unref();
  }
  return {
    ...createLabClient(stateDirectory),
    stateDirectory,
    addresses: labAddresses(config.portBase),
    supervisorPid: supervisor.pid ?? 0,
    ended,
  };
}

function forkSupervisor(config: SupervisorConfig): ChildProcess {
  const log = openSync(join(logsDirectory(config.stateDirectory), "supervisor.log"), "a", 0o600);
  try {
    return fork(join(config.processesDirectory, "supervisor.js"), [JSON.stringify(config)], {
      detached: config.detached,
      execArgv: [],
      env: childEnvironment(),
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

function untilReady(
  supervisor: ChildProcess,
  stateDirectory: string,
  onProgress?: (message: string) => void,
): Promise<void> {
  return new Promise((settle, reject) => {
    let failure: LabError | undefined;
    const timer = setTimeout(() => {
      failure = new LabError(
        "start-failed",
        `The lab did not start in ${START_PATIENCE_MS / 1_000} s. See ${logsDirectory(stateDirectory)}.`,
      );
      supervisor.kill("SIGTERM");
    }, START_PATIENCE_MS);
    const hear = (report: SupervisorReport): void => {
      if (report.type === "progress") onProgress?.(report.message);
      else if (report.type === "failed") failure = new LabError(report.code, report.message);
      else done(settle);
    };
    // Rejecting only at the end means that nothing is left behind when the caller hears of it.
    const end = (): void =>
      done(() =>
        reject(
          failure ??
            new LabError(
              "start-failed",
              `The lab's supervisor ended while it started. See ${logsDirectory(stateDirectory)}.`,
            ),
        ),
      );
    const done = (finish: () => void): void => {
      clearTimeout(timer);
      supervisor.off("message", hear);
      supervisor.off("exit", end);
      finish();
    };
    supervisor.on("message", hear);
    supervisor.once("exit", end);
    supervisor.once("error", (error) =>
      done(() => reject(new LabError("start-failed", `The lab's supervisor did not start: ${error.message}`, error))),
    );
  });
}

async function refuseSecondLab(stateDirectory: string): Promise<void> {
  const state = readLabState(stateDirectory);
  if (state === undefined) return;
  try {
    const { gatewayUrl } = await createLabClient(stateDirectory).status();
    throw new LabError(
      "already-running",
      `A lab already runs here (gateway ${gatewayUrl}, supervisor process ${state.pid}). See it with: plimsoll lab status. Stop it with: plimsoll lab down`,
    );
  } catch (error) {
    // What a killed supervisor left behind is no lab, and neither is a stranger that now has its port.
    if (error instanceof LabError && error.code === "already-running") throw error;
  }
}

function builtProcessesDirectory(): string {
  // Built, this module is dist/index.js; run from its source, it is src/start-lab.ts.
  const candidates = ["./processes/", "../dist/processes/"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((directory) => existsSync(join(directory, "supervisor.js")));
  if (found !== undefined) return found;
  throw new LabError(
    "not-built",
    "The lab's processes are not built. Build them with: pnpm --filter @plimsoll/lab build",
  );
}

function checkPortBase(portBase: number): number {
  if (Number.isInteger(portBase) && portBase >= 1024 && portBase <= 65_535 - PORT_SPAN) return portBase;
  throw new LabError(
    "invalid-input",
    `Port base ${portBase}: expected a whole number from 1024 to ${65_535 - PORT_SPAN}.`,
  );
}

function checkRate(requestsPerSecond: number): number {
  if (requestsPerSecond >= 0 && requestsPerSecond <= 1_000) return requestsPerSecond;
  throw new LabError("invalid-input", `${requestsPerSecond} requests per second: expected a number from 0 to 1000.`);
}
