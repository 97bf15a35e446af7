import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../run-command.ts";
import { withFolderLock } from "./folder-lock.ts";

/** What became of an installation; `reason` carries apt's own last words. */
export type AptOutcome = { readonly kind: "installed" } | { readonly kind: "not-installed"; readonly reason: string };

const UPDATE_VALID_MS = 60 * 60 * 1000; // One `apt-get update` an hour is enough.
const POLICY_FILE = "/usr/sbin/policy-rc.d";

/** Whether packages can be installed here without asking anybody; the reason when not. */
export function aptObstacle(): string | undefined {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) return "there is no apt-get on this system";
  if (process.getuid?.() !== 0) return "apt-get needs root, and this runs as another user";
  return undefined;
}

/**
 * Installs Debian packages once, however many processes ask at the same time. Silent unless it fails.
 * `isInstalled` is asked again under the lock, so that those who waited do not install twice.
 */
export async function aptInstall(packages: readonly string[], isInstalled: () => boolean): Promise<AptOutcome> {
  const obstacle = aptObstacle();
  if (obstacle !== undefined) return { kind: "not-installed", reason: obstacle };
  return withFolderLock(join(tmpdir(), "plimsoll-apt.lock"), async () => {
    if (isInstalled()) return { kind: "installed" };
    await updateListsOnce();
    const installed = await withServicesHeldBack(() =>
      apt(["install", "--yes", "--no-install-recommends", ...packages]),
    );
    if (installed.code === 0 && isInstalled()) return { kind: "installed" };
    const words = lastLines(installed.output) || "it ended well, but the program is not there";
    return { kind: "not-installed", reason: `apt-get install ${packages.join(" ")} failed: ${words}` };
  });
}

async function updateListsOnce(): Promise<void> {
  const stamp = join(tmpdir(), "plimsoll-apt.updated");
  if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < UPDATE_VALID_MS) return;
  const updated = await apt(["update"]);
  if (updated.code === 0) writeFileSync(stamp, "");
  // Not fatal: the lists that are there may do. What is missing then, the installation names.
  else process.stderr.write(`apt-get update failed:\n${lastLines(updated.output)}\n`);
}

function apt(args: readonly string[]) {
  return runCommand("/usr/bin/apt-get", ["--quiet=2", "-o", "DPkg::Lock::Timeout=300", ...args], {
    env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
  });
}

/** Debian starts a server when its package is installed; a test wants the program only. policy-rc.d is Debian's own way to say so. */
async function withServicesHeldBack<T>(work: () => Promise<T>): Promise<T> {
  if (existsSync(POLICY_FILE)) return work();
  writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(POLICY_FILE, { force: true });
  }
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-15).join("\n");
}
