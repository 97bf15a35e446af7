import type { Server } from "node:http";
import type { AccessLog } from "../http/access-log.js";
import { listen } from "../http/observed-server.js";
import type { ChildReport } from "./child-protocol.js";

/** Reads the configuration that the supervisor put on the command line. */
export function readChildConfig<Config>(): Config {
  const text = process.argv[2];
  if (text === undefined) {
    console.error("This is a part of the lab and is started by its supervisor. Run `plimsoll lab up`.");
    process.exit(2);
  }
  return JSON.parse(text) as Config;
}

/** Tells the supervisor something; when it is gone, so is the reason to. */
export function report(message: ChildReport): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Listens, says so, and sees to it that the process ends with its supervisor. */
export async function runChild(options: {
  readonly name: string;
  readonly port: number;
  readonly server: Server;
  readonly accessLog: AccessLog;
}): Promise<void> {
  process.title = `plimsoll-lab ${options.name}`;
  const end = (): void => {
    options.accessLog.flush();
    process.exit(0);
  };
  // Ctrl-C reaches the whole group; the supervisor decides in which order its children go.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", end);
  process.on("disconnect", end);
  try {
    await listen(options.server, options.port);
  } catch (error) {
    report({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
    console.error(error);
    process.exitCode = 1;
    process.disconnect();
    return;
  }
  report({ type: "ready" });
}
