import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { outcomeOfError, type ProbeAttempt, type ProbeOutcome } from "./probe-outcome.js";
import type { ProcessProbeQuery } from "./probe-query.js";

/** A process as the machine lists it. */
export type RunningProcess = { readonly pid: number; readonly name: string; readonly commandLine: string };

/** Lists the processes that run; zombies do not. */
export type ListProcesses = (signal: AbortSignal) => Promise<readonly RunningProcess[]>;

const READ_AT_ONCE = 64; // more would take many file descriptors
const KERNEL_NAME_LENGTH = 15; // Linux cuts the name in /proc/<pid>/comm

/** Makes an attempt that counts the processes that fit. */
export function processAttempt(query: ProcessProbeQuery, list: ListProcesses = systemProcesses): ProbeAttempt {
  const { minCount = 1 } = query;
  return async (signal) => {
    try {
      const pid = query.pidFile === undefined ? undefined : await readPid(query.pidFile);
      if (typeof pid === "object") return pid;
      const processes = (await list(signal)).filter((process) => fits(query, process, pid));
      const value = processes.length;
      return value >= minCount
        ? { kind: "good", value }
        : { kind: "bad", reason: `${value} processes fit, under ${minCount}`, value };
    } catch (error) {
      const failed = outcomeOfError(error);
      return failed.kind === "unable"
        ? failed
        : { kind: "unable", reason: `the processes cannot be listed: ${failed.kind === "bad" ? failed.reason : ""}` };
    }
  };
}

async function readPid(path: string): Promise<number | ProbeOutcome> {
  try {
    const text = (await readFile(path, "utf8")).trim();
    return /^\d+$/.test(text) ? Number(text) : { kind: "bad", reason: `${path} does not hold a process id`, value: 0 };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A service that is stopped takes its file away.
    if (code === "ENOENT") return { kind: "bad", reason: `${path} is not there`, value: 0 };
    return { kind: "unable", reason: `${path} cannot be read (${code ?? String(error)})` };
  }
}

function fits(
  { name, arguments: wanted }: ProcessProbeQuery,
  process: RunningProcess,
  pid: number | undefined,
): boolean {
  if (pid !== undefined && process.pid !== pid) return false;
  if (name !== undefined && !hasName(process, name)) return false;
  return wanted === undefined || process.commandLine.includes(wanted);
}

function hasName({ name, commandLine }: RunningProcess, wanted: string): boolean {
  const program = basename(commandLine.split(/[\0 ]/, 1)[0] ?? "");
  return (
    name === wanted ||
    program === wanted ||
    (wanted.length > KERNEL_NAME_LENGTH && name === wanted.slice(0, KERNEL_NAME_LENGTH) && program === "")
  );
}

/** Lists this machine's processes: from /proc on Linux, by `ps` elsewhere. */
export const systemProcesses: ListProcesses = (signal) =>
  process.platform === "linux" ? procProcesses() : psProcesses(signal);

async function procProcesses(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const processes: RunningProcess[] = [];
  for (let at = 0; at < pids.length; at += READ_AT_ONCE) {
    const some = await Promise.all(pids.slice(at, at + READ_AT_ONCE).map(procProcess));
    processes.push(...some.filter((one) => one !== undefined));
  }
  return processes;
}

async function procProcess(pid: string): Promise<RunningProcess | undefined> {
  try {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/cmdline`, "utf8"),
    ]);
    // The name stands in brackets and may itself hold brackets and spaces.
    const close = stat.lastIndexOf(")");
    const state = stat[close + 2];
    if (state === "Z" || state === "X") return undefined;
    return {
      pid: Number(pid),
      name: stat.slice(stat.indexOf("(") + 1, close),
      commandLine: commandLine.replaceAll("\0", " ").trim(),
    };
  } catch (error) {
    if (["EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return undefined; // it ended while it was looked at
  }
}

async function psProcesses(signal: AbortSignal): Promise<readonly RunningProcess[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,stat=,comm=,args="], {
    signal,
    maxBuffer: 33_554_432,
  });
  return parsePs(stdout);
}

/** Reads what `ps -o pid=,stat=,comm=,args=` writes. */
export function parsePs(text: string): readonly RunningProcess[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null || match[2]?.startsWith("Z") === true) return [];
    return [{ pid: Number(match[1]), name: basename(match[3] ?? ""), commandLine: match[4] ?? "" }];
  });
}
