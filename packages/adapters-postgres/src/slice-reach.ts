import { blockWindows, BY_SEQUENCE } from "./block-windows.js";
import type { SliceColumns } from "./slice-block.js";
import type { Sql } from "./sql/sql.js";

/**
 * Knows how far each SLO's slices reach, so that a newer one is known to be new without asking.
 *
 * It holds for the storage as of `sequence`. For SLOs that were stored before it was opened it knows only that none of
 * them reaches further than all; so "newer" is sure, and anything else has to be looked up.
 */
export type SliceReach = {
  /** All that was stored up to this sequence is taken into account. */
  readonly sequence: number;
  /** Whether a slice is newer than all of its SLO. */
  isNewer(key: number, startMs: number): boolean;
  /** Takes note of slices that were stored, up to a sequence. */
  stored(slices: SliceColumns, sequence: number): void;
  /** Learns what other processes have stored meanwhile. */
  catchUp(sql: Sql): Promise<void>;
};

const PAGE_SLICES = 65_536;

/** Asks once how far the storage reaches. */
export async function openSliceReach(sql: Sql): Promise<SliceReach> {
  const [row] = await sql.query(
    `SELECT latest, (SELECT max(to_ms) FROM plimsoll.slice_blocks) AS to_ms, (SELECT max(slo_key) FROM plimsoll.slo_keys) AS slo_key
     FROM plimsoll.slice_counter`,
  );
  const openedTo = row?.["to_ms"] === null ? Number.NEGATIVE_INFINITY : Number(row?.["to_ms"]);
  const openedKey = Number(row?.["slo_key"] ?? 0);
  const newest = new Map<number, number>();
  let sequence = Number(row?.["latest"]);
  // A key that was given later has no slices but those that were stored since.
  const newestOf = (key: number): number => newest.get(key) ?? (key <= openedKey ? openedTo : Number.NEGATIVE_INFINITY);
  const stored = ({ count, keys, starts }: SliceColumns, upTo: number): void => {
    for (let place = 0; place < count; place += 1) {
      const key = keys[place] as number;
      const startMs = starts[place] as number;
      if (startMs > newestOf(key)) newest.set(key, startMs);
    }
    sequence = Math.max(sequence, upTo);
  };
  return {
    get sequence() {
      return sequence;
    },
    isNewer: (key, startMs) => startMs > newestOf(key),
    stored,
    async catchUp(asked) {
      const [latest] = await asked.query("SELECT latest FROM plimsoll.slice_counter");
      const to = Number(latest?.["latest"]);
      if (to <= sequence) return;
      const query = { from: sequence + 1, to: to + 1, target: PAGE_SLICES };
      for await (const slices of blockWindows(asked, BY_SEQUENCE, query)) stored(slices, sequence);
      sequence = to;
    },
  };
}
