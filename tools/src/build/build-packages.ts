import { runCommand } from "../run-command.ts";
import { seconds } from "../progress.ts";

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
  const args = ["run", "build", "--ui=stream", "--output-logs=full", "--log-order=stream", "--no-update-notifier"];
  const outcome = await runCommand("turbo", [...args, ...filters.map((filter) => `--filter=${filter}`)], {
    onOutput,
    env: { FORCE_COLOR: "0", NO_COLOR: "1" },
  });
  if (outcome.code !== 0) return { kind: "failed", log: outcome.output };
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
