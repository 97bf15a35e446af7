import type { GateQuestion } from "../gate/gate.js";
import { success } from "../errors/result.js";
import { declareFromAlert, incidentAfter, START_MS } from "../incident/alert.fixture.js";
import type { IncidentState } from "../incident/incident.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { TimerEntry } from "../ports/timer.js";
import { fallback, gateThat, passing } from "../runbook/automatic-run.fixture.js";
import type { KillSwitchState } from "../runbook/automatic-run.js";
import type { CheckVerdict, Runbook } from "../runbook/runbook.js";
import { createAutomaticRunBook } from "./automatic-run-book.js";
import { createAutomaticRunDesk, type AutomaticRunParts } from "./automatic-run-desk.js";
import { createJournal } from "./journal.js";
import { createRunbookBook } from "./runbook-book.js";
import type { Crash } from "./runbook-desk.fixture.js";

/** A world for runs that nobody asks for: what outlives a process, and what a test says of the rest. */
export function createAutomaticWorld(runbooks: readonly Runbook[] = [fallback]) {
  const stored: StoredEvent[] = [];
  const timers = new Map<string, TimerEntry>();
  const library = new Map(runbooks.map((one) => [one.id, one]));
  const declared = incidentAfter(declareFromAlert()).state;
  let nowMs = START_MS;
  let calls = 0;
  let crash: Crash | undefined;
  const world = {
    stored,
    timers,
    incidents: new Map<string, IncidentState>([["INC-001", declared]]),
    killSwitch: { kind: "released" } as KillSwitchState,
    slo: (_id: string): CheckVerdict => ({ verdict: "fails", saw: "it burns" }),
    gate: gateThat("allow"),
    asked: [] as GateQuestion[],
    relays: 0,
    advance: (ms: number) => void (nowMs += ms),
    crashAt(next: Crash | undefined) {
      crash = next;
      calls = 0;
    },
    /** What happened, by stream and type. */
    course: () => stored.map(({ stream, type }) => `${stream} ${type}`),
    news: (type = "incident.declared", incidentId = "INC-001"): StoredEvent => ({
      id: "news",
      stream: `incident/${incidentId}`,
      version: 1,
      position: 1,
      type,
      atMs: nowMs,
      actor: "engine",
      data: {},
    }),
    open,
  };

  /** Starts a process: what it knows, it knows from the store. */
  async function open(change: Partial<AutomaticRunParts> = {}) {
    let dead = false;
    async function call<Value>(work: () => Value | Promise<Value>): Promise<Value> {
      calls += 1;
      const here = crash?.at === calls ? crash : undefined;
      dead ||= here?.when === "before";
      // From then on nothing of this process reaches anything.
      if (dead) throw new Error("the power went");
      const value = await work();
      dead ||= here?.when === "after";
      if (dead) throw new Error("the power went");
      return value;
    }
    const store: EventStore = storeOver(stored, call);
    const [book, runs] = [createAutomaticRunBook(), createRunbookBook()];
    const journal = createJournal(store, [book.projection, runs.projection]);
    await journal.replay();
    let wake: ((entry: TimerEntry) => Promise<void>) | undefined;
    const desk = createAutomaticRunDesk({
      automation: { mode: "act", attemptsPerDay: 2 },
      killSwitch: { read: () => call(() => world.killSwitch) },
      library,
      readiness: {
        remediators: new Set(["platform"]),
        fleets: new Set(),
        rehearsals: new Map(runbooks.map(({ id }) => [id, [passing]])),
      },
      services: new Set(["payments", "search"]),
      incident: (id) => world.incidents.get(id),
      plannedWork: () => undefined,
      slo: (id) => world.slo(id),
      runs: runs.all,
      gate: (question) =>
        call(() => {
          world.asked.push(question);
          return world.gate;
        }),
      journal,
      events: store,
      book,
      digest: { digest: (value) => call(() => `hash of ${JSON.stringify(value).length}`) },
      timer: {
        schedule: (entry) => call(() => void timers.set(entry.key, entry)),
        cancel: async () => undefined,
        async consume(prefix, handler) {
          wake = async (entry) => (entry.key.startsWith(prefix) ? handler(entry) : undefined);
          return async () => undefined;
        },
      },
      nowMs: () => nowMs,
      relay: async () => (world.relays += 1),
      ...change,
    });
    await desk.open();
    const wakeAll = async (): Promise<void> => {
      for (const entry of timers.values()) await wake?.(entry);
    };
    return { desk, book, runs, wake: wakeAll };
  }
  return world;
}

type Call = <Value>(work: () => Value | Promise<Value>) => Promise<Value>;

function storeOver(stored: StoredEvent[], call: Call): EventStore {
  return {
    append: (writes) =>
      call(() => {
        for (const { expectedVersion, stream } of writes) {
          const actualVersion = stored.filter((event) => event.stream === stream).length;
          if (actualVersion === expectedVersion) continue;
          return { ok: false, error: { code: "version-conflict", stream, expectedVersion, actualVersion } } as const;
        }
        const first = stored.length;
        for (const { events, expectedVersion, stream } of writes) {
          for (const [index, event] of events.entries()) {
            stored.push({ ...event, stream, version: expectedVersion + index + 1, position: stored.length + 1 });
          }
        }
        return success(stored.slice(first));
      }),
    read: (stream) => call(() => stored.filter((event) => event.stream === stream)),
    readAll: ({ afterPosition, limit }) =>
      call(() => stored.filter(({ position }) => position > afterPosition).slice(0, limit)),
    outbox: { pending: async () => [], settle: async () => undefined },
  };
}
