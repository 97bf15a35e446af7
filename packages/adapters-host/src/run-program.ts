import { spawn, type ChildProcess } from "node:child_process";
import type { CancelSignal, CommandCall } from "@plimsoll/core";
import type { Redactor } from "./redactor.js";

/** One program to be run. */
export type ProgramOrder = {
  readonly call: CommandCall;
  /** The whole environment that it sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly cancel?: CancelSignal | undefined;
  readonly redact: Redactor;
};

/** How a program ended. `output` is the end of what it printed, without secrets. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number; readonly output: string }
  | { readonly kind: "killed"; readonly why: string; readonly output: string }
  | { readonly kind: "not-started"; readonly reason: string };

/** What a person reads of a program's output; the end tells what went wrong. */
const MOST_OUTPUT = 8_192; // characters
/** Between a polite end and one by force. */
const GRACE_MS = 2_000;

/**
 * Runs a program by its argument list in a process group of its own, and ends the whole group at the timeout, when
 * cancelled, and once the program itself has ended. Never throws.
 */
export function runProgram(order: ProgramOrder): Promise<ProgramEnd> {
  const { call, cancel, environment, redact, timeoutMs } = order;
  const [program, ...rest] = call.shell ? ["/bin/sh", "-c", call.arguments.join(" ")] : call.arguments;
  return new Promise((resolve) => {
    if (cancel?.aborted === true) return resolve({ kind: "not-started", reason: "it was cancelled" });
    const tail = createTail(redact);
    let child: ChildProcess;
    try {
      child = spawn(program, rest, {
        env: { ...environment },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        ...(call.directory === undefined ? {} : { cwd: call.directory }),
      });
    } catch (error) {
      return resolve({ kind: "not-started", reason: codeOf(error) });
    }
    let why: string | undefined;
    let force: NodeJS.Timeout | undefined;
    const end = (reason: string): void => {
      why ??= reason;
      signalGroup(child, "SIGTERM");
      force ??= setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
    };
    const timer = setTimeout(() => end(`it did not end within ${timeoutMs} ms`), timeoutMs);
    const onCancel = (): void => end("it was cancelled");
    cancel?.addEventListener("abort", onCancel);
    const finish = (result: ProgramEnd): void => {
      clearTimeout(timer);
      clearTimeout(force);
      cancel?.removeEventListener("abort", onCancel);
      resolve(result);
    };
    child.stdout?.on("data", tail.add);
    child.stderr?.on("data", tail.add);
    child.once("error", (error) => finish({ kind: "not-started", reason: codeOf(error) }));
    // What it started and left behind holds its output open, and has to go too.
    child.once("exit", () => signalGroup(child, "SIGKILL"));
    child.once("close", (code, signal) => {
      const output = tail.text();
      if (why !== undefined) return finish({ kind: "killed", why, output });
      if (code === null) return finish({ kind: "killed", why: `${signal ?? "a signal"} ended it`, output });
      finish({ kind: "exited", code, output });
    });
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}

/** Keeps the end of an output, and no part of a secret that the cut went through. */
function createTail(redact: Redactor): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  const keep = MOST_OUTPUT + redact.longest;
  let kept = Buffer.alloc(0);
  let isCut = false;
  return {
    add: (chunk) => {
      kept = Buffer.concat([kept, chunk]);
      // A character is at most four bytes.
      if (kept.length <= 4 * keep) return;
      kept = kept.subarray(kept.length - 4 * keep);
      isCut = true;
    },
    text: () => {
      const clean = redact(kept.toString("utf8"));
      return (isCut ? clean.slice(redact.longest) : clean).slice(-MOST_OUTPUT).trimEnd();
    },
  };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "it could not be started";
}
