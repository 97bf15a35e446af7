import {
  incidentSignals,
  isOpenStatus,
  type AlertExplanation,
  type ExternalAlert,
  type Plimsoll,
} from "@plimsoll/core";
import type { ActiveAlert, AlertExplanationBody } from "../schemas/alert-schemas.js";
import { defined, iso } from "./slo-body.js";

/** The open incidents by the keys of the alerts that they are about; see `externalKey`. */
export function incidentsByAlert(engine: Pick<Plimsoll, "incidents">): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const state of engine.incidents()) {
    if (!isOpenStatus(state.status)) continue;
    for (const { key } of incidentSignals(state)) found.set(key, state.id);
  }
  return found;
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
