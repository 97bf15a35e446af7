import { QUIET_ALERTS, type SloAlerts } from "../alert/decide-alert.js";
import { evolveAlerts } from "../alert/evolve-alert.js";
import type { Projection } from "./journal.js";
import { parseAlertEvent } from "./parse-alert-event.js";

export const ALERT_PREFIX = "alert/";

/** Knows how both alerts of every SLO stand, made from events only. */
export type AlertBook = {
  readonly projection: Projection;
  of(sloId: string): SloAlerts;
  /** Ids of the SLOs with an alert that is not quiet. */
  active(): readonly string[];
  unreadable(): readonly string[];
};

export function createAlertBook(): AlertBook {
  const alerts = new Map<string, SloAlerts>();
  const unreadable: string[] = [];
  return {
    projection: {
      prefix: ALERT_PREFIX,
      apply(stored) {
        const event = parseAlertEvent(stored);
        if (!event.ok) {
          unreadable.push(event.error.message);
          return;
        }
        const { sloId } = event.value.data;
        const next = evolveAlerts(alerts.get(sloId) ?? QUIET_ALERTS, event.value);
        if (next.burn.status === "quiet" && next.dataLoss.status === "quiet") alerts.delete(sloId);
        else alerts.set(sloId, next);
      },
    },
    of: (sloId) => alerts.get(sloId) ?? QUIET_ALERTS,
    active: () => [...alerts.keys()],
    unreadable: () => unreadable,
  };
}
