/** Runs tasks one after another in the order they were handed in; a task that fails does not stop the next. */
export type SerialQueue = <Value>(task: () => Promise<Value>) => Promise<Value>;

/** Makes a queue of its own; tasks must not wait for a task of the same queue. */
export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  };
}
