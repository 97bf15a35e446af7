import type { TimerEntry } from "../ports/timer.js";

/** An entry on an agenda, and when it is to be tried. */
export type AgendaItem = {
  readonly entry: TimerEntry;
  /** Its time, or later where an attempt failed. */
  readonly tryAtMs: number;
  /** How often a consumer has refused it. */
  readonly attempts: number;
};

/** What became of an entry that was put on an agenda. */
export type AgendaPut =
  | { readonly kind: "taken"; readonly replaced?: TimerEntry }
  /** The entry that is there has this fence or a greater one. */
  | { readonly kind: "too-late" };

/**
 * Knows the one entry of each key, and which is to be tried first: a binary heap, so that 100,000 entries cost no
 * more to wait for than one. Every adapter of the `Timer` port keeps its entries in one.
 */
export type TimerAgenda = {
  readonly size: number;
  get(key: string): TimerEntry | undefined;
  /** `tryAtMs` when it is to be tried at another time than its own. */
  put(entry: TimerEntry, tryAtMs?: number): AgendaPut;
  /** Takes the key's entry away where its fence is this one or smaller; answers what was taken away. */
  drop(key: string, fence: number): TimerEntry | undefined;
  /** Takes the first item that is to be tried by then from the queue; it stays the entry of its key. */
  next(nowMs: number): AgendaItem | undefined;
  /** Puts an item that `next` gave into the queue again; one that was replaced or dropped meanwhile is forgotten. */
  retry(item: AgendaItem, tryAtMs: number, attempts: number): void;
  /** When the first item is to be tried; undefined when none waits. */
  nextAtMs(): number | undefined;
};

type Node = AgendaItem & { readonly order: number };

const SLACK = 64; // forgotten items that are not worth a clearing

export function createTimerAgenda(): TimerAgenda {
  const entries = new Map<string, TimerEntry>();
  let heap: Node[] = [];
  let count = 0;

  const isCurrent = ({ entry }: AgendaItem): boolean => entries.get(entry.key) === entry;

  const push = (item: AgendaItem): void => {
    // Replaced and dropped items stay in the heap until their time; far ones must not pile up.
    if (heap.length > 2 * entries.size + SLACK) heap = heap.filter(isCurrent).sort(byTime);
    count += 1;
    heap.push({ ...item, order: count });
    siftUp(heap);
  };

  const forgetStale = (): Node | undefined => {
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      if (isCurrent(first)) return first;
      popFirst(heap);
    }
    return undefined;
  };

  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    put(entry, tryAtMs = entry.atMs) {
      const replaced = entries.get(entry.key);
      if (replaced !== undefined && replaced.fence >= entry.fence) return { kind: "too-late" };
      entries.set(entry.key, entry);
      push({ entry, tryAtMs, attempts: 0 });
      return replaced === undefined ? { kind: "taken" } : { kind: "taken", replaced };
    },
    drop(key, fence) {
      const entry = entries.get(key);
      if (entry === undefined || entry.fence > fence) return undefined;
      entries.delete(key);
      return entry;
    },
    next(nowMs) {
      const first = forgetStale();
      if (first === undefined || first.tryAtMs > nowMs) return undefined;
      popFirst(heap);
      return first;
    },
    retry(item, tryAtMs, attempts) {
      if (isCurrent(item)) push({ entry: item.entry, tryAtMs, attempts });
    },
    nextAtMs: () => forgetStale()?.tryAtMs,
  };
}

/** By time; of the same time, what came first goes first. */
function byTime(left: Node, right: Node): number {
  return left.tryAtMs - right.tryAtMs || left.order - right.order;
}

function siftUp(heap: Node[]): void {
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >> 1;
    if (!swapIfLater(heap, parent, child)) return;
    child = parent;
  }
}

function popFirst(heap: Node[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let parent = 0; ;) {
    const left = 2 * parent + 1;
    const child = isLater(heap[left], heap[left + 1]) ? left + 1 : left;
    if (!swapIfLater(heap, parent, child)) return;
    parent = child;
  }
}

function swapIfLater(heap: Node[], parent: number, child: number): boolean {
  const above = heap[parent];
  const below = heap[child];
  if (above === undefined || below === undefined || byTime(above, below) <= 0) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}

/** A place beyond the end holds nothing, and nothing is neither later nor earlier. */
function isLater(one: Node | undefined, other: Node | undefined): boolean {
  return one !== undefined && other !== undefined && byTime(one, other) > 0;
}
