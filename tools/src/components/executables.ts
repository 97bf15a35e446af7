import { aptInstall, aptObstacle } from "./apt.ts";
import { unavailable, type Executable, type UnavailableComponent } from "./component.ts";
import { dockerWithEngine } from "./docker.ts";
import { findBinary } from "./find-binary.ts";

/** How one program can be come by. A table, so that one can read what is tried and in which order. */
export interface ExecutableSource {
  readonly component: string;
  /** Names on PATH, the preferred one first. */
  readonly binaries: readonly string[];
  /** An environment variable that names the program outright. */
  readonly variable: string;
  readonly debianPackage: string;
  readonly docker?: { readonly image: string; readonly entrypoint: string };
}

const PROMETHEUS_IMAGE = "prom/prometheus:v2.42.0"; // The version Debian 12 has, so that both ways test the same server.

/** Every program that tests may ask for. */
export const EXECUTABLES = {
  prometheus: {
    component: "Prometheus",
    binaries: ["prometheus"],
    variable: "TEST_PROMETHEUS_BINARY",
    debianPackage: "prometheus",
    docker: { image: PROMETHEUS_IMAGE, entrypoint: "/bin/prometheus" },
  },
  promtool: {
    component: "promtool",
    binaries: ["promtool"],
    variable: "TEST_PROMTOOL_BINARY",
    debianPackage: "prometheus",
    docker: { image: PROMETHEUS_IMAGE, entrypoint: "/bin/promtool" },
  },
  chromium: {
    component: "Chromium",
    binaries: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    variable: "TEST_CHROMIUM_BINARY",
    debianPackage: "chromium",
  },
} as const satisfies Readonly<Record<string, ExecutableSource>>;

/** The name of a program that tests may ask for. */
export type ExecutableName = keyof typeof EXECUTABLES;

/** Finds a program, or installs it: by variable, on PATH, in Docker where an engine runs, else by apt as root. */
export async function findOrInstall(
  source: ExecutableSource,
  sharedFolder?: string,
  install: typeof aptInstall = aptInstall,
): Promise<Executable | UnavailableComponent> {
  const named = process.env[source.variable];
  if (named !== undefined && named !== "") {
    return { kind: "executable", command: named, leadingArguments: [], origin: "environment" };
  }
  const onPath = findBinary(source.binaries);
  if (onPath !== undefined) return { kind: "executable", command: onPath, leadingArguments: [], origin: "path" };
  const docker = source.docker === undefined ? undefined : await dockerWithEngine();
  if (docker !== undefined && source.docker !== undefined) {
    return { ...dockerRun(docker, source.docker, sharedFolder), origin: "docker" };
  }
  const outcome = await install([source.debianPackage], () => findBinary(source.binaries) !== undefined);
  const installed = findBinary(source.binaries);
  if (outcome.kind === "installed" && installed !== undefined) {
    return { kind: "executable", command: installed, leadingArguments: [], origin: "apt" };
  }
  const reason = outcome.kind === "installed" ? "it was installed and is not on PATH" : outcome.reason;
  return unavailable(
    source.component,
    `${source.binaries[0]} is not on PATH, no Docker engine can run it, and ${reason}`,
  );
}

/** Whether `findOrInstall` would have to install, and can; asked before the tests, so that none times out in an installation. */
export async function needsInstallation(source: ExecutableSource): Promise<boolean> {
  if (process.env[source.variable] || findBinary(source.binaries) !== undefined || aptObstacle() !== undefined)
    return false;
  return source.docker === undefined || (await dockerWithEngine()) === undefined;
}

function dockerRun(
  docker: string,
  { image, entrypoint }: { readonly image: string; readonly entrypoint: string },
  sharedFolder: string | undefined,
): Omit<Executable, "origin"> {
  // The host's network, so that what runs inside reaches the test's servers on loopback, and the other way round.
  const user = process.getuid === undefined ? [] : ["--user", `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const volume = sharedFolder === undefined ? [] : ["--volume", `${sharedFolder}:${sharedFolder}`];
  const leadingArguments = [
    "run",
    "--rm",
    "--init",
    "--network",
    "host",
    ...user,
    ...volume,
    "--entrypoint",
    entrypoint,
    image,
  ];
  return { kind: "executable", command: docker, leadingArguments };
}
