import {
  externalKey,
  incidentSignals,
  isOpenStatus,
  type AlertExplanation,
  type ExternalAlert,
  type Plimsoll,
} from "@plimsoll/core";
import type { ActiveAlert, AlertExplanationBody } from "../schemas/alert-schemas.js";
import { defined, iso } from "./slo-body.js";

/** Finds the incident that an alert is part of: the open one while it fires, and once it is over the one that heard of that firing, open or not. */
export type FindIncident = (alert: ExternalAlert, firing: boolean) => string | undefined;

/** Looks through the incidents once, however many alerts are asked for. */
export function incidentFinder(engine: Pick<Plimsoll, "incidents">): FindIncident {
  const open = new Map<string, HeardOf>();
  const last = new Map<string, HeardOf>();
  for (const state of engine.incidents()) {
    // The one that it was merged into heard of its alerts since.
    if (state.mergedInto !== undefined) continue;
    for (const { alertId, changedAtMs, key } of incidentSignals(state)) {
      const heard = { id: state.id, alertId, changedAtMs };
      if (isOpenStatus(state.status)) open.set(key, heard);
      if (changedAtMs > (last.get(key)?.changedAtMs ?? -Infinity)) last.set(key, heard);
    }
  }
  return (alert, firing) => {
    const key = externalKey(alert);
    if (firing) return open.get(key)?.id;
    const heard = last.get(key);
    return heard !== undefined && isOfFiring(heard, alert) ? heard.id : undefined;
  };
}

type HeardOf = { readonly id: string; readonly alertId: string; readonly changedAtMs: number };

/** Not of one before it, of which this one may have told nobody. By the id too, as its source's clock may be ahead. */
function isOfFiring({ alertId, changedAtMs }: HeardOf, alert: ExternalAlert): boolean {
  return changedAtMs >= alert.startsAtMs || alertId === `${externalKey(alert)}@${iso(alert.startsAtMs)}`;
}

/** Writes an alert with what it met. */
export function activeAlertBody(
  alert: ExternalAlert,
  explained: Partial<Pick<AlertExplanation, "told" | "lines">> | undefined,
  { firing, incidentId }: { readonly firing: boolean; readonly incidentId: string | undefined },
): ActiveAlert {
  const { annotations, endsAtMs, fingerprint, generatorUrl, key, labels, source, startsAtMs } = alert;
  return {
    key,
    source,
    fingerprint,
    labels,
    annotations,
    startsAt: iso(startsAtMs),
    firing,
    ...defined({ endsAt: endsAtMs === undefined ? undefined : iso(endsAtMs), generatorUrl, incidentId }),
    told: [...(explained?.told ?? [])],
    met: [...(explained?.lines ?? [])],
  };
}

/** Writes why an alert told somebody, or why not. */
export function alertExplanationBody(
  explained: AlertExplanation,
  about: { readonly firing: boolean; readonly incidentId: string | undefined },
): AlertExplanationBody {
  return {
    ...activeAlertBody(explained.alert, explained, about),
    routes: explained.routes.map((visit) => ({
      id: visit.route.id,
      depth: visit.depth,
      receiver: visit.route.receiver,
      outcome: visit.outcome,
      ...(visit.outcome === "not-matched" ? { matcher: visit.matcher } : {}),
    })),
  };
}
