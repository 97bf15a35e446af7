import { DateTime } from "luxon";
import { success } from "../errors/result.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Fleet } from "../ports/fleet.js";
import type { Remediator, RemedyOrder } from "../ports/remediator.js";
import type { StepRunner } from "../ports/step-runner.js";
import type { GuardVerdict } from "../runbook/course-of-boundary.js";
import type { CheckVerdict, Runbook } from "../runbook/runbook.js";
import type { StepOutcome } from "../runbook/step-outcome.js";
import { START_MS } from "../runbook/runbook.fixture.js";
import { createJournal } from "./journal.js";
import { createRunbookBook } from "./runbook-book.js";
import { createRunbookDesk } from "./runbook-desk.js";

/** Where a call of a port fails. */
export type Crash = { readonly at: number; readonly when: "before" | "after" };

/** A world for runs: ports over variables that a test sets, every call of which can fail once. */
export function createDeskWorld(runbooks: readonly Runbook[]) {
  const stored: StoredEvent[] = [];
  let nowMs = START_MS;
  let ids = 0;
  let calls = 0;
  let crash: Crash | undefined;
  let dead = false;
  const world = {
    /** What checks of an SLO find; others are unknown. */
    slos: new Map<string, CheckVerdict["verdict"]>(),
    guard: async (): Promise<GuardVerdict> => ({ allowed: true }),
    outcome: (_order: RemedyOrder): StepOutcome => ({ kind: "succeeded", summary: "done" }),
    /** What was carried out, newest last: `execute <remedy> <token>`. */
    done: [] as string[],
    /** Keys that were carried out, with how often that changed the world. */
    changes: new Map<string, number>(),
    fleet: undefined as Fleet | undefined,
    stepRunner: undefined as StepRunner | undefined,
    /** Hears of each event as it is stored. */
    onStored: (_type: string): void => undefined,
    /** How far the store had come at each relaying. */
    relayed: [] as number[],
    stored,
    advance: (ms: number) => void (nowMs += ms),
    nowMs: () => nowMs,
    calls: () => calls,
    crashAt: (next: Crash | undefined) => {
      crash = next;
      calls = 0;
      dead = false;
    },
    open,
  };

  /** Every call of every port goes through here. */
  async function call<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    calls += 1;
    const here = crash?.at === calls ? crash : undefined;
    // From then on nothing of this process reaches anything.
    if (dead || here?.when === "before") throw died();
    const value = await work();
    if (here?.when === "after") throw died();
    return value;
  }

  function died(): Error {
    dead = true;
    return new Error("the power went");
  }

  const store: EventStore = {
    append: (writes) =>
      call(() => {
        for (const { events, expectedVersion, stream } of writes) {
          const actualVersion = stored.filter((event) => event.stream === stream).length;
          if (actualVersion !== expectedVersion) {
            return {
              ok: false,
              error: { code: "version-conflict", stream, expectedVersion, actualVersion },
            } as const;
          }
          for (const [index, event] of events.entries()) {
            stored.push({ ...event, stream, version: expectedVersion + index + 1, position: stored.length + 1 });
            world.onStored(event.type);
          }
        }
        const count = writes.reduce((sum, { events }) => sum + events.length, 0);
        return success(stored.slice(stored.length - count));
      }),
    read: async (stream) => stored.filter((event) => event.stream === stream),
    readAll: ({ afterPosition, limit }) =>
      call(() => stored.filter(({ position }) => position > afterPosition).slice(0, limit)),
    outbox: { pending: async () => [], settle: async () => undefined },
  };
  const carryOut = (verb: "execute" | "undo", order: RemedyOrder): Promise<StepOutcome> =>
    call(() => {
      world.done.push(`${verb} ${order.remedy.remedy} ${order.fencing.token}`);
      const key = `${verb} ${order.idempotencyKey}`;
      const outcome = world.outcome(order);
      if (outcome.kind === "succeeded") world.changes.set(key, (world.changes.get(key) ?? 0) + 1);
      return outcome;
    });
  const remediator: Remediator = {
    prepare: async ({ remedy, target }) => ({
      kind: "ready",
      would: `${remedy} ${target}`,
      touches: [target],
      undoable: true,
    }),
    execute: (order) => carryOut("execute", order),
    undo: (order) => carryOut("undo", order),
  };

  /** Starts a process: what it knows, it knows from the store. */
  async function open(runner: string, options: { readonly leaseMs?: number; readonly abandonAfterMs?: number } = {}) {
    const book = createRunbookBook();
    const journal = createJournal(store, [book.projection]);
    await journal.replay();
    const desk = createRunbookDesk({
      clock: { now: () => DateTime.fromMillis(nowMs, { zone: "utc" }) },
      ids: { next: () => `RUN-${(ids += 1)}` },
      digest: { digest: async (value) => `hash of ${JSON.stringify(value).length}` },
      journal,
      book,
      runbooks: new Map(runbooks.map((one) => [one.id, one])),
      relay: async () => void world.relayed.push(stored.length),
      runner,
      stepRunner: world.stepRunner ?? {
        run: async () => ({ kind: "failed", reason: "no runner", retryable: false, mayHaveActed: false }),
        check: async () => ({ verdict: "unknown", saw: "no runner" }),
      },
      remediators: new Map([["platform", remediator]]),
      fleets: new Map(world.fleet === undefined ? [] : [["platform", world.fleet]]),
      slo: (id) => ({ verdict: world.slos.get(id) ?? "unknown", saw: `${id} in the test` }),
      guard: () => call(() => world.guard()),
      ...options,
    });
    return { desk, book };
  }
  return world;
}
