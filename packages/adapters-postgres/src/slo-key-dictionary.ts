import { PlimsollError } from "@plimsoll/core";

import type { Sql } from "./sql/sql.js";

/** Knows the small number under which each SLO's slices are kept. Numbers are given once and never change. */
export type SloKeyDictionary = {
  /** The keys of SLOs, in their order; new ones are given where there are none. */
  keysFor(sloIds: readonly string[]): Promise<readonly number[]>;
  /** The keys of those SLOs that have one; of all when no ids are given. */
  knownKeys(sloIds?: readonly string[]): Promise<readonly number[]>;
  /** Whether a key has been seen. */
  knows(key: number): boolean;
  /** The SLO of a key that a row holds. */
  sloIdOf(key: number): string;
  /** Learns what other processes have added. */
  refresh(): Promise<void>;
};

/** Makes a dictionary that remembers what it has seen; another process may add keys at any time. */
export function createSloKeyDictionary(sql: Sql): SloKeyDictionary {
  const keys = new Map<string, number>();
  const ids = new Map<number, string>();

  const refresh = async (): Promise<void> => {
    for (const row of await sql.query("SELECT slo_key, slo FROM plimsoll.slo_keys WHERE slo_key > $1", [
      lastContiguous(),
    ])) {
      keys.set(String(row["slo"]), Number(row["slo_key"]));
      ids.set(Number(row["slo_key"]), String(row["slo"]));
    }
  };

  // Keys are drawn before they are committed, so a lower one may appear later: ask again from the first hole on.
  let contiguous = 0;
  const lastContiguous = (): number => {
    while (ids.has(contiguous + 1)) contiguous += 1;
    return contiguous;
  };

  const add = async (sloIds: readonly string[]): Promise<void> => {
    if (sloIds.every((id) => keys.has(id))) return;
    // Sorted, so that two processes that add the same SLOs do not wait for each other.
    const missing = [...new Set(sloIds)].filter((id) => !keys.has(id)).sort();
    await refresh();
    const unknown = missing.filter((id) => !keys.has(id));
    if (unknown.length === 0) return;
    await sql.query("INSERT INTO plimsoll.slo_keys (slo) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [unknown]);
    await refresh();
  };

  return {
    refresh,
    async keysFor(sloIds) {
      await add(sloIds);
      return sloIds.map((id) => keys.get(id) ?? lost(`SLO "${id}" got no key`));
    },
    async knownKeys(sloIds) {
      if (sloIds === undefined || sloIds.some((id) => !keys.has(id))) await refresh();
      return sloIds === undefined ? [...ids.keys()] : sloIds.flatMap((id) => keys.get(id) ?? []);
    },
    knows: (key) => ids.has(key),
    sloIdOf: (key) => ids.get(key) ?? lost(`key ${key} belongs to no SLO`),
  };
}

function lost(what: string): never {
  throw new PlimsollError({
    code: "storage-damaged",
    message: `The table of SLO keys does not fit the slices: ${what}. Restore the storage from a backup.`,
    retryable: false,
  });
}
