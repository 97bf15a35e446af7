import type { SnapshotQuery } from "./snapshot-query.js";
import type { SnapshotRow } from "./snapshot-row.js";

/** What became of a row that was offered. */
export type RowFate = "kept" | "known" | "contradicts";

// Two scripts that run once a minute are up to a minute apart, and a little more when one of them is held up.
const TURN = 1.25;

/** A row and when it was found, in the order of finding. */
type Arrival = { readonly sequence: number; readonly row: SnapshotRow };

/** Which SLO asks, and for what time. */
type Asked = { readonly sloId: string; readonly fromMs: number; readonly toMs: number };

// Looked through at each reading until all have seen them; who does not read must not make them pile up.
const ARRIVALS_KEPT = 100_000;

/** Keeps the rows of all files by service and node, in order of time, each once. */
export class SnapshotRows {
  readonly #byService = new Map<string, Map<string, SnapshotRow[]>>();
  /** By SLO, up to which arrival it has seen, and how far it has asked. */
  readonly #seen = new Map<string, { readonly sequence: number; readonly toMs: number }>();
  #arrivals: Arrival[] = [];
  #sequence = 0;

  /** Takes a row. The same service, node and time again is `known`, or `contradicts` when it says something else. */
  add(row: SnapshotRow): RowFate {
    const fate = this.#insert(row);
    // Before anybody has read, nothing is late.
    if (fate === "kept" && this.#seen.size > 0) {
      this.#sequence += 1;
      this.#arrivals.push({ sequence: this.#sequence, row });
      if (this.#arrivals.length > 2 * ARRIVALS_KEPT) this.#arrivals = this.#arrivals.slice(-ARRIVALS_KEPT);
    }
    return fate;
  }

  /**
   * The rows that fit, were found since the same SLO asked last, and lie before what it asks for now: they came late. Whoever
   * asks again for what is past is told of none; they are for the next to ask for what is new.
   */
  takeLate({ fromMs, sloId, toMs }: Asked, query: SnapshotQuery): readonly SnapshotRow[] {
    const seen = this.#seen.get(sloId) ?? { sequence: this.#sequence, toMs };
    if (toMs < seen.toMs) return [];
    this.#seen.set(sloId, { sequence: this.#sequence, toMs });
    const late = this.#arrivals.filter(
      ({ row, sequence }) => sequence > seen.sequence && row.atMs <= fromMs && isAskedFor(row, query),
    );
    let seenByAll = this.#sequence;
    for (const { sequence } of this.#seen.values()) seenByAll = Math.min(seenByAll, sequence);
    if ((this.#arrivals[0]?.sequence ?? Infinity) <= seenByAll)
      this.#arrivals = this.#arrivals.filter(({ sequence }) => sequence > seenByAll);
    return late.map(({ row }) => row);
  }

  #insert(row: SnapshotRow): RowFate {
    const rows = this.#rowsOf(row);
    const last = rows.at(-1);
    if (last === undefined || last.atMs < row.atMs) {
      rows.push(row);
      return "kept";
    }
    const at = firstAfter(rows, row.atMs - 1);
    const there = rows[at];
    if (there?.atMs === row.atMs) return isSame(there, row) ? "known" : "contradicts";
    rows.splice(at, 0, row);
    return "kept";
  }

  /** The rows with afterMs < at <= untilMs that fit, in no order between nodes. */
  select(query: SnapshotQuery, afterMs: number, untilMs: number): readonly SnapshotRow[] {
    return this.#lists(query).flatMap((rows) => {
      const some = rows.slice(firstAfter(rows, afterMs), firstAfter(rows, untilMs));
      return query.file === undefined ? some : some.filter(({ file }) => file === query.file);
    });
  }

  /**
   * Up to when every node has spoken that fits: a node whose row is only due or late is waited for, so that nothing runs
   * past a row that was not handed out; one that has missed its turn is not.
   */
  spokenToMs(query: SnapshotQuery, everyMs: number): number | undefined {
    const newest = this.#lists(query).flatMap(
      (rows) => rows.findLast(({ file }) => query.file === undefined || file === query.file)?.atMs ?? [],
    );
    if (newest.length === 0) return undefined;
    const newestMs = Math.max(...newest);
    return Math.min(...newest.filter((atMs) => newestMs - atMs <= everyMs * TURN));
  }

  /** The services that have rows. */
  services(): readonly string[] {
    return [...this.#byService.keys()];
  }

  prune(keepMs: number): void {
    for (const nodes of this.#byService.values()) {
      for (const rows of nodes.values()) {
        const oldestMs = (rows.at(-1)?.atMs ?? 0) - keepMs;
        if ((rows[0]?.atMs ?? Infinity) < oldestMs) rows.splice(0, firstAfter(rows, oldestMs));
      }
    }
  }

  #lists({ service, node }: SnapshotQuery): readonly SnapshotRow[][] {
    const nodes = this.#byService.get(service);
    if (nodes === undefined) return [];
    if (node === undefined) return [...nodes.values()];
    const rows = nodes.get(node);
    return rows === undefined ? [] : [rows];
  }

  #rowsOf({ service, node }: SnapshotRow): SnapshotRow[] {
    const nodes = this.#byService.get(service) ?? new Map<string, SnapshotRow[]>();
    this.#byService.set(service, nodes);
    const rows = nodes.get(node) ?? [];
    nodes.set(node, rows);
    return rows;
  }
}

/** The index of the first row later than an instant. */
function firstAfter(rows: readonly SnapshotRow[], atMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAskedFor(row: SnapshotRow, { file, node, service }: SnapshotQuery): boolean {
  return (
    row.service === service && (node === undefined || row.node === node) && (file === undefined || row.file === file)
  );
}

function isSame(a: SnapshotRow, b: SnapshotRow): boolean {
  return JSON.stringify([a.content, a.coversMs]) === JSON.stringify([b.content, b.coversMs]);
}
