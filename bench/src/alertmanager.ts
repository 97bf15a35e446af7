import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { findOrInstall } from "../../tools/src/components/executables.ts";
import { freePort } from "../../tools/src/components/free-port.ts";

/** A real Alertmanager to measure beside, or why there is none. */
export type BenchAlertmanager =
  | { readonly kind: "running"; readonly url: string; stop(): Promise<void> }
  | { readonly kind: "unavailable"; readonly reason: string };

const READY_WITHIN_MS = 30_000;
const CONFIGURATION = `route: { receiver: nobody, group_by: [alertname, cluster] }
receivers: [{ name: nobody }]
`;

/** Starts Debian's Alertmanager, found or installed, alone and with a receiver that tells nobody. */
export async function startAlertmanager(): Promise<BenchAlertmanager> {
  const executable = await findOrInstall({
    component: "Alertmanager",
    binaries: ["prometheus-alertmanager", "alertmanager"],
    variable: "TEST_ALERTMANAGER_BINARY",
    debianPackage: "prometheus-alertmanager",
  });
  if (executable.kind === "unavailable") return executable;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-alertmanager-"));
  writeFileSync(join(folder, "alertmanager.yml"), CONFIGURATION);
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    executable.command,
    [
      ...executable.leadingArguments,
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=${url.slice("http://".length)}`,
      "--cluster.listen-address=",
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit").catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = performance.now() + READY_WITHIN_MS; performance.now() < deadline && child.exitCode === null;) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    await ready?.arrayBuffer();
    if (ready?.ok === true) return { kind: "running", url, stop };
    await delay(50);
  }
  await stop();
  return { kind: "unavailable", reason: `Alertmanager did not become ready at ${url}` };
}
