import { WATERMARK_SLICES } from "../evaluation/judgement.js";
import type { AlertBook } from "./alert-book.js";
import type { AlertDesk } from "./alert-desk.js";
import type { IncidentDesk } from "./incident-desk.js";
import type { Measuring } from "./measuring.js";
import type { RoundReport } from "./plimsoll.js";
import type { OwnerReminders } from "./owner-reminders.js";
import type { PolicyDesk } from "./policy-desk.js";
import { createSerialQueue } from "./serial-queue.js";

/** Evaluates everything once and lets alerts and incidents follow; one round at a time. */
export function createRound(options: {
  readonly measuring: Measuring;
  readonly alerts: AlertBook;
  readonly alertDesk: AlertDesk;
  readonly incidentDesk: IncidentDesk;
  /** Writes down what incidents that have ended took of the budget. */
  readonly recordCosts: (nowMs: number) => Promise<readonly string[]>;
  readonly policyDesk: Pick<PolicyDesk, "round">;
  readonly reminders: OwnerReminders;
  readonly settleCorrections: () => Promise<void>;
  readonly relay: () => Promise<unknown>;
  readonly nowMs: () => number;
  readonly sliceMs: number;
  readonly evaluated: number;
}): () => Promise<RoundReport> {
  const { alerts, alertDesk, incidentDesk, measuring, nowMs, relay, sliceMs } = options;
  const { collector, fleet } = measuring;
  const openedMs = nowMs();
  // SLOs whose change no alert has followed yet; they stay here until it is stored that one did.
  const unheard = new Set<string>();

  const round = async (): Promise<RoundReport> => {
    await options.settleCorrections();
    const collected = await measuring.collectComposites();
    const atMs = nowMs();
    const changed = fleet.round(atMs);
    for (const id of changed) unheard.add(id);
    // What is missing may only not have been read yet: just opened, the first read is waited for, and not for long; a past
    // that takes many reads for as long as it gets on.
    const sinceMs = atMs - WATERMARK_SLICES * sliceMs;
    const opening = openedMs >= sinceMs;
    const isAwaited = (id: string): boolean =>
      measuring.isCatchingUp(id, sinceMs) || (opening && !collector.wasRead(id));
    const heard = [...unheard, ...alerts.active()].filter((id) => !isAwaited(id));
    const happened = await alertDesk.round(fleet.judged(new Set(heard)));
    for (const id of heard) unheard.delete(id);
    await options.policyDesk.round(isAwaited);
    // Incidents hear of their alerts first, so that none is closed over one that has just come again.
    await relay();
    const late = await incidentDesk.recordBreaches(atMs);
    const costs = await options.recordCosts(atMs);
    const closedIncidents = await incidentDesk.closeDue(atMs);
    const reminders = await options.reminders.remind(atMs);
    if (late.length + costs.length + closedIncidents.length + reminders > 0) await relay();
    // A composite that could not be made holds nothing up; its failure is told once all else is done.
    for (const outcome of collected) if (outcome.status === "rejected") throw outcome.reason;
    return { atMs, evaluated: options.evaluated, changed, alertEvents: happened.length, closedIncidents };
  };
  const alone = createSerialQueue();
  return () => alone(round);
}
