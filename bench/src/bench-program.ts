import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/src/repository.ts";
import { bundleProgram } from "../../tools/src/bundle-program.ts";

/** A program of the benchmarks that runs in a process of its own. */
export type RunningProgram = {
  readonly pid: number;
  /** What it said first: usually its address. */
  readonly greeting: string;
  /** Asks for one thing and waits for the answer. */
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** How a program is started. */
export type ProgramOptions = { readonly args?: readonly string[] };

/** Programs of `bench/src`, each bundled once, that end with whoever started them. */
export type ProgramStarter = {
  start(name: string, options?: ProgramOptions): Promise<RunningProgram>;
  /** Stops what still runs, and removes the bundles. */
  close(): Promise<void>;
};

/** Makes a starter whose bundles lie beside the benchmark's own. */
export function createProgramStarter(): ProgramStarter {
  const folder = join(repositoryRoot, "bench", "temp", `programs-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const bundles = new Map<string, Promise<string>>();
  const running = new Set<RunningProgram>();
  const bundled = (name: string): Promise<string> => {
    const known = bundles.get(name);
    if (known !== undefined) return known;
    const outfile = join(folder, `${name}.mjs`);
    const source = { kind: "file", path: join(repositoryRoot, "bench", "src", `${name}.ts`) } as const;
    const made = bundleProgram(source, outfile).then(() => outfile);
    bundles.set(name, made);
    return made;
  };
  return {
    async start(name, { args = [] } = {}) {
      const script = await bundled(name);
      const program = await greeted(
        name,
        fork(script, [...args], { execArgv: [...profileFlags()], stdio: ["ignore", "ignore", "pipe", "ipc"] }),
      );
      running.add(program);
      return program;
    },
    async close() {
      await Promise.all([...running].map((program) => program.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// `PLIMSOLL_BENCH_PROFILE=<folder>` writes a processor profile of every program there as it ends.
function profileFlags(): readonly string[] {
  const folder = process.env["PLIMSOLL_BENCH_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

async function greeted(name: string, child: ChildProcess): Promise<RunningProgram> {
  // Notifications and warnings go here too; they are shown only when it ends before its time.
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4_000);
  });
  const exited = once(child, "exit");
  const early = exited.then(([code]) => {
    throw new Error(
      `the program ${name} ended with ${String(code)} before it said that it was ready; its last words: ${words}`,
    );
  });
  const [greeting] = (await Promise.race([once(child, "message"), early])) as [string];
  early.catch(() => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`the program ${name} has no process id`);
  return {
    pid,
    greeting,
    async ask(question) {
      const answer = once(child, "message");
      child.send(question as object);
      const ended = exited.then(() =>
        Promise.reject(new Error(`the program ${name} ended instead of answering; its last words: ${words}`)),
      );
      const [message] = (await Promise.race([answer, ended])) as [unknown];
      ended.catch(() => undefined);
      return message;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 60_000);
      await exited;
      clearTimeout(forced);
    },
  };
}
