import { assertTiers, rowsOf, type Tier } from "./tier.js";

/** The row of running totals: everything before the head. */
export const HEAD_ROW = 0;

/** A stretch between two neighbouring boundaries, with the rows that hold the cumulative sums at both. */
export type Cell = {
  readonly startMs: number;
  readonly endMs: number;
  readonly startRow: number;
  readonly endRow: number;
};

type Ring = Tier & { readonly firstRow: number };

/**
 * Knows which row holds the cumulative sums at a boundary, for all columns alike.
 *
 * The head is the end of the newest slice that may be recorded; its sums are in HEAD_ROW. Each tier's ring holds its
 * last `cells` boundaries before the head. Boundaries are multiples of the cell since the epoch.
 */
export class RingClock {
  readonly sliceMs: number;
  readonly rows: number;
  readonly tiers: readonly Tier[];
  readonly #rings: readonly Ring[];
  readonly #coarsest: Ring;
  #headMs: number;

  constructor(tiers: readonly Tier[], nowMs: number) {
    assertTiers(tiers);
    this.tiers = tiers.map(({ cellMs, cells }) => ({ cellMs, cells }));
    this.rows = rowsOf(tiers);
    let firstRow = HEAD_ROW + 1;
    let coarsest: Ring = { cellMs: 1, cells: 1, firstRow };
    this.#rings = this.tiers.map((tier) => {
      coarsest = { ...tier, firstRow };
      firstRow += tier.cells;
      return coarsest;
    });
    this.#coarsest = coarsest;
    this.sliceMs = tiers.reduce((shortest, tier) => Math.min(shortest, tier.cellMs), Infinity);
    this.#headMs = this.#floor(nowMs);
  }

  get headMs(): number {
    return this.#headMs;
  }

  /** The oldest boundary that is still held; what lies before it is out of reach. */
  get oldestMs(): number {
    return oldestOf(this.#coarsest, this.#headMs);
  }

  /** Moves the head to the last slice boundary at or before `nowMs`; gives the rows that must take a copy of HEAD_ROW. */
  advance(nowMs: number): readonly number[] {
    const from = this.#headMs;
    const to = this.#floor(nowMs);
    if (to <= from) return [];
    this.#headMs = to;
    const rows: number[] = [];
    for (const ring of this.#rings) {
      const first = Math.max(Math.ceil(from / ring.cellMs) * ring.cellMs, oldestOf(ring, to));
      for (let boundary = first; boundary < to; boundary += ring.cellMs) rows.push(rowOf(ring, boundary));
    }
    return rows;
  }

  /** The finest cell that holds an instant in [oldestMs, headMs). */
  cellAt(ms: number): Cell {
    const headMs = this.#headMs;
    let ring = this.#coarsest;
    for (const finer of this.#rings) {
      if (Math.floor(ms / finer.cellMs) * finer.cellMs >= oldestOf(finer, headMs)) {
        ring = finer;
        break;
      }
    }
    const startMs = Math.floor(ms / ring.cellMs) * ring.cellMs;
    const endMs = Math.min(startMs + ring.cellMs, headMs);
    return { startMs, endMs, startRow: rowOf(ring, startMs), endRow: endMs === headMs ? HEAD_ROW : rowOf(ring, endMs) };
  }

  /** Visits every row whose boundary lies after an instant before the head: the head's first, then tier by tier. */
  forEachRowAfter(ms: number, visit: (row: number, boundaryMs: number) => void): void {
    const headMs = this.#headMs;
    visit(HEAD_ROW, headMs);
    for (const ring of this.#rings) {
      const first = Math.max((Math.floor(ms / ring.cellMs) + 1) * ring.cellMs, oldestOf(ring, headMs));
      for (let boundary = first; boundary < headMs; boundary += ring.cellMs) visit(rowOf(ring, boundary), boundary);
    }
  }

  /** All boundaries held, ascending, each once, with every row that holds it. The head is last. */
  boundaries(): readonly { readonly boundaryMs: number; readonly rows: readonly number[] }[] {
    const held = new Map<number, number[]>();
    this.forEachRowAfter(-Infinity, (row, boundaryMs) => {
      const rows = held.get(boundaryMs);
      if (rows === undefined) held.set(boundaryMs, [row]);
      else rows.push(row);
    });
    return [...held].sort(([a], [b]) => a - b).map(([boundaryMs, rows]) => ({ boundaryMs, rows }));
  }

  #floor(ms: number): number {
    if (!Number.isSafeInteger(Math.floor(ms))) {
      throw new RangeError(`the clock says ${ms}; a ledger needs finite epoch milliseconds`);
    }
    return Math.floor(ms / this.sliceMs) * this.sliceMs;
  }
}

function oldestOf(ring: Ring, headMs: number): number {
  return (Math.ceil(headMs / ring.cellMs) - ring.cells) * ring.cellMs;
}

function rowOf(ring: Ring, boundaryMs: number): number {
  const position = (boundaryMs / ring.cellMs) % ring.cells;
  return ring.firstRow + (position < 0 ? position + ring.cells : position);
}
