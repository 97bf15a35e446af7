import {
  durationTextMs,
  isPlimsollError,
  type Clock,
  type SliReading,
  type SliRequest,
  type SliSource,
} from "@plimsoll/core";
import type { z } from "zod";
import { AttemptPool } from "./attempt-pool.js";
import { PauseWatch } from "./pause-watch.js";
import { ProbeHistory } from "./probe-history.js";
import { probePlan } from "./probe-plan.js";
import { probeQuerySchema, probeSettingsSchema, type ProbeQuery, type ProbeSettings } from "./probe-query.js";
import { ScheduledProbe, type ProbePlan, type ProbeSurroundings } from "./scheduled-probe.js";
import { systemScheduler, type Scheduler } from "./scheduler.js";

/** What a probe source needs from outside. */
export type ProbeSourceDependencies = { readonly clock: Clock; readonly scheduler?: Scheduler };

/** A source whose probes run in the background from when an SLI is first watched or read. */
export interface ProbeSource extends SliSource {
  /** Starts the probe of an SLI before anybody reads it; what is wrong with its query is said when it is read. */
  watch(request: Pick<SliRequest, "sloId" | "sli">): void;
}

/** Runs HTTP, TCP, TLS, DNS, disk and process probes. SLIs with the same query share one probe. */
export function createProbeSource(
  settings: ProbeSettings,
  { clock, scheduler = systemScheduler }: ProbeSourceDependencies,
): ProbeSource {
  const parsed = probeSettingsSchema.parse(settings);
  return new BackgroundProbeSource({
    settings: parsed,
    clock,
    scheduler,
    plan: (query) => probePlan(query, parsed, clock),
  });
}

/** What the source is made of; tests bring plans of their own. */
export type ProbeSourceParts = {
  readonly settings: z.output<typeof probeSettingsSchema>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly plan: (query: ProbeQuery) => ProbePlan;
};

type Probe = { readonly scheduled: ScheduledProbe; readAtMs: number };
type Unusable = {
  readonly kind: "unusable";
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
};
type Found = { readonly kind: "probe"; readonly probe: Probe } | Unusable;
type ParsedQuery = { readonly kind: "query"; readonly query: ProbeQuery; readonly key: string } | Unusable;

const DURATION_PROBES: ReadonlySet<string> = new Set(["http", "tcp", "dns"]);

/** Keeps one scheduled probe for each different query and hands out what it found. */
export class BackgroundProbeSource implements ProbeSource {
  readonly #parts: ProbeSourceParts;
  readonly #surroundings: ProbeSurroundings;
  readonly #probes = new Map<string, Probe>();
  /** By the query object itself, which stays the same from one read to the next. */
  readonly #parsed = new WeakMap<object, ParsedQuery>();
  #sweptMs: number;
  #isClosed = false;

  constructor(parts: ProbeSourceParts) {
    this.#parts = parts;
    const { clock, scheduler, settings } = parts;
    this.#surroundings = {
      clock,
      scheduler,
      pool: new AttemptPool(settings.maxInFlight),
      pauses: new PauseWatch(clock, scheduler),
    };
    this.#sweptMs = clock.now().toMillis();
  }

  watch({ sli }: Pick<SliRequest, "sloId" | "sli">): void {
    this.#find(sli);
  }

  read(request: SliRequest): Promise<SliReading> {
    const found = this.#find(request.sli);
    if (found.kind === "unusable") {
      const { code, message, retryable } = found;
      return Promise.resolve({ kind: "failed", code, message: `SLO ${request.sloId}: ${message}`, retryable });
    }
    const { scheduled } = found.probe;
    const { sliceMs } = request;
    const knownMs = Math.floor(scheduled.knownUntilMs() / sliceMs) * sliceMs;
    const spokenToMs = scheduled.history.spokenToMs(sliceMs, Math.min(request.toMs, knownMs));
    const untilMs = Math.max(request.fromMs, spokenToMs);
    return Promise.resolve({
      kind: "read",
      samples: scheduled.history.samples(request, untilMs),
      watermarkMs: untilMs,
      setAside: scheduled.history.setAside(request.fromMs, untilMs),
      notes: scheduled.takeNews(),
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    for (const { scheduled } of this.#probes.values()) scheduled.stop();
    this.#probes.clear();
    this.#surroundings.pauses.stop();
    return Promise.resolve();
  }

  /** What the probe of an SLI has found; for tests. */
  historyOf(sli: SliRequest["sli"]): ProbeHistory | undefined {
    const found = this.#find(sli);
    return found.kind === "probe" ? found.probe.scheduled.history : undefined;
  }

  #find(sli: SliRequest["sli"]): Found {
    if (this.#isClosed) return unusable("closed", "the source is closed");
    const parsed = this.#parse(sli.selector.query);
    if (parsed.kind === "unusable") return parsed;
    const { query, key } = parsed;
    if (sli.kind === "latency" && !DURATION_PROBES.has(query.probe)) {
      return unusable(
        "wrong-sli-kind",
        `a ${query.probe} probe has no latency; take an http, tcp or dns probe, or an SLI of kind probe`,
      );
    }
    const nowMs = this.#parts.clock.now().toMillis();
    this.#sweep(nowMs);
    const known = this.#probes.get(key);
    if (known === undefined) return this.#begin(key, query, nowMs);
    known.readAtMs = nowMs;
    return { kind: "probe", probe: known };
  }

  #parse(query: object): ParsedQuery {
    const known = this.#parsed.get(query);
    if (known !== undefined) return known;
    const checked = probeQuerySchema.safeParse(query);
    const parsed: ParsedQuery = checked.success
      ? { kind: "query", query: checked.data, key: JSON.stringify(checked.data) }
      : unusable(
          "bad-query",
          checked.error.issues
            .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
            .join("; "),
        );
    this.#parsed.set(query, parsed);
    return parsed;
  }

  #begin(key: string, query: ProbeQuery, nowMs: number): Found {
    try {
      const plan = this.#parts.plan(query);
      const history = new ProbeHistory({ keepMs: durationTextMs(this.#parts.settings.keep), everyMs: plan.everyMs });
      const scheduled = new ScheduledProbe(plan, history, this.#surroundings);
      const probe = { scheduled, readAtMs: nowMs };
      this.#probes.set(key, probe);
      this.#surroundings.pauses.start();
      scheduled.start();
      return { kind: "probe", probe };
    } catch (error) {
      if (!isPlimsollError(error)) throw error;
      return { kind: "unusable", code: error.code, message: error.message, retryable: error.retryable };
    }
  }

  /** Stops the probes of SLIs that are no longer there. */
  #sweep(nowMs: number): void {
    const idleMs = durationTextMs(this.#parts.settings.idleAfter);
    if (nowMs - this.#sweptMs < idleMs) return;
    // After a pause of the whole engine nobody was read; what is still wanted is read within one more period.
    this.#sweptMs = nowMs;
    for (const [key, { scheduled, readAtMs }] of this.#probes) {
      if (nowMs - readAtMs < 2 * idleMs) continue;
      scheduled.stop();
      this.#probes.delete(key);
    }
  }
}

function unusable(code: string, message: string): Unusable {
  return { kind: "unusable", code, message, retryable: false };
}
