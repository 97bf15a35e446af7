/** Is told what failed. */
export type TaskFailed = (task: string, error: unknown) => void;

/** Runs named tasks side by side; one that fails costs nothing else. */
export type LoopTasks = {
  /** Leaves it out when one of that name is still under way. */
  run(name: string, task: () => Promise<unknown>): void;
  /** Also while others of that name are under way: for a task that itself leaves alone what is. */
  runBeside(name: string, task: () => Promise<unknown>): void;
  /** Resolves once nothing is under way. */
  settled(): Promise<unknown>;
  underWay(): Iterable<string>;
};

/** Makes the tasks; failures go to whoever is given. */
export function createLoopTasks(failed: TaskFailed): LoopTasks {
  const busy = new Set<{ readonly name: string; done: Promise<void> }>();
  const underWay = (): ReadonlySet<string> => new Set([...busy].map(({ name }) => name));
  const runBeside: LoopTasks["runBeside"] = (name, task) => {
    const one = { name, done: Promise.resolve() };
    busy.add(one);
    one.done = (async () => {
      try {
        await task();
      } catch (error) {
        failed(name, error);
      } finally {
        busy.delete(one);
      }
    })();
  };
  return {
    run(name, task) {
      if (!underWay().has(name)) runBeside(name, task);
    },
    runBeside,
    // A round that is under way may start its follow-ups; they are waited for too.
    async settled() {
      while (busy.size > 0) await Promise.all([...busy].map(({ done }) => done));
    },
    underWay,
  };
}
