import { RESOLVE_TIMEOUT_MS } from "@plimsoll/adapters-prometheus";
import type { AlertExplanation, ExternalAlert, Plimsoll } from "@plimsoll/core";
import type { GettableAlert } from "../schemas/alert-schemas.js";
import { iso } from "./slo-body.js";

/** Writes an alert as Alertmanager's API gives it, with the receivers of its routes and what holds it back now. */
export function gettableAlertBody(
  alert: ExternalAlert,
  engine: Pick<Plimsoll, "alerts" | "silences">,
  nowMs: number,
): GettableAlert {
  const explained = engine.alerts.explain(alert.key);
  const silencedBy = engine.silences.matching(alert.labels).map(({ id }) => id);
  const { inhibitedBy, mutedBy } = heldBy(explained, engine);
  const suppressed = silencedBy.length + inhibitedBy.length + mutedBy.length > 0;
  return {
    annotations: alert.annotations,
    // One that only its source can end has none; a client there expects an end, and treats it as one that is moved on.
    endsAt: iso(alert.endsAtMs ?? nowMs + RESOLVE_TIMEOUT_MS),
    fingerprint: alert.fingerprint,
    receivers: receiversOf(explained).map((name) => ({ name })),
    startsAt: iso(alert.startsAtMs),
    status: { inhibitedBy, mutedBy, silencedBy, state: suppressed ? "suppressed" : "active" },
    updatedAt: iso(explained?.trace.at(-1)?.atMs ?? alert.startsAtMs),
    ...(alert.generatorUrl === undefined ? {} : { generatorURL: alert.generatorUrl }),
    labels: alert.labels,
  };
}

/** The receivers of the routes that took an alert. */
function receiversOf(explained: AlertExplanation | undefined): readonly string[] {
  const taken = (explained?.routes ?? []).flatMap(({ outcome, route }) =>
    outcome === "taken" ? [route.receiver] : [],
  );
  return [...new Set(taken)];
}

/** What held it back when its groups last decided, as far as that still stands. */
function heldBy(
  explained: AlertExplanation | undefined,
  engine: Pick<Plimsoll, "alerts">,
): { readonly inhibitedBy: string[]; readonly mutedBy: string[] } {
  const trace = explained?.trace ?? [];
  const lastTold = trace.findLastIndex(({ rule }) => rule === "notified");
  const inhibitedBy = new Set<string>();
  const mutedBy = new Set<string>();
  for (const traced of trace.slice(lastTold + 1)) {
    if (traced.rule === "inhibited" && engine.alerts.explain(traced.sourceKey)?.alert.status === "firing") {
      inhibitedBy.add(traced.sourceKey.slice(traced.sourceKey.indexOf("/") + 1));
    }
    if (traced.rule === "muted") mutedBy.add(traced.interval);
  }
  return { inhibitedBy: [...inhibitedBy], mutedBy: [...mutedBy] };
}
