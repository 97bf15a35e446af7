import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { startLab, type LabHandle } from "@plimsoll/lab";
import { startService, type RunningService } from "@plimsoll/service";
import { CliError, EXIT } from "../cli-error.js";
import { refuseSecondService } from "../commands/serve.js";
import { labAdapters } from "../config/lab-adapters.js";
import { loadConfig } from "../config/load-config.js";
import { dashboardDirectory } from "../dashboard-directory.js";
import type { Io } from "../io.js";
import { createProgress, type Progress } from "../present/progress.js";
import { paintFor } from "../present/paint.js";
import { untilAborted } from "../until-aborted.js";
import { version } from "../version.js";
import { demoConfig, demoRunbook, pastConfig, type BalancerAddresses, type DemoSettings } from "./demo-config.js";
import { bringInPast } from "./simulated-past.js";

/** How the demo runs. */
export type DemoOptions = {
  readonly stateDirectory: string;
  readonly labStateDirectory: string | undefined;
  readonly labPortBase: number | undefined;
  readonly port: number;
  readonly slice: string;
  readonly pastMs: number;
  readonly keep: boolean;
};

/** The same past for everybody, so that what one person sees another can, too. */
const SEED = 20_261_121;

/** Starts the lab and the service side by side and keeps them running until asked to stop. */
export async function runDemo(options: DemoOptions, io: Io, stop: AbortSignal): Promise<void> {
  await refuseSecondService(options.stateDirectory);
  await checkPort(options.port);
  const progress = createProgress(io);
  const folder = join(options.stateDirectory, "demo");
  let lab: LabHandle | undefined;
  let service: RunningService | undefined;
  try {
    lab = await progress.step("starting the lab: four services, their balancers, and visitors", () =>
      startLab({ stateDirectory: options.labStateDirectory, portBase: options.labPortBase }),
    );
    if (stop.aborted) return;
    const startedAt = new Date();
    await prepare(folder, options, lab, { io, progress });
    if (stop.aborted) return;
    service = await progress.step("starting the service", () => start(folder, options, { io, startedAt }));
    io.stderr.write(welcome(service, folder, options, io));
    await untilAborted(stop);
    io.stderr.write("\nStopping the service and the lab.\n");
  } finally {
    await service?.stop();
    await lab?.down().catch(() => {
      // Ctrl-C reaches every process of a terminal: the lab may be down already, and it ends with this process anyway.
    });
  }
}

type Surroundings = { readonly io: Io; readonly progress: Progress };

/** Makes the demo's folder with its configuration and its past; with `keep`, only the configuration is written anew. */
async function prepare(
  folder: string,
  options: DemoOptions,
  lab: LabHandle,
  { io, progress }: Surroundings,
): Promise<void> {
  const isNew = !options.keep || !existsSync(join(folder, "data"));
  if (isNew) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const settings: DemoSettings = { slice: options.slice, port: options.port };
  const balancers = balancersOf(lab);
  await writeFile(
    join(folder, "plimsoll.yaml"),
    demoConfig({ ...settings, labState: options.labStateDirectory }, balancers),
  );
  await mkdir(join(folder, "runbooks"), { recursive: true });
  await writeFile(join(folder, "runbooks", "bad-deploy.yaml"), demoRunbook(balancers));
  if (!isNew) return;
  // In a folder of its own: a folder is read as one configuration.
  const past = join(folder, "past");
  await mkdir(past);
  const pastPath = join(past, "plimsoll.yaml");
  await writeFile(pastPath, pastConfig(settings));
  const config = await loadConfig(pastPath, io);
  await progress.step(`bringing in ${Math.round(options.pastMs / 86_400_000)} days of simulated past`, () =>
    bringInPast({ config, directory: past, lengthMs: options.pastMs, seed: SEED }),
  );
}

async function start(
  folder: string,
  options: DemoOptions,
  { io, startedAt }: { readonly io: Io; readonly startedAt: Date },
): Promise<RunningService> {
  const config = await loadConfig(join(folder, "plimsoll.yaml"), io);
  const dashboard = dashboardDirectory();
  if (dashboard === undefined) io.stderr.write("  The dashboard is not built, so no pages are served; the API is.\n");
  return startService(config, {
    stateDirectory: options.stateDirectory,
    ...(dashboard === undefined ? {} : { dashboardDirectory: dashboard }),
    version: version(),
    demo: true,
    adapters: [labAdapters],
    notice: pastNotice(options, startedAt),
    logTo: createWriteStream(join(folder, "service.log"), { flags: "a" }),
  });
}

function pastNotice({ keep, pastMs }: DemoOptions, startedAt: Date): string {
  const days = Math.round(pastMs / 86_400_000);
  const since = keep ? "the demo was first started" : `${startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `This is a demo. The ${days} days before ${since} were simulated by the lab's traffic model; everything since is measured.`;
}

function balancersOf(lab: LabHandle): BalancerAddresses {
  const urlOf = (name: keyof BalancerAddresses): string => {
    const service = lab.addresses.services.find((one) => one.name === name);
    if (service === undefined) throw new RangeError(`the lab has no service ${name}`);
    return service.balancer.url;
  };
  return {
    gateway: urlOf("gateway"),
    catalog: urlOf("catalog"),
    checkout: urlOf("checkout"),
    payments: urlOf("payments"),
  };
}

function welcome({ address, signInLink }: RunningService, folder: string, options: DemoOptions, io: Io): string {
  const paint = paintFor(io.stderr, io.env);
  const command = (words: string): string => `  ${paint.cyan(words)}`;
  return [
    "",
    `${paint.bold("Plimsoll runs:")} ${paint.cyan(address)}`,
    pastNotice(options, new Date()),
    "",
    "Break something, in a second terminal:",
    command("pnpm plimsoll lab break payments --errors 40%"),
    "Within two minutes the budget falls and an incident opens. Look at it there or here:",
    command("pnpm plimsoll slo list"),
    command("pnpm plimsoll incident list"),
    "Then let it resolve, which takes a few minutes:",
    command("pnpm plimsoll lab heal"),
    "Or a bad deploy, whoever is on call for it, and the runbook that takes it back:",
    command("pnpm plimsoll lab deploy payments v2 --errors 50%"),
    command("pnpm plimsoll oncall now"),
    command('pnpm plimsoll runbook run bad-deploy --reason "v2 is bad" --follow'),
    ...(signInLink === undefined
      ? []
      : ["Acting in the dashboard needs a sign-in; the first one is yours, within 15 minutes:", command(signInLink)]),
    "",
    `Its configuration is ${join(folder, "plimsoll.yaml")}, its log ${join(folder, "service.log")}. Ctrl-C stops everything.`,
    "",
  ].join("\n");
}

/** Found out before the slow part, not after it. */
function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const words =
        error.code === "EADDRINUSE"
          ? "is in use; stop what uses it, or choose another with --port"
          : `cannot be used (${error.code})`;
      reject(new CliError(EXIT.unavailable, `Port ${port} ${words}.`, error));
    });
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve()));
  });
}
