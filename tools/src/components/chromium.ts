import type { UnavailableComponent } from "./component.ts";
import { EXECUTABLES, findOrInstall } from "./executables.ts";

/** A browser for playwright-core's `chromium.launch({ executablePath, args })`; it runs headless. */
export interface ChromiumExecutable {
  readonly kind: "executable";
  readonly executablePath: string;
  readonly args: readonly string[];
}

// It runs as root in containers (no sandbox there), and must not talk to anybody but the page under test.
const LAUNCH_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

/** Finds or installs Chromium. Each launch wants a user-data folder of its own, which playwright makes by itself. */
export async function chromium(): Promise<ChromiumExecutable | UnavailableComponent> {
  const executable = await findOrInstall(EXECUTABLES.chromium);
  if (executable.kind === "unavailable") return executable;
  return { kind: "executable", executablePath: executable.command, args: LAUNCH_FLAGS };
}
