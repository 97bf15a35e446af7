import type { Sli } from "../slo/sli.js";

/** What was measured in one interval. The interval may span several slices; it is half-open, [fromMs, toMs). */
export type SliSample = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly measurement: Measurement;
};

/** The forms a measurement may take; core brings each down to good and total events. */
export type Measurement =
  | { readonly kind: "counts"; readonly good: number; readonly total: number }
  /** A gauge's value in the interval, for `time-slices`. */
  | { readonly kind: "value"; readonly value: number }
  /** Raw durations of events, for `latency`. */
  | { readonly kind: "durations"; readonly durationsMs: readonly number[] }
  /** Cumulative-by-bound bucket increases of the interval, upper bounds ascending, the last one Infinity, for `latency`. */
  | { readonly kind: "histogram"; readonly buckets: readonly { readonly upperMs: number; readonly count: number }[] };

/** Something that was offered as a sample and is not one: counted and visible, never used. */
export type SetAside = { readonly reason: string; readonly count: number; readonly example: string };

/** What a source is asked: one SLI, one interval. */
export type SliRequest = {
  readonly sloId: string;
  readonly sli: Exclude<Sli, { readonly kind: "composite" }>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly sliceMs: number;
  /** Fires when the caller no longer waits; a source then stops its own work. An `AbortSignal` fits. */
  readonly cancel?: CancelSignal;
};

/** The part of an AbortSignal that the engine uses. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What a source answers. A gap stays a gap: time up to the watermark without a sample is unmeasured, never zero. */
export type SliReading =
  | {
      readonly kind: "read";
      readonly samples: readonly SliSample[];
      /** Everything before this instant is final as far as the source can tell. */
      readonly watermarkMs: number;
      /**
       * Set once where samples from before the interval that was asked for have come since the last answer: the start of the
       * oldest. The engine then asks for the time from there on again.
       */
      readonly lateFromMs?: number;
      readonly setAside: readonly SetAside[];
      /** Things worth saying once, such as a series whose first value could not be counted. */
      readonly notes: readonly string[];
    }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly retryable: boolean };

/**
 * Reads good and total events of an SLI.
 *
 * Samples are deltas, ascending and disjoint, inside [fromMs, toMs) of the request; counter resets and first
 * increments are right; a zero is only ever a measured zero. Failing is a value that names the SLO and the query;
 * it throws only for bugs. Reading the same interval again gives the same samples or a gap, never more.
 */
export interface SliSource {
  read(request: SliRequest): Promise<SliReading>;
  /** Frees what it holds: sockets, watchers, timers. Idempotent. */
  close?(): Promise<void>;
}
