/** Is told what failed. */
export type TaskFailed = (task: string, error: unknown) => void;

/** Runs named tasks side by side, each at most once at a time; one that fails costs nothing else. */
export type LoopTasks = {
  /** Leaves it out when one of that name is still under way. */
  run(name: string, task: () => Promise<unknown>): void;
  /** Resolves once nothing is under way. */
  settled(): Promise<unknown>;
  underWay(): Iterable<string>;
};

/** Makes the tasks; failures go to whoever is given. */
export function createLoopTasks(failed: TaskFailed): LoopTasks {
  const busy = new Map<string, Promise<void>>();
  return {
    run(name, task) {
      if (busy.has(name)) return;
      const done = (async () => {
        try {
          await task();
        } catch (error) {
          failed(name, error);
        } finally {
          busy.delete(name);
        }
      })();
      busy.set(name, done);
    },
    // A round that is under way may start its follow-ups; they are waited for too.
    async settled() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
    underWay: () => busy.keys(),
  };
}
