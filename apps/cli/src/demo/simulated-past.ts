import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PlimsollConfig } from "@plimsoll/config";
import { writeLabHistory } from "@plimsoll/lab";
import { openEngine } from "@plimsoll/service";
import { CliError, EXIT } from "../cli-error.js";

/** A past to bring in through the product's own path. */
export type SimulatedPast = {
  readonly config: PlimsollConfig;
  /** Where the files go. */
  readonly directory: string;
  readonly lengthMs: number;
  readonly seed: number;
  readonly onProgress: (words: string) => void;
};

const STEP_MS = 300_000;

/**
 * Writes the past to files, reads them as any script's files are read, stores what was read, and gives the storage free.
 * What passes meanwhile is brought in last, so that no gap is left before the real measurements begin.
 */
export async function bringInPast({ config, directory, lengthMs, onProgress, seed }: SimulatedPast): Promise<void> {
  const { sliceMs } = config;
  const endMs = floorTo(Date.now(), sliceMs);
  const steps = Math.max(1, Math.floor(lengthMs / STEP_MS));
  writeLabHistory({ directory, from: new Date(endMs - steps * STEP_MS), to: new Date(endMs), stepSeconds: STEP_MS / 1_000, seed });
  const opened = await openEngine(config);
  try {
    const collectAll = async (): Promise<void> => {
      for (const { id, sli } of opened.engine.slos) {
        if (sli.kind === "composite") continue;
        const outcome = await opened.engine.collect(id);
        if (outcome.kind === "failed") throw new CliError(EXIT.unavailable, `The simulated past could not be read: ${outcome.message}`);
      }
    };
    await collectAll();
    onProgress("working out the composite objective's past");
    // Composites are made in a round, from their members' slices.
    await opened.engine.round();
    appendTail(directory, { fromMs: endMs, toMs: floorTo(Date.now(), sliceMs), stepMs: sliceMs, seed: seed + 1 });
    await collectAll();
  } finally {
    await opened.close();
  }
}

function appendTail(directory: string, tail: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number; readonly seed: number }): void {
  if (tail.toMs <= tail.fromMs) return;
  const folder = join(directory, "tail");
  const { files } = writeLabHistory({
    directory: folder,
    from: new Date(tail.fromMs),
    to: new Date(tail.toMs),
    stepSeconds: tail.stepMs / 1_000,
    seed: tail.seed,
  });
  for (const { path, service } of files) appendFileSync(join(directory, `${service}.ndjson`), readFileSync(path));
  rmSync(folder, { recursive: true });
}

function floorTo(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}
