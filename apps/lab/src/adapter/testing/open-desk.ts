import { readdirSync, readFileSync } from "node:fs";
import { createHostStepRunner } from "@plimsoll/adapters-host";
import {
  createMemoryEventStore,
  createNodeDigest,
  createSystemClock,
  createUlidIdSource,
} from "@plimsoll/adapters-memory";
import { parseRunbooks } from "@plimsoll/config";
import {
  createJournal,
  createRunbookBook,
  createRunbookDesk,
  type RunbookBook,
  type RunbookDesk,
} from "@plimsoll/core";
import { createLabFleet, createLabRemediator } from "../index.js";

const RUNBOOKS = new URL("../../../../../examples/runbooks/runbooks/", import.meta.url);

/** Opens the real runbook desk over the example runbooks, with a lab's remediator and fleet. */
export function openDesk(stateDirectory: string): { readonly book: RunbookBook; readonly desk: RunbookDesk } {
  const parsed = parseRunbooks(
    readdirSync(RUNBOOKS).map((name) => ({ name, text: readFileSync(new URL(name, RUNBOOKS), "utf8") })),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const book = createRunbookBook();
  const journal = createJournal(createMemoryEventStore(), [book.projection]);
  const clock = createSystemClock();
  const desk = createRunbookDesk({
    clock,
    ids: createUlidIdSource({ clock }),
    digest: createNodeDigest(),
    journal,
    book,
    runbooks: new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook])),
    runner: "test",
    stepRunner: createHostStepRunner({}, { environment: {} }),
    remediators: new Map([["lab", createLabRemediator({ stateDirectory })]]),
    fleets: new Map([["lab", createLabFleet({ stateDirectory })]]),
    slo: () => ({ verdict: "unknown", saw: "there is no SLO in this test" }),
    guard: async () => ({ allowed: true }),
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
