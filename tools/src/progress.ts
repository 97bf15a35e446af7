const QUIET_MS = 2_000; // Longer silence than this makes a person wonder.
const REPEAT_MS = 10_000;

/** Says that something takes its time: a line after two seconds and every ten from then on, and one with its duration at the end. */
export async function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  let reported = false;
  const report = () => {
    reported = true;
    process.stderr.write(`  ${title} … ${seconds(performance.now() - started)}\n`);
  };
  let interval: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    report();
    interval = setInterval(report, REPEAT_MS);
  }, QUIET_MS);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(interval);
    if (reported) process.stderr.write(`  ${title}: done in ${seconds(performance.now() - started)}\n`);
  }
}

/** A duration as people read it: `0.4 s`, `12 s`, `2 min 5 s`. */
export function seconds(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  const whole = Math.round(durationMs / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
