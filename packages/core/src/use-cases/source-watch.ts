import type { SetAside } from "../ports/sli-source.js";

/** How a source is doing, for people. */
export type SourceHealth = {
  readonly name: string;
  /** Failing as long as the last read of any SLO failed. */
  readonly state: "starting" | "ok" | "failing";
  readonly lastReadMs?: number;
  /** The newest failure of an SLO that fails still. */
  readonly lastError?: string;
  readonly setAside: readonly SetAside[];
  readonly notes: readonly string[];
};

/** Remembers what each source said last, what had to be set aside, and what is worth saying once. */
export type SourceWatch = {
  readOk(source: string, read: ReadOk): void;
  readFailed(source: string, failed: { readonly sloId: string; readonly message: string }): void;
  health(): readonly SourceHealth[];
};

/** One read that worked. */
export type ReadOk = {
  readonly sloId: string;
  readonly atMs: number;
  readonly setAside: readonly SetAside[];
  readonly notes: readonly string[];
};

// Notes and reasons name series and files; a source that says something new each time must not grow without bound.
const KEPT = 100;

export function createSourceWatch(names: readonly string[]): SourceWatch {
  type Seen = {
    lastReadMs?: number;
    /** By SLO, what its last read failed with; the newest last. */
    readonly failing: Map<string, string>;
    readonly aside: Map<string, SetAside>;
    readonly notes: Set<string>;
  };
  const seen = new Map<string, Seen>(
    names.map((name) => [name, { failing: new Map(), aside: new Map(), notes: new Set() }]),
  );
  const update = (source: string, change: (one: Seen) => void): void => {
    const one = seen.get(source);
    if (one !== undefined) change(one);
  };
  return {
    readOk: (source, { atMs, notes, setAside, sloId }) =>
      update(source, (one) => {
        one.failing.delete(sloId);
        one.lastReadMs = atMs;
        for (const { reason, count, example } of setAside) {
          const before = one.aside.get(reason);
          if (before === undefined && one.aside.size >= KEPT) continue;
          one.aside.set(reason, { reason, count: (before?.count ?? 0) + count, example });
        }
        for (const note of notes) if (one.notes.size < KEPT) one.notes.add(note);
      }),
    readFailed: (source, { message, sloId }) =>
      update(source, (one) => {
        one.failing.delete(sloId);
        one.failing.set(sloId, message);
      }),
    health: () =>
      [...seen].map(([name, one]) => {
        const lastError = [...one.failing.values()].at(-1);
        const working = one.lastReadMs === undefined ? "starting" : "ok";
        return {
          name,
          state: lastError === undefined ? working : "failing",
          ...(one.lastReadMs === undefined ? {} : { lastReadMs: one.lastReadMs }),
          ...(lastError === undefined ? {} : { lastError }),
          setAside: [...one.aside.values()],
          notes: [...one.notes],
        };
      }),
  };
}
