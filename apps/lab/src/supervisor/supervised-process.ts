import { fork, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { ProcessStatus } from "../control-protocol.js";
import { LabError } from "../lab-error.js";
import type { ChildOrder, ChildReport } from "../processes/child-protocol.js";
import { backoffMs, STABLE_AFTER_MS } from "./backoff.js";

/** What a supervised process is started from. */
export type SupervisedProcessOptions = {
  readonly name: string;
  readonly port: number;
  readonly script: string;
  /** Goes to the process as JSON; asked anew for every start. */
  readonly config: () => object;
  readonly logPath: string;
  /** Hears what the process says; `ready` comes after every start. */
  readonly onReport: (report: ChildReport) => void;
};

// After a polite signal; the processes of the lab end at once unless something is very wrong.
const PATIENCE_MS = 3_000;
// Seventeen small processes share a machine with everything else.
const NODE_FLAGS = ["--max-old-space-size=64", "--max-semi-space-size=1"];

/** Keeps one process alive: restarts what dies unasked, and leaves down what shall be down. */
export class SupervisedProcess {
  readonly #options: SupervisedProcessOptions;
  #child: ChildProcess | undefined;
  #wanted: "up" | "down" | "crashed" = "down";
  #state: ProcessStatus["state"] = "stopped";
  #sinceMs = Date.now();
  #restarts = 0;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #startFailure: string | undefined;
  readonly #waiters = new Set<() => void>();

  constructor(options: SupervisedProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  status(): ProcessStatus {
    const { name, port } = this.#options;
    const pid = this.#child?.pid;
    return {
      name,
      ...(pid === undefined ? {} : { pid }),
      port,
      state: this.#state,
      since: new Date(this.#sinceMs).toISOString(),
      restarts: this.#restarts,
    };
  }

  /** Starts the process if it is not up; resolves once it listens, rejects when it ends before that. */
  async start(): Promise<void> {
    if (this.#wanted !== "up") {
      this.#wanted = "up";
      this.#attempt = 0;
      if (this.#child === undefined) this.#spawn();
    }
    await this.#until(() => this.#state !== "starting");
    if (this.#state !== "running") {
      const reason = this.#startFailure ?? "it ended before it listened";
      throw new LabError("start-failed", `${this.name} did not start: ${reason}. See ${this.#options.logPath}.`);
    }
  }

  /** Kills the process as a crash would and holds it down until the next start. */
  async crash(): Promise<void> {
    await this.#end("crashed", "SIGKILL");
  }

  /** Ends the process politely, then by force, and holds it down. */
  async stop(): Promise<void> {
    const force = setTimeout(() => this.#child?.kill("SIGKILL"), PATIENCE_MS);
    await this.#end("down", "SIGTERM");
    clearTimeout(force);
  }

  send(order: ChildOrder): void {
    if (this.#child?.connected === true) this.#child.send(order, () => undefined);
  }

  async #end(wanted: "down" | "crashed", signal: NodeJS.Signals): Promise<void> {
    this.#wanted = wanted;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#child === undefined) this.#enter(wanted === "crashed" ? "crashed" : "stopped");
    else this.#child.kill(signal);
    await this.#until(() => this.#child === undefined);
  }

  #spawn(): void {
    this.#startFailure = undefined;
    const log = openSync(this.#options.logPath, "a", 0o600);
    const child = fork(this.#options.script, [JSON.stringify(this.#options.config())], {
      execArgv: NODE_FLAGS,
      env: childEnvironment(),
      stdio: ["ignore", log, log, "ipc"],
    });
    closeSync(log);
    this.#child = child;
    this.#enter("starting");
    child.on("message", (report: ChildReport) => {
      if (report.type === "failed") this.#startFailure = report.reason;
      if (report.type === "ready") this.#enter("running");
      this.#options.onReport(report);
    });
    child.once("error", (error) => {
      this.#startFailure = error.message;
      if (child.pid === undefined) this.#ended(child);
    });
    child.once("exit", () => this.#ended(child));
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#wanted === "crashed") return this.#enter("crashed");
    if (this.#wanted === "down") return this.#enter("stopped");
    if (this.#state === "running" && Date.now() - this.#sinceMs >= STABLE_AFTER_MS) this.#attempt = 0;
    this.#enter("restarting");
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.#spawn();
    }, backoffMs(this.#attempt));
    this.#attempt += 1;
  }

  #enter(state: ProcessStatus["state"]): void {
    this.#state = state;
    this.#sinceMs = Date.now();
    for (const waiter of this.#waiters) waiter();
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
    });
  }
}

/** The few variables that Node itself may need; what else the user's shell holds is not the lab's to see. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const names = ["PATH", "TMPDIR", "TEMP", "TZ", "SystemRoot"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
