import type { SetAside } from "../ports/sli-source.js";

/** How a source is doing, for people. */
export type SourceHealth = {
  readonly name: string;
  readonly state: "starting" | "ok" | "failing";
  readonly lastReadMs?: number;
  readonly lastError?: string;
  readonly setAside: readonly SetAside[];
  readonly notes: readonly string[];
};

/** Remembers what each source said last, what had to be set aside, and what is worth saying once. */
export type SourceWatch = {
  readOk(
    source: string,
    atMs: number,
    said: { readonly setAside: readonly SetAside[]; readonly notes: readonly string[] },
  ): void;
  readFailed(source: string, message: string): void;
  health(): readonly SourceHealth[];
};

// Notes and reasons name series and files; a source that says something new each time must not grow without bound.
const KEPT = 100;

export function createSourceWatch(names: readonly string[]): SourceWatch {
  type Seen = {
    state: SourceHealth["state"];
    lastReadMs?: number;
    lastError?: string;
    readonly aside: Map<string, SetAside>;
    readonly notes: Set<string>;
  };
  const seen = new Map<string, Seen>(
    names.map((name) => [name, { state: "starting", aside: new Map(), notes: new Set() }]),
  );
  const update = (source: string, change: (one: Seen) => void): void => {
    const one = seen.get(source);
    if (one !== undefined) change(one);
  };
  return {
    readOk: (source, atMs, { setAside, notes }) =>
      update(source, (one) => {
        one.state = "ok";
        one.lastReadMs = atMs;
        for (const { reason, count, example } of setAside) {
          const before = one.aside.get(reason);
          if (before === undefined && one.aside.size >= KEPT) continue;
          one.aside.set(reason, { reason, count: (before?.count ?? 0) + count, example });
        }
        for (const note of notes) if (one.notes.size < KEPT) one.notes.add(note);
      }),
    readFailed: (source, message) =>
      update(source, (one) => {
        one.state = "failing";
        one.lastError = message;
      }),
    health: () =>
      [...seen].map(([name, one]) => ({
        name,
        state: one.state,
        ...(one.lastReadMs === undefined ? {} : { lastReadMs: one.lastReadMs }),
        ...(one.state !== "failing" || one.lastError === undefined ? {} : { lastError: one.lastError }),
        setAside: [...one.aside.values()],
        notes: [...one.notes],
      })),
  };
}
