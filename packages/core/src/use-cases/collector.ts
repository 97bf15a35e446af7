import { WATERMARK_SLICES } from "../evaluation/judgement.js";
import type { EvaluationContext } from "../evaluation/scene.js";
import type { Clock } from "../ports/clock.js";
import type { SliHistory } from "../ports/sli-history.js";
import type { CancelSignal, SliReading, SliRequest, SliSource } from "../ports/sli-source.js";
import type { Slo } from "../slo/slo.js";
import type { SourceReading } from "./engine-settings.js";
import { createLateReader } from "./late-reader.js";
import { readSafely } from "./read-safely.js";
import type { SliceKeeper } from "./slice-keeper.js";
import type { SourceWatch } from "./source-watch.js";

/** What became of one attempt to read an SLO up to now. */
export type CollectOutcome =
  | { readonly kind: "read"; readonly slices: number; readonly watermarkMs: number }
  | { readonly kind: "up-to-date" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly retryable: boolean };

/** What is known of an SLO's data beside the counts. */
export type DataState = Pick<EvaluationContext, "watermarkMs" | "failure" | "trouble">;

/** Reads SLOs from their sources, each from where it was last read. */
export type Collector = {
  collect(slo: Slo, cancel?: CancelSignal): Promise<CollectOutcome>;
  state(sloId: string): DataState;
  /** Whether it was read as far as its source goes, or failed to be, since the engine was opened. */
  wasRead(sloId: string): boolean;
  /** Whether a past of several parts is being read, of which the newest part was taken at this instant or after. */
  isCatchingUp(sloId: string, sinceMs: number): boolean;
  /** How far an SLO's data are final. Never moves back. */
  reached(sloId: string, watermarkMs: number): void;
};

// A request for weeks at once could exceed what a server answers; six hours of 15 s slices are 1,440 points.
const LONGEST_READ_MS = 6 * 3_600_000;
const NOW_ONLY: SourceReading = { backfillMs: 0, latenessMs: 0 };

export function createCollector(options: {
  readonly clock: Clock;
  readonly keeper: SliceKeeper;
  readonly sources: Readonly<Record<string, SliSource>>;
  readonly reading: Readonly<Record<string, SourceReading>>;
  readonly births: ReadonlyMap<string, number>;
  readonly watch: SourceWatch;
  readonly sliceMs: number;
  readonly history: Pick<SliHistory, "load">;
  /** Is told from when on slices of an SLO were filled in afterwards. */
  readonly onLate: (sloId: string, fromMs: number) => void;
}): Collector {
  const { keeper, sliceMs, watch } = options;
  const lateReader = createLateReader(options);
  const states = new Map<string, DataState>();
  const read = new Set<string>();
  /** When the newest part of a longer past was taken, while its other parts are still being read. */
  const partTakenMs = new Map<string, number>();
  const floor = (ms: number): number => Math.floor(ms / sliceMs) * sliceMs;

  const state = (sloId: string): DataState => states.get(sloId) ?? { watermarkMs: keeper.readTo(sloId) };

  const ended = (sloId: string): void => {
    read.add(sloId);
    partTakenMs.delete(sloId);
  };

  const fail = (sloId: string, source: string, reading: Extract<SliReading, { kind: "failed" }>): CollectOutcome => {
    const { code, message, retryable } = reading;
    watch.readFailed(source, { sloId, message });
    ended(sloId);
    const { watermarkMs } = state(sloId);
    const failure = { source, code, message };
    states.set(sloId, retryable ? { watermarkMs, trouble: failure } : { watermarkMs, failure });
    return { kind: "failed", code, message, retryable };
  };

  const upToDate = (sloId: string): CollectOutcome => {
    ended(sloId);
    return { kind: "up-to-date" };
  };

  const advance = (sloId: string, watermarkMs: number): void => {
    states.set(sloId, { watermarkMs: Math.max(watermarkMs, state(sloId).watermarkMs ?? 0) });
  };

  return {
    state,
    wasRead: (sloId) => read.has(sloId),
    isCatchingUp: (sloId, sinceMs) => (partTakenMs.get(sloId) ?? -Infinity) >= sinceMs,
    reached(sloId, watermarkMs) {
      advance(sloId, watermarkMs);
      ended(sloId);
    },
    async collect(slo, cancel) {
      const { sli } = slo;
      if (sli.kind === "composite") return { kind: "up-to-date" };
      const { source: name } = sli.selector;
      const source = options.sources[name];
      if (source === undefined) {
        return fail(slo.id, name, {
          kind: "failed",
          code: "unknown-source",
          message: `${slo.id}: there is no source named ${name}`,
          retryable: false,
        });
      }
      const nowMs = options.clock.now().toMillis();
      let untilMs = floor(nowMs);
      const { backfillMs, latenessMs } = options.reading[name] ?? NOW_ONLY;
      const oldestMs = Math.max(floor((options.births.get(slo.id) ?? nowMs) - backfillMs), keeper.ledger.oldestMs);
      let fromMs = Math.max(oldestMs, floor((keeper.readTo(slo.id) ?? oldestMs) - latenessMs));
      if (Math.max(fromMs, keeper.readTo(slo.id) ?? fromMs) >= untilMs) return upToDate(slo.id);
      keeper.advance(nowMs);

      let slices = 0;
      let watermarkMs = fromMs;
      while (fromMs < untilMs) {
        const toMs = Math.min(untilMs, fromMs + LONGEST_READ_MS);
        const request: SliRequest = {
          sloId: slo.id,
          sli,
          fromMs,
          toMs,
          sliceMs,
          ...(cancel === undefined ? {} : { cancel }),
        };
        const outcome = await readSafely(source, request);
        if (outcome.kind === "failed") return fail(slo.id, name, outcome);
        const late = await lateReader.read(source, { ...request, lateFromMs: outcome.lateFromMs, oldestMs });
        if (late.kind === "failed") return fail(slo.id, name, late);
        watermarkMs = outcome.watermarkMs;
        slices += await keeper.take(outcome.slices, slo.id, watermarkMs);
        watch.readOk(name, {
          sloId: slo.id,
          atMs: nowMs,
          setAside: [...outcome.setAside, ...late.setAside],
          notes: [...outcome.notes, ...late.notes].map((note) => `${slo.id}: ${note}`),
        });
        advance(slo.id, watermarkMs);
        if (watermarkMs < toMs) break;
        fromMs = toMs;
        // Reading a long past takes time itself; what came meanwhile belongs to it, or the end of it would be late already.
        const nextMs = floor(options.clock.now().toMillis());
        if (nextMs - untilMs > WATERMARK_SLICES * sliceMs) untilMs = nextMs;
        if (fromMs < untilMs) partTakenMs.set(slo.id, options.clock.now().toMillis());
      }
      ended(slo.id);
      return { kind: "read", slices, watermarkMs };
    },
  };
}
