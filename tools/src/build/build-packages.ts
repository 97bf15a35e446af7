import { findBinary } from "../components/find-binary.ts";
import { pnpmCommand } from "../pnpm-command.ts";
import { seconds } from "../progress.ts";
import { runCommand } from "../run-command.ts";

/** How a build ended. */
export type BuildOutcome = { readonly kind: "built" } | { readonly kind: "failed"; readonly log: string };

/** A line of turbo's stream: `@plimsoll/core:build: ESM dist/index.js`. */
const TASK_LINE = /^(?:\[[^\]]*\] )?(@[\w/-]+|[\w-]+):build: (.*)$/;

/**
 * Builds packages with turbo, which skips what has not changed. One line per package is shown, and turbo's own log only on failure.
 * @param filters turbo filters such as `@plimsoll/cli...`; none means everything
 */
export async function buildPackages(filters: readonly string[] = []): Promise<BuildOutcome> {
  const started = performance.now();
  const startedTasks = new Map<string, number>();
  let rest = "";
  const onOutput = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) showTask(line, startedTasks);
  };
  const turbo = [
    "turbo",
    "run",
    "build",
    "--ui=stream",
    "--output-logs=full",
    "--log-order=stream",
    "--no-update-notifier",
  ];
  // turbo calls pnpm, which is on PATH in a script of pnpm's, and may not be in one that was called by itself.
  const command = findBinary(["pnpm"]) === undefined ? [...pnpmCommand(), "exec", ...turbo] : turbo;
  const [program = "turbo", ...args] = [...command, ...filters.map((filter) => `--filter=${filter}`)];
  const outcome = await runCommand(program, args, { onOutput, env: { FORCE_COLOR: "0", NO_COLOR: "1" } });
  if (outcome.code !== 0) return { kind: "failed", log: outcome.output };
  if (filters.length === 0 && startedTasks.size === 0)
    return { kind: "failed", log: `${outcome.output}\nturbo built nothing.` };
  process.stderr.write(`  ${startedTasks.size} packages are built (${seconds(performance.now() - started)})\n`);
  return { kind: "built" };
}

function showTask(line: string, startedTasks: Map<string, number>): void {
  const [, name, words] = TASK_LINE.exec(line) ?? [];
  if (name === undefined || words === undefined || startedTasks.has(name)) return;
  startedTasks.set(name, performance.now());
  // What comes from the cache takes no time and needs no line.
  if (!words.startsWith("cache hit")) process.stderr.write(`  building ${name}\n`);
}

/**
 * Builds, or ends this process with turbo's log: for gates that judge what is built. Nothing is built with `--no-build`, or where
 * PLIMSOLL_BUILT says that all is: gates that run beside each other must not write what the other reads.
 */
export async function buildOrExit(filters: readonly string[] = []): Promise<void> {
  if (process.argv.includes("--no-build") || process.env["PLIMSOLL_BUILT"] === "1") return;
  const outcome = await buildPackages(filters);
  if (outcome.kind === "built") return;
  console.error(`${outcome.log}\nThe build failed.`);
  process.exit(1);
}
