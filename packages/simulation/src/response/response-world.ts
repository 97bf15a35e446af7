import {
  createMemoryAuditTrail,
  createMemoryEventBus,
  createMemoryEventStore,
  createMemorySliHistory,
  createNodeCredentials,
  createNodeDigest,
} from "@plimsoll/adapters-memory";
import {
  createPlimsoll,
  type EnginePorts,
  type EngineSettings,
  type Plimsoll,
  type StoredEvent,
  type TimerRunner,
} from "@plimsoll/core";
import { createFakeSliSource, createManualClock, createSequentialIdSource, type ManualClock } from "@plimsoll/testkit";
import { createProcess, type Process, type Trouble } from "./process.js";
import { createRandom, type Random } from "./random.js";
import { MINUTE_MS, responseSettings, SLICE_MS, SLO_ID, type ResponseVariant } from "./response-settings.js";
import { createFixable, type Fixable } from "./fixable.js";
import { createPhones, type Sent } from "./phones.js";
import { openLastingTimer, type LastingEntries } from "./lasting-timer.js";
import { troubledPorts } from "./troubled-ports.js";

/** An event, and what was true when it was stored. */
export type Heard = {
  readonly event: StoredEvent;
  /** What the clock of the process that stored it said. */
  readonly processMs: number;
  /** Another process had taken its place by then. */
  readonly byReplaced: boolean;
  /** How often something had been interrupted by then. */
  readonly interruptions: number;
  /** How many processes that had stood still were there yet. */
  readonly standing: number;
};

/** A process with its engine and its timers. */
export type Service = { readonly process: Process; readonly engine: Plimsoll; readonly timer: TimerRunner };

/** Storage, time, people's phones and a system to fix: all that outlives a process. */
export type ResponseWorld = {
  readonly random: Random;
  readonly trouble: Trouble;
  readonly clock: ManualClock;
  readonly heard: readonly Heard[];
  /** What reached people's phones, also what is the same again. */
  readonly sent: readonly Sent[];
  readonly fixable: Fixable;
  readonly service: Service;
  serve(bad: number): void;
  /** Does things side by side; where the process halts over them, another takes its place. */
  together(works: readonly ((service: Service) => Promise<unknown>)[]): Promise<void>;
  /** Kills the process as it stands and opens another; without a skew, its clock may be off by 5 minutes. */
  restart(skewMs?: number): Promise<void>;
  /** Lets processes that stood still go on. */
  wakeReplaced(): void;
  /** Ends all processes but the newest. */
  endReplaced(): void;
};

const START = "2026-11-02T11:56:00.000Z"; // four minutes before a hand-off
/** More than can go wrong with one. */
const MOST_TRIES = 20;
const SKEW_MS = 5 * MINUTE_MS;
/** In each slice. */
const EVENTS = 1_000;

const digest = createNodeDigest();
const credentials = createNodeCredentials({ memoryMib: 1 });

export async function createResponseWorld(
  seed: number,
  { mostTrouble, ...variant }: ResponseVariant & { readonly mostTrouble: number },
): Promise<ResponseWorld> {
  const random = createRandom(seed);
  const left = random.below(mostTrouble + 1);
  const trouble: Trouble = { random, armed: true, left, interruptions: 0, standing: 0, story: [] };
  const lasting = createLasting(random, trouble, responseSettings(variant));
  const { clock, fixable, heard, sent, source } = lasting;
  const services = createServices(lasting);
  await services.replace(0);
  return {
    random,
    trouble,
    clock,
    heard,
    sent,
    fixable,
    get service() {
      return services.present();
    },
    serve(bad) {
      const toMs = Math.floor(clock.nowMs() / SLICE_MS) * SLICE_MS;
      const measurement = { kind: "counts", good: EVENTS - bad, total: EVENTS } as const;
      source.serve(SLO_ID, [{ fromMs: toMs - SLICE_MS, toMs, measurement }]);
    },
    async together(works) {
      const now = services.present();
      const done = Promise.allSettled(works.map((work) => work(now)));
      await Promise.race([done, now.process.halted]);
      if (now.process.isHalted) await services.replace();
      else await done;
    },
    async restart(skewMs) {
      services.present().process.kill();
      await services.replace(skewMs);
    },
    wakeReplaced: services.wakeReplaced,
    endReplaced: services.endReplaced,
  };
}

type Lasting = ReturnType<typeof createLasting>;

/** All that outlives a process. */
function createLasting(random: Random, trouble: Trouble, settings: EngineSettings) {
  const clock = createManualClock(START);
  const source = createFakeSliSource();
  const heard: Heard[] = [];
  const timers: LastingEntries = new Map();
  const fixable = createFixable(random, (runId, stepId, kind) => resultRecorded(heard, { runId, stepId, kind }));
  const { chat, pager, sent } = createPhones(random, trouble);
  const ports = {
    ids: createSequentialIdSource(),
    digest,
    credentials,
    history: createMemorySliHistory(),
    events: createMemoryEventStore(),
    audit: createMemoryAuditTrail({ digest }),
    sources: { fake: source },
    notifiers: { pager, chat },
    remediators: { platform: fixable.remediator },
  };
  return {
    random,
    trouble,
    settings,
    clock,
    source,
    heard,
    sent,
    fixable,
    ports,
    timers,
  };
}

/** Opens processes, one in the place of another. */
function createServices(lasting: Lasting) {
  const { random, trouble } = lasting;
  const replaced: Process[] = [];
  let processes = 0;
  let service: Service | undefined;
  return {
    present(): Service {
      if (service === undefined) throw new TypeError("a world always has a process");
      return service;
    },
    async replace(skewMs?: number): Promise<void> {
      if (service !== undefined) {
        service.process.replace();
        // One that died has nothing more to do; one that stands still will go on.
        if (!service.process.dead) replaced.push(service.process);
      }
      const skew = skewMs ?? random.pick([0, 0, SKEW_MS, -SKEW_MS]);
      trouble.story.push(`a process begins, its clock ${skew / MINUTE_MS} min off`);
      service = undefined;
      for (let tries = 1; service === undefined; tries += 1) {
        const opened = await openService(lasting, createProcess((processes += 1), skew, trouble));
        if ("engine" in opened) service = opened;
        else if (tries === MOST_TRIES) throw new Error("no process could be opened", { cause: opened.problem });
      }
    },
    wakeReplaced(): void {
      for (const process of replaced) process.wake();
    },
    endReplaced(): void {
      for (const process of replaced.splice(0)) process.kill();
    },
  };
}

/** Opens an engine in a process, or tells why it did not come so far. */
async function openService(lasting: Lasting, process: Process): Promise<Service | { readonly problem: unknown }> {
  const { clock, fixable, heard, random, settings, timers, trouble } = lasting;
  const { skewMs } = process;
  const nowMs = (): number => clock.nowMs() + skewMs;
  const { runner, timer } = openLastingTimer(timers, nowMs);
  const ports: EnginePorts = {
    ...lasting.ports,
    clock: skewed(clock, skewMs),
    bus: createMemoryEventBus({ pauseMs: () => 0 }),
    timer,
    stepRunner: fixable.stepRunner(() => process.replaced),
  };
  const hear = (events: readonly StoredEvent[]): void => {
    const { interruptions, standing } = trouble;
    const seen = { processMs: nowMs(), byReplaced: process.replaced, interruptions, standing };
    for (const event of events) heard.push({ event, ...seen });
  };
  const opening = createPlimsoll({
    ports: troubledPorts(ports, process, { heard: hear, random }),
    settings: { ...settings, runner: `process-${process.id}` },
  });
  const opened = await Promise.race([
    opening.then(
      (engine) => ({ process, engine, timer: runner }),
      (problem: unknown) => ({ problem }),
    ),
    process.halted.then(() => ({ problem: "it halted" })),
  ]);
  if ("problem" in opened) process.kill();
  return opened;
}

/** A clock that is off; asked again at the same instant, it makes no new answer. */
function skewed(clock: ManualClock, skewMs: number): EnginePorts["clock"] {
  let answer = clock.now().plus(skewMs);
  let madeAtMs = clock.nowMs();
  return {
    now() {
      if (clock.nowMs() !== madeAtMs) {
        answer = clock.now().plus(skewMs);
        madeAtMs = clock.nowMs();
      }
      return answer;
    },
  };
}

/** Whether the result of a step's action was recorded as a success. */
function resultRecorded(
  heard: readonly Heard[],
  { kind, runId, stepId }: { readonly kind: "action" | "undo"; readonly runId: string; readonly stepId: string },
): boolean {
  return heard.some(
    ({ event: { data, stream, type } }) =>
      stream === `runbook-run/${runId}` &&
      type === `runbook-run.${kind}-succeeded` &&
      (data as { readonly stepId?: unknown }).stepId === stepId,
  );
}
