import { findBinary } from "./find-binary.ts";
import { runCommand } from "../run-command.ts";

/** The docker client, when an engine answers it. A client without an engine is common, and no use. */
export async function dockerWithEngine(): Promise<string | undefined> {
  const docker = findBinary(["docker"]);
  if (docker === undefined) return undefined;
  const version = await runCommand(docker, ["version", "--format", "{{.Server.Version}}"], { timeoutMs: 5_000 });
  return version.code === 0 ? docker : undefined;
}
