import { ColumnDirectory } from "./column-directory.js";
import { BLOCK_COLUMNS, ColumnStore, type SliceCounts, type WindowSums } from "./column-store.js";
import type { LedgerState } from "./ledger-state.js";
import { HEAD_ROW, RingClock } from "./ring-clock.js";
import { snapshotChunks } from "./snapshot.js";
import type { Tier } from "./tier.js";
import { windowRows, type SummedInterval, type WindowRows } from "./window-rows.js";

// Coverage is counted modulo 2^32: a sample that spans more than half of it has no meaning.
const MOST_SLICES = 2 ** 31;

/** What a ledger is made with: its rings (see `planTiers`), and the instant at which its clock starts. */
export type LedgerSettings = { readonly tiers: readonly Tier[]; readonly nowMs: number };

/**
 * Events of one SLO to add. Negative counts take back what was recorded before, as a correction does.
 *
 * `slices` (default 1) is how many slices, ending with this one, the sample measured: the events land in the last,
 * coverage in all. 0 adds events to a slice that counts as measured already; negative takes coverage back.
 */
export type LedgerSample = { readonly bad: number; readonly total: number; readonly slices?: number };

/**
 * What became of a record: in the newest slice; in the past, where every later sum now includes it; or not taken,
 * because it is older than the rings reach or newer than the clock.
 */
export type RecordOutcome = "recorded" | "late" | "too-late" | "future";

/** The counts of one column over a window. */
export type WindowSum = SummedInterval & {
  readonly bad: number;
  readonly total: number;
  /** Slices measured in the interval. */
  readonly measured: number;
  /** Slices of the interval that were expected: those since the column's birth. */
  readonly expected: number;
  /** The counts in `edges`: the most by which `bad` and `total` exceed those of the window asked for. */
  readonly edge: { readonly bad: number; readonly total: number };
};

/** Some neighbouring columns; without it, all. */
export type ColumnRange = { readonly first: number; readonly count: number };

/** Makes an empty ledger. Throws RangeError for tiers that do not nest. */
export function createLedger(settings: LedgerSettings): Ledger {
  const clock = new RingClock(settings.tiers, settings.nowMs);
  return new Ledger({ clock, directory: new ColumnDirectory(), store: new ColumnStore(clock.rows), revision: 0 });
}

/** Makes buffers for the sums of so many columns, to be reused. */
export function createWindowSums(columns: number): WindowSums {
  return { bad: new Float64Array(columns), total: new Float64Array(columns), measured: new Uint32Array(columns) };
}

/**
 * Counts bad and total events of many SLOs by slice, and sums any window of them in constant time.
 *
 * Each SLO is a column; all columns share one ring clock. The rings hold cumulative sums, so a window is the
 * difference of two rows. Taking a slice once only, and sane counts, are the caller's business; a value that would
 * spoil the sums (not finite, beyond 2^53) throws RangeError and changes nothing, as does a column not in use.
 */
export class Ledger {
  readonly #state: LedgerState;
  readonly #one = createWindowSums(1);

  constructor(state: LedgerState) {
    this.#state = state;
  }

  get sliceMs(): number {
    return this.#state.clock.sliceMs;
  }

  get tiers(): readonly Tier[] {
    return this.#state.clock.tiers;
  }

  /** Where recorded time ends: slices that end at or before this instant may be recorded, and windows end here. */
  get headMs(): number {
    return this.#state.clock.headMs;
  }

  /** The oldest instant that a window may start at. */
  get oldestMs(): number {
    return this.#state.clock.oldestMs;
  }

  /** One more than the highest column in use so far; buffers of all columns are this long. */
  get columns(): number {
    return this.#state.directory.columns;
  }

  /** Grows with every change, and goes on where it was after a restore. */
  get revision(): number {
    return this.#state.revision;
  }

  /** For an engine's own metrics: memory held by the rings, and what one column takes of it. */
  get memory(): {
    readonly bytes: number;
    readonly bytesPerColumn: number;
    readonly inUse: number;
    readonly capacity: number;
  } {
    const { store, directory } = this.#state;
    return {
      bytes: store.bytes,
      bytesPerColumn: store.bytesPerColumn,
      inUse: directory.inUse,
      capacity: store.capacity,
    };
  }

  /**
   * Gives a key (an SLO's id) the lowest free column, empty. `birthMs` is when its first measurement is expected to
   * start; slices count as expected from the first that starts at or after it, or from an earlier one that was measured.
   */
  addColumn(key: string, birthMs: number): number {
    if (!Number.isSafeInteger(birthMs)) {
      throw new RangeError(`the birth of "${key}" is ${birthMs}; give whole epoch milliseconds`);
    }
    const { directory, store, clock } = this.#state;
    const column = directory.add(key, Math.ceil(birthMs / clock.sliceMs) * clock.sliceMs);
    store.reserve(directory.columns);
    this.#state.revision += 1;
    return column;
  }

  /** Forgets a column's counts and frees it for another key. */
  removeColumn(column: number): void {
    this.#state.directory.remove(column);
    this.#state.store.clear(column);
    this.#state.revision += 1;
  }

  columnOf(key: string): number | undefined {
    return this.#state.directory.columnOf(key);
  }

  /** Tells whether a column belongs to a key; a removed one does not until it is given out again. */
  isInUse(column: number): boolean {
    return this.#state.directory.isInUse(column);
  }

  keyOf(column: number): string {
    return this.#state.directory.entry(column).key;
  }

  /** When the first slice of a column is or was expected. */
  birthOf(column: number): number {
    return this.#state.directory.entry(column).birthMs;
  }

  /** Moves the head to the last slice boundary at or before an instant; never back. Costs one row per boundary passed. */
  advanceTo(nowMs: number): void {
    const before = this.headMs;
    const rows = this.#state.clock.advance(nowMs);
    if (this.headMs === before) return;
    this.#state.store.copyHeadTo(rows);
    this.#state.revision += 1;
  }

  /** Adds a sample to the slice of one column that starts at `sliceStartMs`. */
  record(column: number, sliceStartMs: number, sample: LedgerSample): RecordOutcome {
    const { bad, total, slices = 1 } = sample;
    const { directory, store, clock } = this.#state;
    const { birthMs } = directory.entry(column);
    if (!Number.isInteger(slices) || Math.abs(slices) > MOST_SLICES) {
      throw new RangeError(`slices is ${slices}; it must be an integer of at most ${MOST_SLICES}`);
    }
    const outcome = this.#outcomeFor(sliceStartMs);
    const block = store.blockOf(column);
    const at = column % BLOCK_COLUMNS;
    assertCountable("bad", bad, block.bad[at] as number, column);
    assertCountable("total", total, block.total[at] as number, column);
    if (outcome === "future" || outcome === "too-late") return outcome;

    const span = Math.max(Math.abs(slices), 1);
    const firstMs = sliceStartMs - (span - 1) * clock.sliceMs;
    const perSlice = Math.sign(slices);
    if (outcome === "recorded" && span === 1) {
      block.add(HEAD_ROW, at, { bad, total, measured: slices });
    } else {
      clock.forEachRowAfter(firstMs, (row, boundaryMs) => {
        const ended = boundaryMs > sliceStartMs;
        const measured = ended ? slices : (perSlice * (boundaryMs - firstMs)) / clock.sliceMs;
        block.add(row, at, { bad: ended ? bad : 0, total: ended ? total : 0, measured });
      });
    }
    if (slices > 0 && firstMs < birthMs) directory.setBirth(column, firstMs);
    this.#state.revision += 1;
    return outcome;
  }

  /**
   * Adds one slice of all columns at once; each buffer holds at least `columns` entries. Where `measured` is 0 the
   * slice is a gap. Entries of columns not in use must be 0. All or nothing.
   */
  recordSlice(sliceStartMs: number, counts: SliceCounts): RecordOutcome {
    const { directory, store, clock } = this.#state;
    const outcome = this.#outcomeFor(sliceStartMs);
    this.#assertSlice(counts);
    if (outcome === "future" || outcome === "too-late") return outcome;

    const { columns } = directory;
    const addTo = (row: number): void => {
      let first = 0;
      for (const block of store.blocks) {
        block.addAll(row, counts, first, Math.min(block.width, columns - first));
        first += block.width;
      }
    };
    if (outcome === "recorded") addTo(HEAD_ROW);
    else clock.forEachRowAfter(sliceStartMs, addTo);
    for (let column = 0; column < columns; column += 1) {
      if (counts.measured[column] === 1 && sliceStartMs < directory.birthMs(column))
        directory.setBirth(column, sliceStartMs);
    }
    this.#state.revision += 1;
    return outcome;
  }

  /** Says what interval a sum over [fromMs, toMs) will cover. Throws RangeError when it starts before `oldestMs`. */
  intervalFor(fromMs: number, toMs: number): SummedInterval {
    return windowRows(this.#state.clock, fromMs, toMs).interval;
  }

  /** Sums one column over [fromMs, toMs). */
  sum(column: number, fromMs: number, toMs: number): WindowSum {
    const { birthMs } = this.#state.directory.entry(column);
    const rows = windowRows(this.#state.clock, fromMs, toMs);
    const { interval } = rows;
    const edge = { bad: 0, total: 0 };
    for (const cut of interval.edges) {
      this.#subtract(windowRows(this.#state.clock, cut.fromMs, cut.toMs), { first: column, count: 1 }, this.#one);
      edge.bad += this.#one.bad[0] as number;
      edge.total += this.#one.total[0] as number;
    }
    this.#subtract(rows, { first: column, count: 1 }, this.#one);
    return {
      ...interval,
      bad: this.#one.bad[0] as number,
      total: this.#one.total[0] as number,
      measured: this.#one.measured[0] as number,
      expected: this.#expected(interval, birthMs),
      edge,
    };
  }

  /**
   * Sums all columns (or a range) over [fromMs, toMs) in one pass; the first column's counts go to index 0.
   * For the counts at an edge, sum one of the `edges` of the answer.
   */
  sumAll(fromMs: number, toMs: number, into: WindowSums, range?: ColumnRange): SummedInterval {
    const rows = windowRows(this.#state.clock, fromMs, toMs);
    this.#subtract(rows, this.#rangeWithin(range, into.bad, into.total, into.measured), into);
    return rows.interval;
  }

  /** Counts the slices of each column that were expected in the interval a sum over [fromMs, toMs) covers. */
  expectedAll(fromMs: number, toMs: number, into: Uint32Array, range?: ColumnRange): SummedInterval {
    const { interval } = windowRows(this.#state.clock, fromMs, toMs);
    const { first, count } = this.#rangeWithin(range, into);
    for (let i = 0; i < count; i += 1) into[i] = this.#expected(interval, this.#state.directory.birthMs(first + i));
    return interval;
  }

  /** The same for one column; `sum` gives it too. */
  expectedSlices(column: number, fromMs: number, toMs: number): number {
    return this.#expected(this.intervalFor(fromMs, toMs), this.birthOf(column));
  }

  /**
   * Writes the whole ledger, one chunk per 64 columns, for `restoreLedger`. Chunks are made one by one as they are
   * taken; a change in between (see `revision`) makes a set that cannot be restored, so start again then.
   */
  snapshot(): Iterable<Uint8Array> {
    return snapshotChunks(this.#state);
  }

  #outcomeFor(sliceStartMs: number): RecordOutcome {
    const { headMs, oldestMs, sliceMs } = this.#state.clock;
    if (!Number.isSafeInteger(sliceStartMs) || sliceStartMs % sliceMs !== 0) {
      throw new RangeError(`the slice starts at ${sliceStartMs}; slices start at multiples of ${sliceMs} ms`);
    }
    if (sliceStartMs >= headMs) return "future";
    if (sliceStartMs < oldestMs) return "too-late";
    return sliceStartMs + sliceMs === headMs ? "recorded" : "late";
  }

  #assertSlice(counts: SliceCounts): void {
    const { directory, store } = this.#state;
    this.#rangeWithin(undefined, counts.bad, counts.total, counts.measured);
    for (let column = 0; column < directory.columns; column += 1) {
      const bad = counts.bad[column] as number;
      const total = counts.total[column] as number;
      const measured = counts.measured[column] as number;
      if (measured > 1) throw new RangeError(`measured is ${measured} for column ${column}; it must be 0 or 1`);
      if (!directory.isInUse(column) && (bad !== 0 || total !== 0 || measured !== 0)) {
        throw new RangeError(`column ${column} is not in use; its counts must be 0`);
      }
      const block = store.blockOf(column);
      const at = column % BLOCK_COLUMNS;
      assertCountable("bad", bad, block.bad[at] as number, column);
      assertCountable("total", total, block.total[at] as number, column);
    }
  }

  #rangeWithin(range: ColumnRange | undefined, ...buffers: readonly { readonly length: number }[]): ColumnRange {
    const { columns } = this.#state.directory;
    const { first, count } = range ?? { first: 0, count: columns };
    if (
      !Number.isSafeInteger(first) ||
      !Number.isSafeInteger(count) ||
      first < 0 ||
      count < 0 ||
      first + count > columns
    ) {
      throw new RangeError(`there are ${columns} columns; ${count} from ${first} on are not among them`);
    }
    for (const { length } of buffers) {
      if (length < count) throw new RangeError(`a buffer holds ${length} columns; it needs ${count}`);
    }
    return { first, count };
  }

  #subtract(rows: WindowRows, range: ColumnRange, into: WindowSums): void {
    for (let done = 0; done < range.count;) {
      const block = this.#state.store.blockOf(range.first + done);
      const first = (range.first + done) % BLOCK_COLUMNS;
      const count = Math.min(block.width - first, range.count - done);
      block.subtract(rows, { first, count }, into, done);
      done += count;
    }
  }

  #expected(interval: SummedInterval, birthMs: number): number {
    return Math.max(0, interval.toMs - Math.max(interval.fromMs, birthMs)) / this.sliceMs;
  }
}

/** Past 2^53 doubles no longer count by one, silently. */
function assertCountable(name: string, added: number, current: number, column: number): void {
  if (!(Math.abs(current + added) <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`${name} is ${added} for column ${column}; counts are finite and add up to less than 2^53`);
  }
}
