import { spawn } from "node:child_process";
import { repositoryRoot, toolEnvironment } from "./pinned-node.mjs";

/** How a command ended, with everything it wrote. */
export interface CommandOutcome {
  /** The exit code; 128 and more when a signal ended it, 127 when it could not be started. */
  readonly code: number;
  readonly output: string;
  readonly stdout: string;
}

/** What a command is run with; `onOutput` sees the output as it comes. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onOutput?: (text: string) => void;
  readonly timeoutMs?: number;
}

/** Runs a command to its end under the pinned Node's PATH; never throws, never reads stdin. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? repositoryRoot,
      env: toolEnvironment(options.env),
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: "SIGKILL" as const }),
    });
    let output = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      options.onOutput?.(text);
    });
    child.on("error", (error) => resolve({ code: 127, output: `${output}${command}: ${error.message}\n`, stdout }));
    child.on("close", (code) => resolve({ code: code ?? 137, output, stdout }));
  });
}
