import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import { externalKey } from "../incident/external/external-facts.js";
import { letGoAt } from "../incident/external/external-intake.js";
import { incidentSignals } from "../incident/incident-signal.js";
import { holdsBack, mutingTrace, type RoutingRules } from "../routing/route-alert.js";
import type { AlertReceipt } from "./alert-intake.js";
import type { ExternalIntake } from "./external-desk.js";
import type { IncidentBook } from "./incident-book.js";
import type { IncidentDesk } from "./incident-desk.js";
import { receiverWord, traceWord } from "./outside-alerts.js";
import type { Receiver } from "./response-settings.js";
import type { RoutingBook } from "./routing-book.js";

/**
 * Hears repeats of alerts, which their groups tell nobody of for hours, on behalf of incidents that people resolved while
 * their alerts went on.
 */
export type ExternalRepeats = {
  /** Takes each alert that has been let go for the cooldown to its incident, once; answers how many were taken. */
  hear(receipts: readonly AlertReceipt[], atMs: number): Promise<number>;
};

type Opener = Pick<ExternalIntake, "group" | "service" | "severity">;

export function createExternalRepeats(options: {
  readonly book: Pick<RoutingBook, "get" | "groups" | "trace">;
  readonly rules: Pick<RoutingRules, "inhibitor" | "silences">;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly incidents: Pick<IncidentDesk, "takeExternal">;
  readonly incidentBook: Pick<IncidentBook, "get" | "register">;
  readonly cooldownMs: number;
}): ExternalRepeats {
  const { book, incidentBook, incidents, receivers, rules } = options;

  const letGoAtMs = (alert: ExternalAlert, atMs: number): number | undefined => {
    const key = externalKey(alert);
    const entry = incidentBook.register(key);
    const holder = entry && incidentBook.get(entry.incidentId);
    const known = holder && incidentSignals(holder).find((signal) => signal.key === key)?.external;
    return letGoAt(entry, known, atMs, options);
  };

  /** What it is told with: by the first group whose receiver was told of it, might be told now, and makes an incident of it. */
  const openerOf = ({ key, labels }: ExternalAlert, atMs: number): Opener | undefined => {
    if (holdsBack(rules, labels, atMs).length > 0) return undefined;
    for (const group of book.groups.told(key)) {
      const { id, route } = group;
      const receiver = receivers.get(route.receiver);
      if (receiver?.opens !== "incident" || mutingTrace(route, atMs).length > 0) continue;
      return {
        ...receiverWord(receiver),
        ...(route.incident === "per-group" ? { group: { id, labels: group.labels } } : {}),
      };
    }
    return undefined;
  };

  return {
    async hear(receipts, atMs) {
      let heard = 0;
      for (const { key, outcome, trace } of receipts) {
        if (outcome !== "deduplicated" && outcome !== "extended") continue;
        const alert = book.get(key);
        // What was said later in the same batch, or meanwhile, holds.
        if (alert === undefined || !firesAt(alert, atMs)) continue;
        const sinceMs = letGoAtMs(alert, atMs);
        const opener = sinceMs === undefined ? undefined : openerOf(alert, atMs);
        if (opener === undefined) continue;
        const met = traceWord([...book.trace(key), ...trace]);
        const causeId = `repeat/${key}/${sinceMs}`;
        await incidents.takeExternal(alert, { atMs, causeId, trace: met, ...opener });
        heard += 1;
      }
      return heard;
    },
  };
}
