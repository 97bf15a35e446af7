import type { Io, Sink } from "./io.js";
import { run } from "./run.js";

/** Runs this process's command line; the exit code is set, and the process ends when nothing is left to do. */
export async function main(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads has gone (`| head`): nothing is left to say.
    stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 3));
  }
  process.exitCode = await run(process.argv.slice(2), processIo());
}

function processIo(): Io {
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  return {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    env: process.env,
    ...(canAsk ? { ask: askOnTerminal, askSecret: askUnseen } : {}),
    ...(process.stdin.isTTY
      ? {}
      : { readInput: async () => (await import("node:stream/consumers")).text(process.stdin) }),
    listenForStop,
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY, columns: stream.columns };
}

function askOnTerminal(question: string): Promise<string> {
  return askLine(question, process.stderr).then((answer) => answer.trim());
}

/** The question is shown, and nothing of what is typed. */
async function askUnseen(question: string): Promise<string> {
  const { Writable } = await import("node:stream");
  process.stderr.write(question);
  const answer = await askLine("", new Writable({ write: (_chunk, _encoding, done) => done() }));
  process.stderr.write("\n");
  return answer;
}

async function askLine(question: string, output: NodeJS.WritableStream): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // Ctrl-C and Ctrl-D at a question leave without a word, as everywhere.
  lines.on("SIGINT", () => process.exit(130));
  lines.on("close", () => {
    if (!answered) process.exit(130);
  });
  let answered = false;
  const answer = await lines.question(question);
  answered = true;
  lines.close();
  return answer;
}

function listenForStop(): AbortSignal {
  const controller = new AbortController();
  const hear = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143);
    controller.abort();
  };
  process.on("SIGINT", hear);
  process.on("SIGTERM", hear);
  return controller.signal;
}
