import type { Timer } from "@plimsoll/core";
import { ensureComes, ensureEqual } from "../expectation.js";
import type { ContractCase } from "../port-contract.js";
import { LONG_MS, MINUTE_MS, namesOf, opening, record, type TimerHarness } from "./timer-harness.js";

/** What a timer still knows when its process has ended. */
export const timerRestartCases: readonly ContractCase<TimerHarness>[] = [
  {
    name: "still holds what was scheduled across a restart, one entry per key",
    cannotRun: needsReopen,
    async run(harness) {
      const { timer, nowMs, advance } = harness;
      await timer.schedule({ key: "a", atMs: nowMs() + MINUTE_MS, fence: 1 });
      await timer.schedule({ key: "a", atMs: nowMs() + 2 * MINUTE_MS, fence: 2 });
      await timer.schedule({ key: "b", atMs: nowMs() + MINUTE_MS, fence: 1 });
      const woken = await record(await reopened(harness));
      await advance(MINUTE_MS);
      await advance(MINUTE_MS);
      ensureEqual(namesOf(woken), ["b#1", "a#2"], "handed over after the restart");
    },
  },
  {
    name: "has forgotten what was handled or cancelled across a restart",
    cannotRun: needsReopen,
    async run(harness) {
      const { timer, nowMs, advance } = harness;
      await record(timer, "handled");
      await timer.schedule({ key: "handled", atMs: nowMs(), fence: 1 });
      await timer.schedule({ key: "cancelled", atMs: nowMs() + MINUTE_MS, fence: 1 });
      await timer.cancel("cancelled", 1);
      await advance(0);
      const woken = await record(await reopened(harness));
      await advance(LONG_MS);
      ensureEqual(namesOf(woken), [], "handed over after the restart");
    },
  },
  {
    name: "hands over again what was not handled to its end before a restart",
    cannotRun: needsReopen,
    async run(harness) {
      const { timer, nowMs, advance } = harness;
      const started = opening();
      // Its process ends before it does.
      await timer.consume("", async () => {
        started.open();
        await new Promise(() => undefined);
      });
      await timer.schedule({ key: "a", atMs: nowMs(), fence: 1 });
      void advance(0);
      await ensureComes("the handler", started.opened);
      const woken = await record(await reopened(harness));
      await advance(LONG_MS);
      ensureEqual(namesOf(woken), ["a#1"], "handed over after the restart");
    },
  },
];

function needsReopen({ reopen }: TimerHarness): string | undefined {
  return reopen === undefined ? "nothing outlives the process" : undefined;
}

async function reopened({ reopen, timer }: TimerHarness): Promise<Timer> {
  return reopen === undefined ? timer : reopen();
}
