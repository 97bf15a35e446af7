import { HEAD_ROW } from "./ring-clock.js";

/** Counts of one window for many columns: the caller's buffers, reused from call to call. */
export type WindowSums = {
  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly measured: Uint32Array;
};

/** One slice of all columns: counts by column, and 1 where the slice was measured. */
export type SliceCounts = {
  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly measured: Uint8Array;
};

/** Columns per block. A row of 512 doubles is one memory page: long enough to stream, short enough to waste little. */
export const BLOCK_COLUMNS = 512;

// A handful of SLOs should not pay for a full block.
const FIRST_WIDTH = 16;

/**
 * The rows of up to BLOCK_COLUMNS columns; a row lies in one piece, so that a pass over all columns streams memory.
 * Bad and total are cumulative doubles (exact for integers under 2^53); measured is cumulative modulo 2^32.
 * Inside, `as number` stands where the compiler cannot see an index's bounds; `?? 0` would cost a branch each.
 */
export class ColumnBlock {
  readonly width: number;
  readonly bad: Float64Array;
  readonly total: Float64Array;
  readonly measured: Uint32Array;

  constructor(rows: number, width: number) {
    this.width = width;
    this.bad = new Float64Array(rows * width);
    this.total = new Float64Array(rows * width);
    this.measured = new Uint32Array(rows * width);
  }

  copyRow(from: number, to: number): void {
    const { width } = this;
    this.bad.copyWithin(to * width, from * width, (from + 1) * width);
    this.total.copyWithin(to * width, from * width, (from + 1) * width);
    this.measured.copyWithin(to * width, from * width, (from + 1) * width);
  }

  /** Adds to one column of one row. */
  add(
    row: number,
    column: number,
    counts: { readonly bad: number; readonly total: number; readonly measured: number },
  ): void {
    const at = row * this.width + column;
    this.bad[at] = (this.bad[at] as number) + counts.bad;
    this.total[at] = (this.total[at] as number) + counts.total;
    this.measured[at] = (this.measured[at] as number) + counts.measured;
  }

  /** Adds `count` columns' counts, taken from the buffers at `from`, to one row. */
  addAll(row: number, counts: SliceCounts, from: number, count: number): void {
    const { bad, total, measured } = this;
    const at = row * this.width;
    const { bad: badIn, total: totalIn, measured: measuredIn } = counts;
    for (let i = 0; i < count; i += 1) {
      bad[at + i] = (bad[at + i] as number) + (badIn[from + i] as number);
      total[at + i] = (total[at + i] as number) + (totalIn[from + i] as number);
      measured[at + i] = (measured[at + i] as number) + (measuredIn[from + i] as number);
    }
  }

  /** Writes row `to` minus row `from` of `count` columns from `first` on into the buffers at `at`. */
  subtract(
    rows: { readonly from: number; readonly to: number },
    columns: { readonly first: number; readonly count: number },
    into: WindowSums,
    at: number,
  ): void {
    const { bad, total, measured } = this;
    const { bad: badOut, total: totalOut, measured: measuredOut } = into;
    let low = rows.from * this.width + columns.first;
    let high = rows.to * this.width + columns.first;
    for (let i = at; i < at + columns.count; i += 1, low += 1, high += 1) {
      badOut[i] = (bad[high] as number) - (bad[low] as number);
      totalOut[i] = (total[high] as number) - (total[low] as number);
      // As integers, modulo 2^32; in doubles it would take twice as long.
      measuredOut[i] = ((measured[high] as number) - (measured[low] as number)) | 0;
    }
  }
}

/** Holds the blocks of all columns and finds a column's place in them. */
export class ColumnStore {
  readonly rows: number;
  readonly blocks: ColumnBlock[] = [];

  constructor(rows: number) {
    this.rows = rows;
  }

  /** Columns that there is room for without growing. */
  get capacity(): number {
    return this.blocks.reduce((capacity, block) => capacity + block.width, 0);
  }

  get bytesPerColumn(): number {
    return this.rows * (2 * Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT);
  }

  get bytes(): number {
    return this.capacity * this.bytesPerColumn;
  }

  blockOf(column: number): ColumnBlock {
    const block = this.blocks[Math.floor(column / BLOCK_COLUMNS)];
    if (block === undefined) throw new RangeError(`column ${column} was never added`);
    return block;
  }

  /** Makes room for `columns`; only the last block is ever copied, so growing costs O(1) per column. */
  reserve(columns: number): void {
    while (this.capacity < columns) {
      const last = this.blocks.at(-1);
      if (last === undefined || last.width === BLOCK_COLUMNS) {
        const wanted = columns - this.capacity;
        this.blocks.push(new ColumnBlock(this.rows, widthFor(wanted)));
      } else {
        const wanted = columns - this.capacity + last.width;
        this.blocks[this.blocks.length - 1] = widened(last, this.rows, widthFor(wanted));
      }
    }
  }

  copyHeadTo(rows: readonly number[]): void {
    for (const block of this.blocks) for (const row of rows) block.copyRow(HEAD_ROW, row);
  }

  clear(column: number): void {
    const block = this.blockOf(column);
    for (let at = column % BLOCK_COLUMNS; at < block.bad.length; at += block.width) {
      block.bad[at] = 0;
      block.total[at] = 0;
      block.measured[at] = 0;
    }
  }
}

function widthFor(columns: number): number {
  let width = FIRST_WIDTH;
  while (width < columns && width < BLOCK_COLUMNS) width *= 2;
  return width;
}

function widened(block: ColumnBlock, rows: number, width: number): ColumnBlock {
  const wide = new ColumnBlock(rows, width);
  for (let row = 0; row < rows; row += 1) {
    const from = row * block.width;
    const until = from + block.width;
    wide.bad.set(block.bad.subarray(from, until), row * width);
    wide.total.set(block.total.subarray(from, until), row * width);
    wide.measured.set(block.measured.subarray(from, until), row * width);
  }
  return wide;
}
