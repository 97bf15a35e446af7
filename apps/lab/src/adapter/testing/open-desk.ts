import { readdirSync, readFileSync } from "node:fs";
import { createHostStepRunner } from "@plimsoll/adapters-host";
import {
  createMemoryEventStore,
  createMemoryPorts,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import { parseRunbooks, type ParsedRunbook } from "@plimsoll/config";
import {
  createJournal,
  createPlimsoll,
  createRunbookBook,
  createRunbookDesk,
  defineSettings,
  type Plimsoll,
  type Runbook,
  type RunbookBook,
  type RunbookDesk,
} from "@plimsoll/core";
import { createLabFleet, createLabRemediator } from "../index.js";

/** Opens a whole engine over a lab that may start one of the example runbooks by itself; its parameters are as given. */
export async function openAutomaticEngine(
  stateDirectory: string,
  { parameters, runbookId }: { readonly runbookId: string; readonly parameters: Readonly<Record<string, string>> },
): Promise<Plimsoll> {
  const found = parsedRunbooks().find(({ runbook }) => runbook.id === runbookId);
  if (found === undefined) throw new Error(`there is no runbook ${runbookId}`);
  const { rehearsals, runbook } = found;
  const defaults = Object.entries(parameters).map(([name, value]) => [name, { description: name, default: value }]);
  // A rehearsal that was noted long ago is no affair of a test.
  const here: Runbook = { ...runbook, parameters: Object.fromEntries(defaults), lastRehearsedMs: Date.now() };
  const clock = createSystemClock();
  const ports = createMemoryPorts({ clock, sources: {} });
  return createPlimsoll({
    ports: {
      ...ports,
      stepRunner: createHostStepRunner({}, { environment: {} }),
      remediators: { lab: createLabRemediator({ stateDirectory }) },
      fleets: { lab: createLabFleet({ stateDirectory }) },
    },
    settings: defineSettings({
      sliceMs: 15_000,
      services: [{ id: "payments", tier: 1, dependsOn: [] }],
      slos: [],
      runbooks: new Map([[runbookId, here]]),
      rehearsals: new Map([[runbookId, rehearsals]]),
      automation: { mode: "act", attemptsPerDay: 1 },
    }),
  });
}

const RUNBOOKS = new URL("../../../../../examples/runbooks/runbooks/", import.meta.url);

function parsedRunbooks(): readonly ParsedRunbook[] {
  const parsed = parseRunbooks(
    readdirSync(RUNBOOKS).map((name) => ({ name, text: readFileSync(new URL(name, RUNBOOKS), "utf8") })),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** Opens the real runbook desk over the example runbooks, with a lab's remediator and fleet. */
export function openDesk(stateDirectory: string): { readonly book: RunbookBook; readonly desk: RunbookDesk } {
  const book = createRunbookBook();
  const journal = createJournal(createMemoryEventStore(), [book.projection]);
  const clock = createSystemClock();
  const desk = createRunbookDesk({
    clock,
    ids: createUlidIdSource({ clock }),
    digest: createNodeDigest(),
    journal,
    book,
    runbooks: new Map(parsedRunbooks().map(({ runbook }) => [runbook.id, runbook])),
    runner: "test",
    stepRunner: createHostStepRunner({}, { environment: {} }),
    remediators: new Map([["lab", createLabRemediator({ stateDirectory })]]),
    fleets: new Map([["lab", createLabFleet({ stateDirectory })]]),
    slo: () => ({ verdict: "unknown", saw: "there is no SLO in this test" }),
    guard: async () => ({ allowed: true }),
    relay: async () => undefined,
  });
  return { book, desk };
}

/** Advances a run as a service would, until it ends or a person is needed. */
export async function play(desk: RunbookDesk, runId: string): Promise<string> {
  for (;;) {
    const report = await desk.advance(runId);
    if (report.kind === "ended") return report.status;
    if (report.kind === "refused") return report.refusal.message;
    if (report.kind !== "waiting") continue;
    if (report.untilMs === undefined) return `waits for a ${report.for}`;
    await new Promise((wake) => setTimeout(wake, 250));
  }
}
