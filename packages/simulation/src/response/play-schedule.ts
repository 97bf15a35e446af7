import { HAPPENINGS, type Mixture } from "./happenings.js";
import { noPageLost } from "./page-properties.js";
import { PROPERTIES } from "./properties.js";
import { ticks } from "./process.js";
import { createResponseWorld, type ResponseWorld } from "./response-world.js";

/** How long a schedule is, and what may go wrong in it. */
const MOST_TROUBLE = 4;
const FEWEST_TURNS = 3;
const MOST_TURNS = 9;
/** Those that stood still have so long to do harm, before they end. */
const TICKS_OF_THE_WOKEN = 50;
const RESTART = 0.05;
/** An objective costs five times as much as alerts from elsewhere, which go the same way from there. */
const SCHEDULES_AN_OBJECTIVE = 5;

/** Time that passes after the last trouble, over and over: every so often all steps of every pass come due in it. */
const REST_MS = 75_000;
const FEWEST_RESTS = 2;
const MOST_RESTS = 12;
const LONG_REST = 0.1;
/** Of one escalation and of those beside it, one after the other. */
const MOST_CALLS = 12;

/** What a schedule came to. */
export type Played = {
  readonly problems: readonly string[];
  readonly story: readonly string[];
  readonly world: ResponseWorld;
};

/** Plays one schedule: the same seed and mixture give the same, await by await. */
export async function playSchedule(seed: number, mixture: Mixture): Promise<Played> {
  const objective = "outage" in mixture && seed % SCHEDULES_AN_OBJECTIVE === 0;
  const grouped = seed % 2 === 0;
  const world = await createResponseWorld(seed, { mostTrouble: MOST_TROUBLE, objective, grouped });
  const { random, trouble } = world;
  const bag = Object.entries(mixture)
    .filter(([name]) => objective || (name !== "outage" && name !== "calm"))
    .flatMap(([name, weight]) => Array.from({ length: weight }, () => name as keyof typeof HAPPENINGS));
  const turns = FEWEST_TURNS + random.below(MOST_TURNS - FEWEST_TURNS + 1);
  for (let turn = 0; turn < turns; turn += 1) {
    const names = Array.from({ length: 1 + random.below(3) }, () => random.pick(bag));
    trouble.story.push(names.join(" + "));
    const works = names.flatMap((name) => HAPPENINGS[name](world) ?? []);
    await world.together(works);
    if (random.chance(RESTART)) await world.restart();
  }
  await comeToRest(world);
  const problems = Object.entries(PROPERTIES).flatMap(([name, property]) =>
    property(world).map((problem) => `${name}: ${problem}`),
  );
  return { problems, story: trouble.story, world };
}

/** Nothing goes wrong any more: the newest process has the right clock, and time passes. */
async function comeToRest(world: ResponseWorld): Promise<void> {
  const { clock, fixable, random, trouble } = world;
  trouble.armed = false;
  trouble.story.push("at rest");
  world.wakeReplaced();
  await ticks(TICKS_OF_THE_WOKEN);
  world.endReplaced();
  fixable.calm();
  await world.restart(0);
  const { engine, timer } = world.service;
  const fewest = random.chance(LONG_REST) ? MOST_RESTS : FEWEST_RESTS;
  // A channel that was away is tried again after a while, which is no loss.
  for (let rest = 0; rest < fewest || (rest < MOST_RESTS && noPageLost(world).length > 0); rest += 1) {
    clock.advance(REST_MS);
    await engine.round();
    await timer.runDue();
    await engine.runbooks.advance();
    await engine.deliver();
    // A message that is refused for good makes the next people due, and theirs may be refused too.
    for (let next = 0, known = -1; next < MOST_CALLS && known !== world.heard.length; next += 1) {
      known = world.heard.length;
      await timer.runDue();
      await engine.deliver();
    }
  }
}

/** How much happened over many schedules. */
export type Totals = {
  readonly often: Readonly<Record<"incidents" | "pages" | "runs" | "troubles", number>>;
  /** Messages that changed an earlier one, and calls that reached nobody, as every contact refused. */
  readonly seldom: Readonly<Record<"edits" | "refusals", number>>;
};

/** Plays many schedules, one seed after another; the first that breaks a property says how it is replayed. */
export async function playSchedules(
  mixture: Mixture,
  { file, firstSeed, schedules }: { readonly file: string; readonly firstSeed: number; readonly schedules: number },
): Promise<Totals> {
  const often = { incidents: 0, pages: 0, runs: 0, troubles: 0 };
  const seldom = { edits: 0, refusals: 0 };
  for (let seed = firstSeed; seed < firstSeed + schedules; seed += 1) {
    const { problems, story, world } = await playSchedule(seed, mixture);
    if (problems.length > 0) {
      const replay = `SIMULATION_SEED=${seed} SIMULATION_SCHEDULES=1 npx vitest run packages/simulation/src/${file}`;
      throw new Error(`seed ${seed}: ${problems.join("\n")}\n\n${story.join("\n")}\n\nReplay it: ${replay}`);
    }
    often.incidents += world.service.engine.incidents().length;
    often.pages += world.sent.length;
    seldom.edits += world.sent.filter(({ editOf }) => editOf !== undefined).length;
    seldom.refusals += world.heard.filter(({ event }) => event.type === "escalation.call-undelivered").length;
    often.runs += world.service.engine.runbooks.all().length;
    often.troubles += story.filter((line) => line.startsWith("process ")).length;
  }
  return { often, seldom };
}

/** For whoever looks at one seed: whether two plays of it are the same. */
export async function isSameTwice(seed: number, mixture: Mixture): Promise<boolean> {
  const [one, other] = [await playSchedule(seed, mixture), await playSchedule(seed, mixture)];
  return JSON.stringify([one.story, one.world.heard]) === JSON.stringify([other.story, other.world.heard]);
}
