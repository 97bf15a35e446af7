/** Keeps for each key the instant at which it is due, and gives them out in that order; of equals the first set is first. */
export type DueQueue = {
  /** Sets or moves a key. */
  set(key: string, atMs: number): void;
  remove(key: string): void;
  nextMs(): number | undefined;
  /** Every key that is due by an instant, oldest first; they stay until they are moved or removed. */
  due(nowMs: number): readonly string[];
  readonly size: number;
};

type Entry = { readonly key: string; readonly atMs: number; readonly order: number };

// A binary heap; what was moved or removed stays in it as a stale entry until it comes up.
export function createDueQueue(): DueQueue {
  const current = new Map<string, Entry>();
  const heap: Entry[] = [];
  let order = 0;

  const top = (): Entry | undefined => {
    let first = heap[0];
    while (first !== undefined && current.get(first.key) !== first) {
      pop(heap);
      first = heap[0];
    }
    return first;
  };

  return {
    set(key, atMs) {
      if (current.get(key)?.atMs === atMs) return;
      const entry = { key, atMs, order: (order += 1) };
      current.set(key, entry);
      push(heap, entry);
    },
    remove(key) {
      current.delete(key);
    },
    nextMs: () => top()?.atMs,
    due(nowMs) {
      const found: Entry[] = [];
      for (let first = top(); first !== undefined && first.atMs <= nowMs; first = top()) {
        found.push(first);
        pop(heap);
      }
      for (const entry of found) push(heap, entry);
      return found.map(({ key }) => key);
    },
    get size() {
      return current.size;
    },
  };
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!before(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop() as Entry;
  if (heap.length === 0) return;
  let at = 0;
  for (let left = heap[1]; left !== undefined; left = heap[2 * at + 1]) {
    const right = heap[2 * at + 2];
    const smaller = right !== undefined && before(right, left) ? 2 * at + 2 : 2 * at + 1;
    const child = heap[smaller] as Entry;
    if (!before(child, last)) break;
    heap[at] = child;
    at = smaller;
  }
  heap[at] = last;
}

function before(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
