import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { unavailable, type RunningServer, type UnavailableComponent } from "./component.ts";
import { EXECUTABLES, findOrInstall } from "./executables.ts";
import { freePort } from "./free-port.ts";
import { runCommand } from "../run-command.ts";

/** What a test wants of its own Prometheus. */
export interface PrometheusOptions {
  /** The text of prometheus.yml; rule files may be named relative to it. Without it, a server that scrapes nothing. */
  readonly config?: string;
  /** Further files beside prometheus.yml, by name: rules, targets. */
  readonly files?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/** A Prometheus of the test's own, with the folder its configuration lies in. */
export interface RunningPrometheus extends RunningServer {
  /** The server's process id, for measuring; not there when the server is somebody else's. */
  readonly pid?: number;
}

const READY_WITHIN_MS = 30_000;
const EMPTY_CONFIG = "global: { scrape_interval: 1s }\n";

/**
 * Starts a Prometheus on a free port of loopback with a folder of its own.
 * TEST_PROMETHEUS_URL is taken only by tests that bring no configuration: nobody else's server would have it.
 */
export async function prometheus(options: PrometheusOptions = {}): Promise<RunningPrometheus | UnavailableComponent> {
  const url = process.env["TEST_PROMETHEUS_URL"];
  if (url !== undefined && url !== "" && options.config === undefined) {
    return { kind: "running", url: url.replace(/\/$/, ""), origin: "environment", stop: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-prometheus-"));
  const executable = await findOrInstall(EXECUTABLES.prometheus, folder);
  if (executable.kind === "unavailable") {
    rmSync(folder, { recursive: true, force: true });
    return executable;
  }
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "prometheus.yml"), options.config ?? EMPTY_CONFIG);
  const port = await freePort();
  const child = spawn(
    executable.command,
    [
      ...executable.leadingArguments,
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
      ...(options.flags ?? []),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const server = await untilReady(child, `http://127.0.0.1:${port}`, folder);
  if (server.kind === "unavailable") return server;
  return { ...server, origin: executable.origin, ...(child.pid === undefined ? {} : { pid: child.pid }) };
}

async function untilReady(
  child: ChildProcess,
  url: string,
  folder: string,
): Promise<Omit<RunningServer, "origin"> | UnavailableComponent> {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4_000);
  });
  const life = { ended: false };
  const ended = new Promise<void>((resolve) => {
    const end = (remark: string) => {
      words += remark;
      life.ended = true;
      resolve();
    };
    child.once("exit", () => end(""));
    child.once("error", (error) => end(error.message));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(forced);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!life.ended && performance.now() < deadline) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok === true) return { kind: "running", url, stop };
    await delay(50);
  }
  await stop();
  return unavailable("Prometheus", `it did not become ready at ${url}; its last words: ${words.trim() || "none"}`);
}

/** How promtool judged; `output` is what it wrote. */
export interface PromtoolVerdict {
  readonly kind: "judged";
  readonly accepted: boolean;
  readonly output: string;
}

/** Runs `promtool <args>` in a folder that holds `files`, named in the arguments by `./name`. */
export async function promtool(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<PromtoolVerdict | UnavailableComponent> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-promtool-"));
  try {
    const executable = await findOrInstall(EXECUTABLES.promtool, folder);
    if (executable.kind === "unavailable") return executable;
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const absolute = args.map((arg) => (arg.startsWith("./") ? join(folder, arg) : arg));
    const { code, output } = await runCommand(executable.command, [...executable.leadingArguments, ...absolute], {
      cwd: folder,
    });
    return { kind: "judged", accepted: code === 0, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
