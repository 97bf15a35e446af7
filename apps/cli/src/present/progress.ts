import type { Io } from "../io.js";

/** Tells on stderr what is going on. */
export type Progress = {
  /** Runs a step under its name; says when it took more than a moment. */
  step<Value>(name: string, run: () => Promise<Value>): Promise<Value>;
};

const WORTH_SAYING_MS = 1_000;

export function createProgress(io: Io): Progress {
  return {
    async step(name, run) {
      io.stderr.write(`  ${name} ...\n`);
      const started = performance.now();
      const value = await run();
      const tookMs = performance.now() - started;
      if (tookMs >= WORTH_SAYING_MS) io.stderr.write(`  ${name}: done in ${(tookMs / 1_000).toFixed(1)} s\n`);
      return value;
    },
  };
}
