import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { PlimsollConfig } from "@plimsoll/config";
import { combineMembers } from "@plimsoll/core";
import { writeLabHistory, type LabHistory } from "@plimsoll/lab";
import { openEngine, type OpenedEngine } from "@plimsoll/service";
import { CliError, EXIT } from "../cli-error.js";

/** A past to bring in through the product's own path. */
export type SimulatedPast = {
  readonly config: PlimsollConfig;
  /** Where the files go. */
  readonly directory: string;
  readonly lengthMs: number;
  readonly seed: number;
};

const STEP_MS = 600_000;

/**
 * Writes the past to files, reads them as any script's files are read, stores what was read, and gives the storage free.
 * What passes meanwhile is brought in last, so that hardly a gap is left before the real measurements begin.
 */
export async function bringInPast({ config, directory, lengthMs, seed }: SimulatedPast): Promise<void> {
  const { sliceMs } = config;
  const endMs = floorTo(Date.now(), sliceMs);
  const steps = Math.max(1, Math.floor(lengthMs / STEP_MS));
  const from = new Date(endMs - steps * STEP_MS);
  appendBuying(
    directory,
    writeLabHistory({ directory, from, to: new Date(endMs), stepSeconds: STEP_MS / 1_000, seed }),
  );
  const opened = await openEngine(config);
  try {
    await collectAll(opened.engine, endMs);
    const tailEndMs = floorTo(Date.now(), sliceMs);
    appendTail(directory, { fromMs: endMs, toMs: tailEndMs, stepMs: sliceMs, seed: seed + 1 });
    await collectAll(opened.engine, tailEndMs);
  } finally {
    await opened.close();
  }
}

// The source notices what was added to its files within a second or so; a machine must be very busy to take so long.
const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;

/** Reads every objective until all is read up to an instant; side by side, so that they are stored together. */
async function collectAll(engine: OpenedEngine["engine"], untilMs: number): Promise<void> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  const collectOne = async (id: string): Promise<void> => {
    let reachedMs = 0;
    while (reachedMs < untilMs) {
      const outcome = await engine.collect(id);
      if (outcome.kind === "failed")
        throw new CliError(EXIT.unavailable, `The simulated past could not be read: ${outcome.message}`);
      if (outcome.kind === "read") reachedMs = outcome.watermarkMs;
      if (Date.now() > deadlineMs) return;
      if (reachedMs < untilMs) await setTimeout(PAUSE_MS);
    }
  };
  await Promise.all(engine.slos.map(({ id }) => collectOne(id)));
}

type Tail = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number; readonly seed: number };

function appendTail(directory: string, { fromMs, seed, stepMs, toMs }: Tail): void {
  if (toMs <= fromMs) return;
  const folder = join(directory, "tail");
  const tail = writeLabHistory({
    directory: folder,
    from: new Date(fromMs),
    to: new Date(toMs),
    stepSeconds: stepMs / 1_000,
    seed,
  });
  appendBuying(directory, tail);
  for (const { path, service } of tail.files) appendFileSync(join(directory, `${service}.ndjson`), readFileSync(path));
  rmSync(folder, { recursive: true });
}

type Row = {
  readonly at: string;
  readonly seconds: number;
  readonly node: string;
  readonly good: number;
  readonly total: number;
};

/** Adds the rows of the composite objective, combined from its members' as the engine does it. */
function appendBuying(directory: string, { files }: LabHistory): void {
  const rowsOf = (service: string): readonly Row[] =>
    files
      .filter((file) => file.service === service)
      .flatMap(({ path }) => readFileSync(path, "utf8").trimEnd().split("\n"))
      .map((line) => JSON.parse(line) as Row);
  const payments = rowsOf("payments");
  const lines = rowsOf("checkout").map(({ at, good, node, seconds, total }, index) => {
    const members = [{ good, total }, payments[index]].map((events) => ({ weight: 1, events }));
    return JSON.stringify({ at, service: "buying", node, seconds, ...combineMembers("all-of", members) });
  });
  appendFileSync(join(directory, "buying.ndjson"), `${lines.join("\n")}\n`);
}

function floorTo(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}
