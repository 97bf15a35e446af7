import { readFileSync } from "node:fs";
import { loadavg } from "node:os";

// Linux counts in these steps for every program, whatever the kernel's own clock does.
const TICKS_PER_SECOND = 100;

/** What a process has cost so far. */
export type ProcessUsage = {
  /** User and system time of all its threads, and of the children that it has waited for. */
  readonly cpuSeconds: number;
  /** Memory that is resident now, in bytes. */
  readonly residentBytes: number;
};

/** Reads a running process's cost from /proc; throws where there is no /proc or no such process. */
export function processUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in parentheses, may hold spaces; the third field follows it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(resident ?? Number.NaN) * 1_024 };
}

/** How many threads wanted a processor, over the last one and five minutes: what else the machine did. */
export function loadWords(): string {
  const [oneMinute = 0, fiveMinutes = 0] = loadavg();
  return `${oneMinute.toFixed(1)} over 1 min, ${fiveMinutes.toFixed(1)} over 5 min`;
}
