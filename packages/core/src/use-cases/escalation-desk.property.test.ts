import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS, TWO_STEPS } from "../on-call/escalation/escalation.fixture.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import type { EscalationState } from "../on-call/escalation/escalation.js";
import { evolveEscalation } from "../on-call/escalation/evolve-escalation.js";
import type { Json } from "../errors/json.js";
import { isNews, owedNews } from "./escalation-news.js";
import { owedPages, isCalling } from "./escalation-page.js";
import { createWorld, type Fault, type World } from "./escalation-world.fixture.js";

// Each is some two hundred rounds; the simulated world runs many more.
const RUNS = 30;

const POLICY = {
  ...TWO_STEPS,
  acknowledgement: { remindAfterMs: 20 * MINUTE_MS, answerWithinMs: 3 * MINUTE_MS },
  stakeholders: [{ targets: [{ kind: "person", personId: "boss" }], afterMs: 15 * MINUTE_MS }],
  steps: [...TWO_STEPS.steps, { targets: [{ kind: "team", teamId: "core", members: "in-turn" }], delayMs: MINUTE_MS }],
} as const;
const RULES = [
  { urgency: "page", notifier: "push", afterMs: 0 },
  { urgency: "page", notifier: "sms", afterMs: 2 * MINUTE_MS },
] as const;
const ANSWERS = new Set<string>(
  ["acknowledged", "ended", "confirmed", "unacknowledged"].map((name) => `escalation.${name}`),
);
const INCIDENTS = ["INC-001", "INC-002", "INC-003"];

/** Numbers that the seed gives, the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Process = Awaited<ReturnType<World["startProcess"]>>;

/** Lives through a random course with crashes, failures, copies and stale timers, then through a quiet time to the end. */
async function live(seed: number): Promise<World> {
  const random = randomOf(seed);
  const faults: Fault[] = ["dies-before", "dies-after", "fails"];
  const world = createWorld({
    policy: POLICY,
    directory: {
      resolve: (target) =>
        target.kind === "person" ? [target.personId] : target.kind === "team" ? ["ada", "bob", "eve"] : ["ada"],
      person: (id) => ({ id, contacts: [{ notifier: "push" }, { notifier: "sms" }], rules: RULES }),
    },
    fault: () => (random(25) === 0 ? (faults[random(3)] ?? "none") : "none"),
    turns: () => random(4),
  });
  let current: Process | undefined;
  // Whatever a process was at when it ended, another begins anew from what is stored.
  const running = async (): Promise<Process> => {
    while (current === undefined || !current.isAlive()) current = await world.startProcess().catch(() => undefined);
    return current;
  };
  const work = async (act: (process: Process) => Promise<unknown>): Promise<void> => {
    await act(await running()).catch(() => undefined);
  };
  const settle = async (): Promise<void> => {
    await work(({ relay }) => relay());
    await work(({ runner }) => runner.runDue());
  };
  const acts: readonly (() => Promise<void>)[] = [
    () => world.incident(INCIDENTS[random(3)] ?? "", "declared", { severity: "SEV2" }),
    () => world.incident(INCIDENTS[random(3)] ?? "", ["acknowledged", "unacknowledged"][random(2)] ?? ""),
    () => world.incident(INCIDENTS[random(3)] ?? "", ["resolved", "reopened"][random(2)] ?? ""),
    () => world.incident(INCIDENTS[random(3)] ?? "", "severity-changed", { to: ["SEV1", "SEV2"][random(2)] ?? "" }),
    async () => world.advance(random(7 * MINUTE_MS)),
    async () => world.advance(random(2) * 5 * MINUTE_MS),
    settle,
    settle,
    async () => {
      const stale = world.scheduled[random(world.scheduled.length || 1)];
      if (stale !== undefined && stale.atMs <= world.nowMs()) await work(({ fireStale }) => fireStale(stale));
    },
    async () => {
      const copy = world.stored[random(world.stored.length || 1)];
      // The bus keeps the order of a stream, so that a copy comes at any time, but not before the first.
      if (copy !== undefined && !world.owed.has(copy.id)) await work(({ desk }) => desk.react(copy));
    },
  ];
  // Nobody is called about an incident that was never declared.
  for (const incidentId of INCIDENTS) await world.incident(incidentId, "declared", { severity: "SEV2" });
  for (let step = 0; step < 60; step += 1) await acts[random(acts.length)]?.();
  world.heal();
  for (let quiet = 0; quiet < 120; quiet += 1) {
    await settle();
    world.advance(MINUTE_MS);
  }
  return world;
}

/** The course of an escalation from its events: each with the state before and after it. */
function courseOf(world: World, incidentId: string) {
  let state: EscalationState | undefined;
  return world.escalation(incidentId).map((stored) => {
    const event = stored as unknown as EscalationEvent;
    const before = state;
    state = evolveEscalation(state, event);
    return { stored, event, before, after: state };
  });
}

/** What must hold of every course, however the processes ended. */
function check(world: World): void {
  expect(world.poison).toEqual([]);
  const requested = world.requested().map(({ id }) => id);
  // No key twice.
  expect(new Set(requested).size).toBe(requested.length);
  const allowed = new Set<string>();
  for (const incidentId of INCIDENTS) {
    const course = courseOf(world, incidentId);
    for (const [index, { after, before, event, stored }] of course.entries()) {
      // Never before its time.
      if (event.type === "escalation.step-fired" && before?.wake?.kind === "step")
        expect(event.atMs).toBeGreaterThanOrEqual(before.wake.dueAtMs);
      expect(after?.version).toBe(stored.version);
      if (isNews(event)) {
        const told = course.slice(0, index + 1).map((one) => one.event);
        const wasRequested = (id: string): boolean => requested.includes(id);
        const scene = { subject: undefined, version: stored.version, wasRequested, followsCourse: () => false };
        for (const { id } of owedNews(incidentId, told, event, scene)) allowed.add(id);
        // Nobody who was called at once is left without it.
        for (const { id } of owedNews(incidentId, told, event, { ...scene, wasRequested: () => false }))
          expect(requested).toContain(id);
      }
      if (!isCalling(event)) continue;
      const later = course.slice(index + 1).map((one) => one.event.type);
      for (const page of owedPages(incidentId, event, undefined)) {
        allowed.add(page.id);
        // No page lost: what is due at once always, what was put off unless somebody answered.
        if (page.afterMs === 0 || !later.some((type) => ANSWERS.has(type))) expect(requested).toContain(page.id);
      }
    }
    const last = course.at(-1)?.after;
    // Nothing is stuck: after a quiet time it is answered, over, or has gone through every pass.
    if (last?.status === "escalating") expect(last.wake?.dueAtMs).toBeGreaterThan(world.nowMs() - 2 * MINUTE_MS);
    if (last?.status === "exhausted") {
      const passes = course.filter(
        ({ event }) => event.type === "escalation.step-fired" && event.data.pass > last.firstPass - 1,
      );
      const inRound = passes.filter(({ after }) => after?.round === last.round);
      expect(inRound).toHaveLength((POLICY.repeat + 1) * POLICY.steps.length);
    }
    checkIncident(world, incidentId, last);
  }
  // No page that nobody owed.
  for (const id of requested) expect(allowed).toContain(id);
  // In turn, over all incidents: nobody is called more than once more often than another.
  const turns = world.stored
    .map(
      ({ data }) =>
        data as { readonly turns?: readonly Json[]; readonly people?: readonly { readonly personId: string }[] },
    )
    .flatMap(({ people, turns: taken }) => (taken?.length === 1 ? [people?.[0]?.personId] : []));
  const shares = ["ada", "bob", "eve"].map((name) => turns.filter((one) => one === name).length);
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
}

/** The escalation ends as the incident's last word asks. */
function checkIncident(world: World, incidentId: string, last: EscalationState | undefined): void {
  const words = world.stored
    .filter(({ stream }) => stream === `incident/${incidentId}`)
    .map(({ type }) => type.slice(9));
  let ended = false;
  for (const word of words) {
    if (word === "resolved") ended = true;
    if (word === "reopened" || word === "declared") ended = false;
  }
  expect(last?.status === "ended").toBe(ended);
}

describe("escalations under random crashes, failures, copies and stale timers", () => {
  it("lose no page, and ask for none twice under one key", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => check(await live(seed))),
      { numRuns: RUNS },
    );
  });
});
