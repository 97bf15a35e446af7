/** Takes turns among the backends that are up. */
export type RoundRobin = {
  /** The next backend in turn that is up and not excluded; `undefined` when there is none. */
  next(excluded?: ReadonlySet<string>): string | undefined;
  /** Marks a backend up or down; answers whether that changed anything. */
  mark(backend: string, up: boolean): boolean;
  isUp(backend: string): boolean;
};

/** Makes a turn-taker; backends count as up until they prove otherwise. */
export function createRoundRobin(backends: readonly string[]): RoundRobin {
  const down = new Set<string>();
  let turn = 0;
  return {
    next(excluded = new Set()) {
      for (let step = 0; step < backends.length; step += 1) {
        const index = (turn + step) % backends.length;
        const backend = backends[index];
        if (backend === undefined || down.has(backend) || excluded.has(backend)) continue;
        turn = (index + 1) % backends.length;
        return backend;
      }
      return undefined;
    },
    mark(backend, up) {
      const wasUp = !down.has(backend);
      if (up) down.delete(backend);
      else down.add(backend);
      return wasUp !== up;
    },
    isUp: (backend) => !down.has(backend),
  };
}
