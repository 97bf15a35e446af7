import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import {
  durationTextMs,
  formatDuration,
  type Clock,
  type SetAside,
  type SliReading,
  type SliRequest,
  type SliSource,
} from "@plimsoll/core";
import { systemScheduler, type CancelTimer, type Scheduler } from "./scheduler.js";
import { SnapshotFiles, fileName, type RowPlace, type ScanOutcome } from "./snapshot-files.js";
import {
  snapshotQuerySchema,
  snapshotSettingsSchema,
  type SnapshotQuery,
  type SnapshotSettings,
} from "./snapshot-query.js";
import { parseSnapshotRow, type SnapshotRow } from "./snapshot-row.js";
import { SnapshotRows } from "./snapshot-rows.js";
import { coveredFromMs, snapshotSamples } from "./snapshot-samples.js";

/** What a snapshot source needs from outside. */
export type SnapshotSourceDependencies = { readonly clock: Clock; readonly scheduler?: Scheduler };

const FRESH_FOR_MS = 1_000;
const PROBLEMS_KEPT = 1_000;
const SERVICES_NAMED = 10;

/** Reads rows that scripts write to JSON or NDJSON files. What is wrong with a row is said with its file and line. */
export function createSnapshotSource(
  settings: SnapshotSettings,
  { clock, scheduler = systemScheduler }: SnapshotSourceDependencies,
): SliSource {
  const parsed = snapshotSettingsSchema.parse(settings);
  return new SnapshotSource({
    path: parsed.path,
    clock,
    scheduler,
    everyMs: durationTextMs(parsed.every),
    scanEveryMs: durationTextMs(parsed.scanEvery),
    settleMs: durationTextMs(parsed.settle),
    keepMs: durationTextMs(parsed.keep),
  });
}

type Parts = {
  readonly path: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly everyMs: number;
  readonly scanEveryMs: number;
  readonly settleMs: number;
  readonly keepMs: number;
};

/** A row that was set aside; without a service it concerns everybody. */
type RowProblem = {
  readonly sequence: number;
  readonly service: string | undefined;
  readonly reason: string;
  readonly example: string;
};

class SnapshotSource implements SliSource {
  readonly #parts: Parts;
  readonly #files: SnapshotFiles;
  readonly #rows = new SnapshotRows();
  #problems: RowProblem[] = [];
  #sequence = 0;
  /** The last problem that each SLO was told of. */
  readonly #told = new Map<string, number>();
  #scanning: Promise<ScanOutcome> | undefined;
  #outcome: ScanOutcome | undefined;
  #scannedMs = -Infinity;
  #isChanged = true;
  #watcher: FSWatcher | undefined;
  #cancel: CancelTimer | undefined;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#files = new SnapshotFiles(parts.path, {
      row: (row, place) => this.#takeRow(row, place),
      malformed: (reason, place) => this.#setAside(undefined, reason, place),
    });
    this.#watch();
    this.#scheduleScan();
  }

  async read(request: SliRequest): Promise<SliReading> {
    const failed = (code: string, message: string, retryable = true): SliReading => ({
      kind: "failed",
      code,
      message: `SLO ${request.sloId}: ${message}`,
      retryable,
    });
    if (this.#isClosed) return failed("closed", "the source is closed", false);
    const parsed = snapshotQuerySchema.safeParse(request.sli.selector.query);
    if (!parsed.success)
      return failed(
        "bad-query",
        parsed.error.issues
          .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
          .join("; "),
        false,
      );
    const outcome = await this.#scanned();
    if (request.cancel?.aborted === true) return failed("cancelled", "the reading was cancelled");
    if (outcome.kind === "unreadable") return failed("unreadable", outcome.reason);
    const query = parsed.data;
    const { everyMs } = this.#parts;
    const newestMs = this.#rows.spokenToMs(query, everyMs);
    const setAside = this.#news(request.sloId, query.service);
    if (newestMs === undefined) {
      if (setAside.length > 0) return { kind: "read", samples: [], watermarkMs: request.fromMs, setAside, notes: [] };
      return failed("no-rows", `no row of ${this.#parts.path} is for ${wordsOf(query)}; ${this.#servicesThere()}`);
    }
    const { sliceMs, fromMs, toMs } = request;
    const nowMs = this.#parts.clock.now().toMillis();
    const settledMs = Math.floor((nowMs - this.#parts.settleMs) / sliceMs) * sliceMs;
    const watermarkMs = Math.max(fromMs, Math.min(toMs, Math.ceil(newestMs / sliceMs) * sliceMs, settledMs));
    const rows = this.#rows.select(query, fromMs, watermarkMs);
    const { samples, setAside: unfit } = snapshotSamples(request, rows, everyMs);
    const late = this.#rows.takeLate(request, query);
    return {
      kind: "read",
      samples,
      watermarkMs,
      ...(late.length === 0 ? {} : { lateFromMs: earliestMs(late, { everyMs, sliceMs }) }),
      setAside: [...setAside, ...unfit],
      notes: rareRows(rows, everyMs),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    this.#watcher?.close();
    await this.#scanning;
  }

  /** Looks at the files unless that was done a moment ago and nothing was announced since; all readers share one look. */
  #scanned(): Promise<ScanOutcome> {
    const isFresh = this.#parts.clock.now().toMillis() - this.#scannedMs < FRESH_FOR_MS;
    if (this.#outcome !== undefined && isFresh && !this.#isChanged) return Promise.resolve(this.#outcome);
    this.#scanning ??= this.#scan();
    return this.#scanning;
  }

  async #scan(): Promise<ScanOutcome> {
    this.#isChanged = false;
    const outcome = await this.#files.scan();
    this.#rows.prune(this.#parts.keepMs);
    this.#outcome = outcome;
    this.#scannedMs = this.#parts.clock.now().toMillis();
    this.#scanning = undefined;
    if (this.#watcher === undefined && !this.#isClosed) this.#watch();
    return outcome;
  }

  #watch(): void {
    const onChange = () => {
      this.#isChanged = true;
    };
    try {
      // The folder is watched even for one file: a file replaced by a rename would no longer be seen.
      const { path } = this.#parts;
      const isFile = /\.(?:json|ndjson|jsonl)$/.test(basename(path));
      this.#watcher = watch(isFile ? dirname(path) : path, { persistent: false }, onChange);
      this.#watcher.on("error", () => this.#unwatch());
    } catch {
      this.#watcher = undefined; // not there yet, or no watchers left: looking again and again still finds everything
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #scheduleScan(): void {
    this.#cancel = this.#parts.scheduler.after(this.#parts.scanEveryMs, () => {
      this.#scanning ??= this.#scan();
      void this.#scanning.then(() => {
        if (!this.#isClosed) this.#scheduleScan();
      });
    });
  }

  #takeRow(raw: unknown, place: RowPlace): void {
    const parsed = parseSnapshotRow(raw, fileName(place.file));
    if (!parsed.ok) {
      this.#setAside(serviceOf(raw), parsed.error, place);
      return;
    }
    const fate = this.#rows.add(parsed.value);
    if (fate === "contradicts")
      this.#setAside(
        parsed.value.service,
        "a row for the same service, node and time says something else; the first one stays",
        place,
      );
  }

  #setAside(service: string | undefined, reason: string, { file, line, text }: RowPlace): void {
    this.#sequence += 1;
    this.#problems.push({
      sequence: this.#sequence,
      service,
      reason,
      example: `${file}:${line}${text === "" ? "" : `: ${text}`}`,
    });
    if (this.#problems.length > 2 * PROBLEMS_KEPT) this.#problems = this.#problems.slice(-PROBLEMS_KEPT);
  }

  #news(sloId: string, service: string): readonly SetAside[] {
    const told = this.#told.get(sloId) ?? 0;
    this.#told.set(sloId, this.#sequence);
    const byReason = new Map<string, { count: number; example: string }>();
    for (const problem of this.#problems) {
      if (problem.sequence <= told || (problem.service !== undefined && problem.service !== service)) continue;
      const known = byReason.get(problem.reason);
      byReason.set(problem.reason, { count: (known?.count ?? 0) + 1, example: known?.example ?? problem.example });
    }
    return [...byReason].map(([reason, { count, example }]) => ({ reason, count, example }));
  }

  #servicesThere(): string {
    const services = this.#rows.services();
    if (services.length === 0) return "there is no row at all yet";
    const more = services.length > SERVICES_NAMED ? ` and ${services.length - SERVICES_NAMED} more` : "";
    return `there are rows for ${services.slice(0, SERVICES_NAMED).join(", ")}${more}`;
  }
}

/** Where the time begins that rows speak for. */
function earliestMs(
  rows: readonly SnapshotRow[],
  { everyMs, sliceMs }: { readonly everyMs: number; readonly sliceMs: number },
): number {
  return rows.reduce(
    (earliest, { atMs, coversMs = everyMs }) => Math.min(earliest, coveredFromMs(atMs, coversMs, sliceMs)),
    Infinity,
  );
}

/** Rows that say to cover more than `every` come less often than `every` says: that is worth saying. */
function rareRows(rows: readonly SnapshotRow[], everyMs: number): readonly string[] {
  const rare = rows.find(({ coversMs = 0 }) => coversMs > everyMs);
  if (rare === undefined) return [];
  return [
    `rows of ${rare.file} cover ${formatDuration(rare.coversMs ?? everyMs)} and \`every\` is ${formatDuration(everyMs)}: if they come that seldom, say so in \`every\`, or their data count as missing`,
  ];
}

function wordsOf({ service, node, file }: SnapshotQuery): string {
  return [
    `service ${service}`,
    ...(node === undefined ? [] : [`node ${node}`]),
    ...(file === undefined ? [] : [`file ${file}`]),
  ].join(", ");
}

function serviceOf(raw: unknown): string | undefined {
  const service = typeof raw === "object" && raw !== null ? (raw as { service?: unknown }).service : undefined;
  return typeof service === "string" ? service : undefined;
}
