import type { Timer, TimerEntry } from "@plimsoll/core";

import type { TimerHarness } from "../contracts/timer-harness.js";
import type { Broken } from "./broken.js";

type Flaw =
  | "none"
  | "loses the fence"
  | "rounds to seconds"
  | "drops what is overdue"
  | "keeps the order of scheduling"
  | "forgets to settle"
  | "tries twice"
  | "adds entries"
  | "takes any fence"
  | "moves the same fence"
  | "cannot cancel"
  | "cancels any fence"
  | "settles by key"
  | "asks the first consumer"
  | "drops what nobody consumes"
  | "keeps who left"
  | "leaves at once"
  | "hands over side by side"
  | "forgets at a restart"
  | "remembers too much"
  | "settles before";

/** A naive timer; each flaw is one thing that timers get wrong. */
export const brokenTimers: Broken<TimerHarness> = {
  right: () => timerThat("none"),
  flawed: {
    "hands over a due entry as it was scheduled": () => timerThat("loses the fence"),
    "hands over nothing before its time, not by a millisecond": () => timerThat("rounds to seconds"),
    "hands over at once what was due before it was scheduled": () => timerThat("drops what is overdue"),
    "hands over in the order of time": () => timerThat("keeps the order of scheduling"),
    "does not hand over again what was handled": () => timerThat("forgets to settle"),
    "hands over again what a handler refused, until it is handled": () => timerThat("tries twice"),
    "keeps one entry per key: a greater fence replaces": () => timerThat("adds entries"),
    "changes nothing for a smaller fence, which comes too late": () => timerThat("takes any fence"),
    "changes nothing for the same fence, which is the same entry": () => timerThat("moves the same fence"),
    "takes a cancelled entry back": () => timerThat("cannot cancel"),
    "leaves an entry to which a cancellation of a smaller fence comes too late": () => timerThat("cancels any fence"),
    "keeps the entry that a handler puts in the place of its own": () => timerThat("settles by key"),
    "hands an entry to the consumer of its prefix": () => timerThat("asks the first consumer"),
    "keeps an entry that nobody consumes until somebody does": () => timerThat("drops what nobody consumes"),
    "hands nothing more to a consumer that has left": () => timerThat("keeps who left"),
    "lets a consumer leave only when its handler is idle": () => timerThat("leaves at once"),
    "hands over one entry of a key at a time": () => timerThat("hands over side by side"),
    "still holds what was scheduled across a restart, one entry per key": () => timerThat("forgets at a restart"),
    "has forgotten what was handled or cancelled across a restart": () => timerThat("remembers too much"),
    "hands over again what was not handled to its end before a restart": () => timerThat("settles before"),
  },
};

type Consumer = {
  readonly prefix: string;
  readonly handler: (entry: TimerEntry) => Promise<void>;
  readonly running: Promise<void>[];
};

function timerThat(flaw: Flaw): TimerHarness {
  let presentMs = 1_700_000_000_000;
  let entries: TimerEntry[] = [];
  const everything: TimerEntry[] = [];
  const tries = new Map<string, number>();
  let open = openTimer();

  function openTimer() {
    let consumers: Consumer[] = [];
    const busy = new Map<string, Promise<void>>();

    const settle = (entry: TimerEntry): void => {
      const alsoGone = ({ key, atMs }: TimerEntry): boolean =>
        flaw === "settles by key" && key === entry.key && atMs > presentMs;
      entries = entries.filter((known) => known !== entry && !alsoGone(known));
    };

    const hand = async (entry: TimerEntry, { handler, running }: Consumer): Promise<void> => {
      const shown = flaw === "loses the fence" ? { ...entry, fence: Math.min(entry.fence, 3) } : entry;
      const work = handler(shown);
      running.push(work.catch(() => undefined));
      await work;
    };

    const attempt = async (entry: TimerEntry, consumer: Consumer): Promise<void> => {
      const name = `${entry.key}#${entry.fence}`;
      tries.set(name, (tries.get(name) ?? 0) + 1);
      if (flaw === "settles before") settle(entry);
      try {
        await hand(entry, consumer);
        if (flaw === "forgets to settle" && entry.key === "once") return;
        settle(entry);
      } catch {
        if (flaw === "settles before") entries.push(entry);
        if (flaw === "tries twice" && tries.get(name) === 2) settle(entry);
      }
    };

    const runDue = async (): Promise<void> => {
      const due = entries.filter(({ atMs }) => isDue(atMs));
      if (flaw !== "keeps the order of scheduling") due.sort((left, right) => left.atMs - right.atMs);
      for (const entry of due) {
        const consumer = consumers.find(
          ({ prefix }) => flaw === "asks the first consumer" || entry.key.startsWith(prefix),
        );
        if (consumer === undefined) {
          if (flaw === "drops what nobody consumes" && entry.key === "page/1") settle(entry);
          continue;
        }
        const before = flaw === "hands over side by side" ? undefined : busy.get(entry.key);
        await before;
        if (!entries.includes(entry)) continue;
        const work = attempt(entry, consumer);
        busy.set(entry.key, work);
        await work;
      }
    };

    const isDue = (atMs: number): boolean => (flaw === "rounds to seconds" ? atMs - 1 : atMs) <= presentMs;

    const timer: Timer = {
      async schedule(entry) {
        everything.push(entry);
        if (flaw === "drops what is overdue" && entry.atMs < presentMs) return;
        const known = entries.find(({ key }) => key === entry.key);
        const same = flaw === "moves the same fence" && known?.fence === entry.fence;
        const tooLate = known !== undefined && known.fence >= entry.fence && !same;
        if (tooLate && !(flaw === "takes any fence" && entry.fence < known.fence)) return;
        // A key of one letter is replaced also by the timer that only adds, so that one case alone finds it.
        const replaces = flaw !== "adds entries" || entry.key.length === 1;
        entries = [...entries.filter((other) => other !== known || !replaces), entry];
      },
      async cancel(key, fence) {
        if (flaw === "cannot cancel" && key === "a") return;
        entries = entries.filter((known) => known.key !== key || (known.fence > fence && flaw !== "cancels any fence"));
      },
      async consume(prefix, handler) {
        const consumer: Consumer = { prefix, handler, running: [] };
        consumers.push(consumer);
        return async () => {
          if (flaw !== "keeps who left") consumers = consumers.filter((known) => known !== consumer);
          if (flaw !== "leaves at once") await Promise.all(consumer.running);
        };
      },
    };
    return { timer, runDue };
  }

  return {
    timer: open.timer,
    nowMs: () => presentMs,
    async advance(ms) {
      presentMs += ms;
      await open.runDue();
    },
    async reopen() {
      if (flaw === "forgets at a restart") entries = entries.filter(({ key }) => key !== "a" || entries.length === 1);
      if (flaw === "remembers too much") entries = everything.filter(({ key }) => key.length > 1).concat(entries);
      open = openTimer();
      return open.timer;
    },
  };
}
