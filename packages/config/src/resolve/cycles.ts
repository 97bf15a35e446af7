/** Finds circles in a graph of names: each as the names along it, every name in one circle at most. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const left = new Set(edges.keys());
  const cycles: (readonly string[])[] = [];
  for (;;) {
    peel(left, edges);
    const [start] = left;
    if (start === undefined) return cycles;
    const cycle = walk(start, left, edges);
    cycles.push(cycle);
    for (const name of cycle) left.delete(name);
  }
}

/** Takes away what leads to nothing that is left; the rest lies on circles or leads to one. */
function peel(left: Set<string>, edges: ReadonlyMap<string, readonly string[]>): void {
  const leadingHere = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const name of left) {
    const next = new Set((edges.get(name) ?? []).filter((other) => left.has(other)));
    open.set(name, next.size);
    for (const other of next) {
      const before = leadingHere.get(other) ?? [];
      before.push(name);
      leadingHere.set(other, before);
    }
  }
  const done = [...left].filter((name) => open.get(name) === 0);
  for (let name = done.pop(); name !== undefined; name = done.pop()) {
    left.delete(name);
    for (const before of leadingHere.get(name) ?? []) {
      const rest = (open.get(before) ?? 0) - 1;
      open.set(before, rest);
      if (rest === 0) done.push(before);
    }
  }
}

function walk(
  start: string,
  left: ReadonlySet<string>,
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const order: string[] = [];
  const place = new Map<string, number>();
  let name: string | undefined = start;
  while (name !== undefined && !place.has(name)) {
    place.set(name, order.length);
    order.push(name);
    name = (edges.get(name) ?? []).find((next) => left.has(next));
  }
  return order.slice(name === undefined ? 0 : place.get(name));
}
