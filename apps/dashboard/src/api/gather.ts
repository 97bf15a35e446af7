import type { Topic } from "./resources.js";

export type Gather = { readonly add: (topic: Topic | "all") => void };

type GatherOptions = {
  readonly afterMs: number;
  readonly release: (topic: Topic | "all") => void;
  readonly setTimer: (action: () => void, afterMs: number) => unknown;
};

/** Gathers changes that come in one burst, so that a round with ten incidents is one refresh and not eleven. */
export function createGather({ afterMs, release, setTimer }: GatherOptions): Gather {
  let waiting = new Set<Topic | "all">();
  return {
    add(topic) {
      const first = waiting.size === 0;
      waiting.add(topic);
      if (!first) return;
      setTimer(() => {
        const topics = waiting;
        waiting = new Set();
        // Every answer that an incident changes but one is changed by an evaluation too: two topics at once mean all.
        const [only] = topics;
        release(topics.size === 1 && only !== undefined ? only : "all");
      }, afterMs);
    },
  };
}
