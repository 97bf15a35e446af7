// Starts a tool under the repository's own Node, whatever Node the caller has.
// Plain JavaScript without dependencies: this is the one file that must run on Node 20.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const executableName = process.platform === "win32" ? "node.exe" : "node";
const pinnedNode = join(repositoryRoot, "node_modules", "node", "bin", executableName);

/**
 * The environment every child gets: the repository's binaries first on PATH, what Node compiled kept for the next of many
 * short processes, and no telemetry.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(extra = {}) {
  const binaries = join(repositoryRoot, "node_modules", ".bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== binaries);
  return {
    ...process.env,
    PATH: [binaries, ...path].join(delimiter),
    NODE_COMPILE_CACHE: join(repositoryRoot, "node_modules", ".cache", "compiled"),
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    ...extra,
  };
}

/**
 * Runs a script of this repository under the pinned Node and ends this process as the script ended.
 * @param {string} script path relative to the repository's root
 * @param {readonly string[]} args
 * @param {readonly string[]} [nodeFlags]
 */
export function runUnderPinnedNode(script, args, nodeFlags = []) {
  if (!existsSync(pinnedNode)) {
    console.error(`Node 24 is not installed at ${pinnedNode}: run \`npx -y pnpm@10.34.9 install\` first.`);
    process.exit(3);
  }
  const child = spawn(pinnedNode, [...nodeFlags, join(repositoryRoot, script), ...args], {
    stdio: "inherit",
    env: toolEnvironment(),
  });
  // A terminal sends its signals to the whole group; a supervisor sends them to this process alone.
  /** @type {readonly NodeJS.Signals[]} */
  const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of forwarded) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`${script} could not be started with ${pinnedNode}: ${error.message}`);
    process.exit(3);
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : signal === "SIGINT" ? 130 : 143);
  });
}
