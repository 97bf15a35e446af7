/** What passed in the last seconds: the length that is covered, and the counts in it. */
export type TrafficCounts = {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
};

/** Status answers about the last ten seconds. */
export const TRAFFIC_WINDOW_SECONDS = 10;

type Bucket = { second: number; requests: number; errors: number };

/** Counts requests and errors over the last ten whole seconds, in a ring of one-second buckets. */
export class TrafficWindow {
  readonly #startedAtMs: number;
  readonly #buckets: readonly Bucket[] = Array.from({ length: TRAFFIC_WINDOW_SECONDS }, () => ({
    second: Number.NEGATIVE_INFINITY,
    requests: 0,
    errors: 0,
  }));

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  record(nowMs: number, isError: boolean): void {
    const second = Math.floor(nowMs / 1_000);
    const bucket = this.#buckets[second % TRAFFIC_WINDOW_SECONDS];
    if (bucket === undefined) return;
    if (bucket.second !== second) Object.assign(bucket, { second, requests: 0, errors: 0 });
    bucket.requests += 1;
    if (isError) bucket.errors += 1;
  }

  read(nowMs: number): TrafficCounts {
    const second = Math.floor(nowMs / 1_000);
    const alive = this.#buckets.filter(
      (bucket) => bucket.second > second - TRAFFIC_WINDOW_SECONDS && bucket.second <= second,
    );
    return {
      seconds: Math.min(TRAFFIC_WINDOW_SECONDS, Math.max(1, (nowMs - this.#startedAtMs) / 1_000)),
      requests: alive.reduce((sum, bucket) => sum + bucket.requests, 0),
      errors: alive.reduce((sum, bucket) => sum + bucket.errors, 0),
    };
  }
}
