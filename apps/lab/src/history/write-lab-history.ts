import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { percentText } from "../fault.js";
import { LabError } from "../lab-error.js";
import { DEFAULT_REQUESTS_PER_SECOND } from "../start-lab.js";
import { LAB_SERVICES, type ServiceName } from "../topology.js";
import { createSeededRandom } from "./seeded-random.js";
import { drawStep, placeOutages, type PastOutage } from "./traffic-model.js";

/** Which past to make up, and where to put it. */
export type LabHistoryOptions = {
  /** Is made if it is not there; files of the same names are written over. */
  readonly directory: string;
  readonly from: Date;
  /** The end of the last whole step is at or before this. */
  readonly to: Date;
  /** 300 unless said. */
  readonly stepSeconds?: number | undefined;
  /** A whole number; the same options and seed write the same bytes. */
  readonly seed: number;
  /** The average over a week; the load generator's default unless said. */
  readonly requestsPerSecond?: number | undefined;
};

/** One service's past, as it was written. */
export type LabHistoryFile = {
  readonly service: ServiceName;
  readonly path: string;
  readonly lines: number;
  readonly good: number;
  readonly total: number;
};

/** What was written. */
export type LabHistory = {
  readonly files: readonly LabHistoryFile[];
  readonly readmePath: string;
  readonly outages: readonly PastOutage[];
};

// 31 days in steps of one second is 2.7 million lines; more is a slip of the hand.
const MOST_STEPS = 3_000_000;

/** Writes a simulated past, one NDJSON snapshot file per service, with a README that says that it is simulated. */
export function writeLabHistory(options: LabHistoryOptions): LabHistory {
  const { directory, from, seed } = options;
  const stepSeconds = options.stepSeconds ?? 300;
  const requestsPerSecond = options.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND;
  const steps = countSteps(from, options.to, stepSeconds, seed);
  const to = new Date(from.getTime() + steps * stepSeconds * 1_000);
  const random = createSeededRandom(seed);
  const outages = placeOutages(from, to, random);
  const pages = LAB_SERVICES.map(({ name }) => ({ service: name, lines: [] as string[], good: 0, total: 0 }));
  for (let step = 0; step < steps; step += 1) {
    const startMs = from.getTime() + step * stepSeconds * 1_000;
    const counts = drawStep({ startMs, seconds: stepSeconds, requestsPerSecond, outages, random });
    const at = new Date(startMs + stepSeconds * 1_000).toISOString();
    for (const page of pages) {
      const { good, total } = counts[page.service];
      page.lines.push(JSON.stringify({ at, service: page.service, good, total, node: "lab", seconds: stepSeconds }));
      page.good += good;
      page.total += total;
    }
  }
  const files = pages.map(({ service, lines, good, total }): LabHistoryFile & { readonly text: string } => ({
    service,
    path: join(directory, `${service}.ndjson`),
    lines: lines.length,
    good,
    total,
    text: `${lines.join("\n")}\n`,
  }));
  const readmePath = join(directory, "README.md");
  try {
    mkdirSync(directory, { recursive: true });
    for (const { path, text } of files) writeFileSync(path, text);
    writeFileSync(readmePath, readmeText({ from, to, stepSeconds, seed, requestsPerSecond, outages }));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new LabError(
      "state-directory",
      `Cannot write the lab's history to ${directory} (${reason}). Make it writable, or choose another folder.`,
      error,
    );
  }
  return { files: files.map(({ text: _text, ...file }) => file), readmePath, outages };
}

function countSteps(from: Date, to: Date, stepSeconds: number, seed: number): number {
  if (!Number.isInteger(stepSeconds) || stepSeconds < 1)
    throw invalid(`Step of ${stepSeconds} s: expected a whole number of seconds from 1.`);
  if (!Number.isInteger(seed)) throw invalid(`Seed ${seed}: expected a whole number.`);
  const steps = Math.floor((to.getTime() - from.getTime()) / (stepSeconds * 1_000));
  if (!(steps >= 1)) throw invalid("The history's end is not at least one step after its start.");
  if (steps > MOST_STEPS)
    throw invalid(`${steps} steps are too many; at most ${MOST_STEPS}. Take longer steps or a shorter time.`);
  return steps;
}

function invalid(message: string): LabError {
  return new LabError("invalid-input", message);
}

function readmeText(made: {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
  readonly seed: number;
  readonly requestsPerSecond: number;
  readonly outages: readonly PastOutage[];
}): string {
  const outages = made.outages.map(
    ({ service, from, to, errorRatio }) =>
      `- ${service}: ${percentText(errorRatio)} errors from ${from.toISOString()} to ${to.toISOString()}`,
  );
  return [
    "# Simulated by the lab's traffic model",
    "",
    "Nothing in this folder was measured. It is a made-up past, so that budgets have one in a demo:",
    "busy days and quiet nights, quieter weekends, a few errors in the background, and these outages:",
    "",
    ...outages,
    "",
    `- Covers ${made.from.toISOString()} to ${made.to.toISOString()} in steps of ${made.stepSeconds} s; seed ${made.seed}; ${made.requestsPerSecond} requests/s on average.`,
    "- One NDJSON file per service: `{at, service, good, total, node, seconds}`; `at` is the end of the step, `seconds` its length.",
    "- Errors of a service count for those that call it too: payments -> checkout -> gateway, catalog -> gateway.",
    "",
  ].join("\n");
}
