import type { CancelSignal } from "../ports/sli-source.js";

/** A signal, and what fires it. */
export type RunbookTrigger = {
  readonly signal: CancelSignal;
  /** Once; later calls do nothing. */
  fire(): void;
};

/** Makes a signal of the engine's own: the core has no AbortController. */
export function createRunbookTrigger(): RunbookTrigger {
  const listeners = new Set<() => void>();
  let fired = false;
  return {
    signal: {
      get aborted() {
        return fired;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    fire() {
      if (fired) return;
      fired = true;
      for (const listener of listeners) listener();
    },
  };
}

/**
 * What comes of some work, or, where the signal fires before, another value; the work is not waited for then. Where it
 * has fired already, the work is not even begun.
 */
export function unlessFired<Value>(signal: CancelSignal, work: () => Promise<Value>, instead: Value): Promise<Value> {
  if (signal.aborted) return Promise.resolve(instead);
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(instead);
    signal.addEventListener("abort", leave);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", leave));
  });
}
