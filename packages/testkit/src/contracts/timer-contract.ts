import type { TimerEntry } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ContractCase, PortContract } from "../port-contract.js";
import { LONG_MS, MINUTE_MS, namesOf, opening, record, type TimerHarness } from "./timer-harness.js";
import { timerRestartCases } from "./timer-restart-cases.js";

const keeping: readonly ContractCase<TimerHarness>[] = [
  {
    name: "hands over a due entry as it was scheduled",
    async run({ timer, nowMs, advance }) {
      const entry = { key: "a/'\"\\ ü 雪", atMs: nowMs() + MINUTE_MS, fence: 7 };
      const woken = await record(timer);
      await timer.schedule(entry);
      await advance(MINUTE_MS);
      ensureEqual(woken, [entry], "handed over");
    },
  },
  {
    name: "hands over nothing before its time, not by a millisecond",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "a", atMs: nowMs() + MINUTE_MS, fence: 1 });
      await advance(MINUTE_MS - 1);
      ensureEqual(woken, [], "handed over a millisecond early");
    },
  },
  {
    name: "hands over at once what was due before it was scheduled",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "a", atMs: nowMs() - MINUTE_MS, fence: 1 });
      await advance(0);
      ensureEqual(namesOf(woken), ["a#1"], "handed over");
    },
  },
  {
    name: "hands over in the order of time",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      const startMs = nowMs();
      for (const [key, minutes] of [
        ["c", 3],
        ["a", 1],
        ["d", 4],
        ["b", 2],
      ] as const) {
        await timer.schedule({ key, atMs: startMs + minutes * MINUTE_MS, fence: 1 });
      }
      await advance(10 * MINUTE_MS);
      ensureEqual(namesOf(woken), ["a#1", "b#1", "c#1", "d#1"], "order");
    },
  },
  {
    name: "does not hand over again what was handled",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "once", atMs: nowMs(), fence: 1 });
      await advance(0);
      await advance(LONG_MS);
      ensureEqual(namesOf(woken), ["once#1"], "handed over");
    },
  },
  {
    name: "hands over again what a handler refused, until it is handled",
    async run({ timer, nowMs, advance }) {
      const tried: string[] = [];
      await timer.consume("", async ({ key, fence }) => {
        tried.push(`${key}#${fence}`);
        if (tried.length < 3) throw new Error("not now");
      });
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      for (let turn = 0; turn < 4; turn += 1) await advance(LONG_MS);
      ensureEqual(tried, ["a#1", "a#1", "a#1"], "attempts");
    },
  },
];

const fencing: readonly ContractCase<TimerHarness>[] = [
  {
    name: "keeps one entry per key: a greater fence replaces",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      const startMs = nowMs();
      await timer.schedule({ key: "sooner", atMs: startMs + 2 * MINUTE_MS, fence: 1 });
      await timer.schedule({ key: "sooner", atMs: startMs + MINUTE_MS, fence: 2 });
      await timer.schedule({ key: "later", atMs: startMs + MINUTE_MS, fence: 1 });
      await timer.schedule({ key: "later", atMs: startMs + 3 * MINUTE_MS, fence: 2 });
      await advance(MINUTE_MS);
      await advance(MINUTE_MS);
      await advance(MINUTE_MS);
      ensureEqual(namesOf(woken), ["sooner#2", "later#2"], "handed over");
    },
  },
  {
    name: "changes nothing for a smaller fence, which comes too late",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "a", atMs: nowMs() + MINUTE_MS, fence: 2 });
      await timer.schedule({ key: "a", atMs: nowMs() + 2 * MINUTE_MS, fence: 1 });
      await advance(MINUTE_MS);
      await advance(MINUTE_MS);
      ensureEqual(namesOf(woken), ["a#2"], "handed over");
    },
  },
  {
    name: "changes nothing for the same fence, which is the same entry",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      const startMs = nowMs();
      await timer.schedule({ key: "a", atMs: startMs + MINUTE_MS, fence: 1 });
      await timer.schedule({ key: "a", atMs: startMs + 2 * MINUTE_MS, fence: 1 });
      await advance(MINUTE_MS);
      await advance(MINUTE_MS);
      ensureEqual(
        woken.map(({ atMs }) => atMs - startMs),
        [MINUTE_MS],
        "times handed over",
      );
    },
  },
  {
    name: "takes a cancelled entry back",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "a", atMs: nowMs() + MINUTE_MS, fence: 1 });
      await timer.schedule({ key: "b", atMs: nowMs() + MINUTE_MS, fence: 1 });
      await timer.cancel("a", 1);
      await timer.cancel("nothing", 1);
      await advance(MINUTE_MS);
      ensureEqual(namesOf(woken), ["b#1"], "handed over");
    },
  },
  {
    name: "leaves an entry to which a cancellation of a smaller fence comes too late",
    async run({ timer, nowMs, advance }) {
      const woken = await record(timer);
      await timer.schedule({ key: "a", atMs: nowMs() + MINUTE_MS, fence: 2 });
      await timer.cancel("a", 1);
      await advance(MINUTE_MS);
      ensureEqual(namesOf(woken), ["a#2"], "handed over");
    },
  },
  {
    name: "keeps the entry that a handler puts in the place of its own",
    async run({ timer, nowMs, advance }) {
      const woken: string[] = [];
      await timer.consume("", async ({ key, fence }) => {
        woken.push(`${key}#${fence}`);
        if (fence < 3) await timer.schedule({ key, atMs: nowMs() + MINUTE_MS, fence: fence + 1 });
      });
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      for (let turn = 0; turn < 4; turn += 1) await advance(MINUTE_MS);
      ensureEqual(woken, ["a#1", "a#2", "a#3"], "handed over");
    },
  },
];

const consuming: readonly ContractCase<TimerHarness>[] = [
  {
    name: "hands an entry to the consumer of its prefix",
    async run({ timer, nowMs, advance }) {
      const pages = await record(timer, "page/");
      const runs = await record(timer, "run/");
      await timer.schedule({ key: "page/1", atMs: nowMs(), fence: 1 });
      await timer.schedule({ key: "run/1", atMs: nowMs(), fence: 1 });
      await advance(0);
      ensureEqual([namesOf(pages), namesOf(runs)], [["page/1#1"], ["run/1#1"]], "handed to each consumer");
    },
  },
  {
    name: "keeps an entry that nobody consumes until somebody does",
    async run({ timer, nowMs, advance }) {
      await timer.schedule({ key: "page/1", atMs: nowMs(), fence: 1 });
      await advance(LONG_MS);
      const pages = await record(timer, "page/");
      await advance(0);
      ensureEqual(namesOf(pages), ["page/1#1"], "handed over");
    },
  },
  {
    name: "hands nothing more to a consumer that has left",
    async run({ timer, nowMs, advance }) {
      const woken: TimerEntry[] = [];
      const leave = await timer.consume("", async (entry) => void woken.push(entry));
      await ensureComes("leaving", leave());
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      await advance(LONG_MS);
      ensureEqual(namesOf(woken), [], "handed over");
    },
  },
  {
    name: "lets a consumer leave only when its handler is idle",
    async run({ timer, nowMs, advance }) {
      const gate = opening();
      const started = opening();
      const leave = await timer.consume("", async () => {
        started.open();
        await gate.opened;
      });
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      const advancing = advance(0);
      await ensureComes("the handler", started.opened);
      let left = false;
      const leaving = leave().then(() => (left = true));
      await turns(20);
      const early = left;
      gate.open();
      await Promise.all([advancing, ensureComes("leaving", leaving)]);
      ensure(!early, "leaving resolved while the handler was still at work");
    },
  },
  {
    name: "hands over one entry of a key at a time",
    async run({ timer, nowMs, advance }) {
      const gate = opening();
      const started = opening();
      const course: string[] = [];
      await timer.consume("", async ({ fence }) => {
        course.push(`begins ${fence}`);
        started.open();
        if (fence === 1) await gate.opened;
        course.push(`ends ${fence}`);
      });
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      const first = advance(0);
      await ensureComes("the handler", started.opened);
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 2 });
      const second = advance(0);
      await turns(20);
      gate.open();
      await Promise.all([first, second]);
      ensureEqual(course, ["begins 1", "ends 1", "begins 2", "ends 2"], "course");
    },
  },
];

/** The promises of a `Timer`. */
export const timerContract: PortContract<TimerHarness> = {
  port: "Timer",
  cases: [...keeping, ...fencing, ...consuming, ...timerRestartCases],
};

// Lets everything run that is ready to.
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
