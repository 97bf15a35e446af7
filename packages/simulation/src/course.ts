import type { Notification, StoredEvent } from "@plimsoll/core";

import { createFaults, type FaultPoint, type Faults } from "./faults.js";
import { createWorld, quickSlo, SLICE_MS, type World } from "./world.js";

/** What happens in a course: each step happens once, however often a process dies over it. */
export type Step = (world: World) => Promise<void>;

/** What a course comes to; two courses that differ in faults alone must not differ in it. */
export type CourseOutcome = {
  readonly incidents: readonly unknown[];
  readonly alerts: readonly unknown[];
  readonly budgets: readonly unknown[];
  /** By idempotency key, what people were told. */
  readonly told: Readonly<Record<string, unknown>>;
  /** Who did what to what, as audited; sorted. */
  readonly audited: readonly string[];
  readonly eventTypes: Readonly<Record<string, readonly string[]>>;
  readonly waiting: number;
  readonly poisoned: number;
};

/** What a course left behind beside its outcome. */
export type CourseRun = {
  readonly outcome: CourseOutcome;
  readonly calls: readonly string[];
  readonly struck: number;
  /** How often a message went out again under the key that it had. */
  readonly sentAgain: number;
};

/** Each works through its own messages, so that a crash may find one of each on its way. */
export const NOTIFIERS = ["pager", "board", "chat"] as const;

const MOST_TRIES = 20;

/** Runs a course on a world with faults; a step over which a process died, or a call failed, is done again at the same time. */
export async function runCourse(
  steps: readonly Step[],
  faulty: { readonly kind: "crash" | "failure"; readonly points: readonly FaultPoint[] },
): Promise<CourseRun> {
  const faults = createFaults(faulty.kind, faulty.points);
  const sent: Notification[] = [];
  let refusals = 1;
  const world = await createWorld({
    slos: [
      quickSlo("payments-availability"),
      quickSlo("checkout-availability", {
        service: "checkout",
        alerting: { ...quickSlo("checkout-availability").alerting, suppressedBy: ["payments-availability"] },
      }),
      quickSlo("journey", {
        service: "checkout",
        mode: "shadow",
        sli: {
          kind: "composite",
          rule: "all-of",
          members: [
            { slo: "payments-availability", weight: 1 },
            { slo: "checkout-availability", weight: 1 },
          ],
        },
      }),
    ],
    settings: {
      services: [
        { id: "payments", tier: 1, dependsOn: [] },
        { id: "checkout", tier: 2, dependsOn: ["payments"] },
      ],
      notify: { pages: ["pager"], tickets: ["board"], incidents: ["chat"] },
      incidents: { cooldownMs: 45_000, autoCloseAfterMs: 45_000 },
    },
    ports: {
      notifiers: {
        pager: { send: async (message) => (sent.push(message), { kind: "sent" }) },
        board: { send: async (message) => (sent.push(message), { kind: "sent" }) },
        chat: {
          async send(message) {
            if (refusals > 0) {
              refusals -= 1;
              return { kind: "failed", retryable: true, reason: "the chat is away" };
            }
            sent.push(message);
            return { kind: "sent" };
          },
        },
      },
    },
    around: faults.around,
    openAgain: () => recovered(faults),
  });
  for (const step of steps) await untilUndisturbed(world, { faults, step });
  faults.disarm();
  const calls = [...faults.calls];
  // What was to be tried again is tried again, and the last receipts are published.
  for (let rest = 0; rest < 3; rest += 1) await slice(0, 0)(world);
  await world.engine.round();
  return {
    outcome: await outcomeOf(world, sent),
    calls,
    struck: faults.struck,
    sentAgain: sent.length - new Set(sent.map(({ idempotencyKey }) => idempotencyKey)).size,
  };
}

function recovered(faults: Faults): boolean {
  const { dead } = faults;
  faults.revive();
  return dead || faults.struck > 0;
}

async function untilUndisturbed(
  world: World,
  { faults, step }: { readonly faults: Faults; readonly step: Step },
): Promise<void> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const before = faults.struck;
    let problem: unknown;
    try {
      await step(world);
    } catch (error) {
      problem = error;
    }
    if (faults.dead) {
      faults.revive();
      await world.crash();
    } else if (faults.struck === before) {
      if (problem !== undefined) throw new Error("a step failed that nothing disturbed", { cause: problem });
      return;
    }
  }
  throw new Error(`a step was disturbed ${MOST_TRIES} times`);
}

function isFailedTry({ type }: StoredEvent): boolean {
  return type === "delivery.failed";
}

async function outcomeOf(world: World, sent: readonly Notification[]): Promise<CourseOutcome> {
  const { engine, ports } = world;
  const stored = await ports.events.readAll({ afterPosition: 0, limit: 100_000 });
  const views = engine.views();
  const states = engine.incidents();
  // Two incidents that open in one round may change numbers when one SLO's reading failed at first; that is no difference.
  const named = (text: string): string =>
    states.reduce((left, { id, alert }) => left.replaceAll(id, `(${alert?.key ?? ""})`), text);
  const outcome: CourseOutcome = {
    incidents: await Promise.all(
      states.map(async ({ id, status, severity, rounds }) => {
        const whole = await engine.incident(id);
        return {
          id,
          status,
          severity,
          rounds,
          timeline: whole?.timeline.map(({ kind, atMs }) => `${atMs} ${kind}`),
          // What a person asked for is asked again under a new id when a process died over it.
          evidence: whole?.evidence.map((item) => item.id.replace(/^id-\d+/, "(id)")),
        };
      }),
    ),
    alerts: views.map(({ slo, alerts }) => [slo.id, alerts]),
    budgets: views.map(({ slo, evaluation: { budget, coverageRatio } }) => [slo.id, budget, coverageRatio]),
    told: Object.fromEntries(sent.map((message) => [message.idempotencyKey, message])),
    audited: (await engine.audit({ afterNumber: 0, limit: 1000 })).map(
      ({ action, actor, subject }) => `${actor} ${action} ${subject.replace(/^id-\d+$/, "(id)")}`,
    ),
    eventTypes: Object.fromEntries(
      [...new Set(stored.map(({ stream }) => stream))]
        .sort()
        .map((stream) => [
          stream,
          stored.filter((event) => event.stream === stream && !isFailedTry(event)).map(({ type }) => type),
        ]),
    ),
    waiting: (await ports.events.outbox.pending(1)).length,
    poisoned: (await engine.health()).poisoned.length,
  };
  const renamed = JSON.parse(named(JSON.stringify(outcome))) as CourseOutcome;
  const sorted = (list: readonly unknown[]): readonly unknown[] =>
    list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { ...renamed, incidents: sorted(renamed.incidents), audited: sorted(renamed.audited) as readonly string[] };
}

/** One slice passes, in which so much failed of each service. Done again, it reads, judges and delivers at the same instant. */
export function slice(payments: number | undefined, checkout: number | undefined): Step {
  let served = false;
  return async (world) => {
    if (!served) {
      world.serve("payments-availability", [payments === undefined ? undefined : { bad: payments, total: 100 }]);
      world.serve("checkout-availability", [checkout === undefined ? undefined : { bad: checkout, total: 50 }]);
      world.clock.advance(world.settings.sliceMs);
      served = true;
    }
    // A source that failed is asked again first: what its SLO would hold back must not be judged without it.
    for (let tries = 0, failed = true; failed && tries < MOST_TRIES; tries += 1) {
      failed = (await world.collect()).some(({ kind }) => kind === "failed");
    }
    await world.engine.round();
    await world.engine.deliver();
  };
}

/** The same slice over and over. */
export function slices(count: number, payments: number | undefined, checkout: number | undefined): readonly Step[] {
  return Array.from({ length: count }, () => slice(payments, checkout));
}

const WORST = "payments-availability/burn";

/** Catches up with what is stored, as the service does all the time. */
async function look(world: World): Promise<void> {
  await world.collect();
  await world.engine.round();
}

/** What a person does; after a crash people look whether it took before they do it again. */
export const people = {
  async acknowledge(world) {
    await look(world);
    const worst = world.engine.incidents().find(({ alert, status }) => alert?.key === WORST && status === "declared");
    if (worst !== undefined) await world.engine.acknowledge(worst.id, { actor: "ann" });
  },
  async override(world) {
    await look(world);
    if (world.engine.overrides().length > 0) return;
    const expiresMs = world.clock.nowMs() + 600_000;
    await world.engine.override({ author: "ann", reason: "a fix", services: "all", risks: ["risky"], expiresMs });
  },
  async correct(world) {
    await look(world);
    const toMs = world.clock.nowMs() - 8 * SLICE_MS;
    const drill = {
      sloIds: "all",
      effect: "drop",
      author: "ann",
      reason: "a drill",
      fromMs: toMs - SLICE_MS,
      toMs,
    } as const;
    if (world.engine.corrections().length === 0) await world.engine.correct(drill);
    await look(world);
  },
  async checkpoint({ engine }) {
    await engine.checkpoint();
  },
} satisfies Record<string, Step>;
